//! Small picture formats: GIF, BMP, icons, Photoshop, PNM, QOI and others with one header and one block of data.

use crate::inspection::{Inspection, Limits};
use crate::source::Reader;
use crate::walk::End;

pub(crate) fn gif(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let (width, height) = (reader.u16le(6)?, reader.u16le(8)?);
    if reader.is(6, b"/*") || reader.is(6, b"=") && reader.is(7, b"'") {
        found.problem("polyglot", 6, "the picture is a JavaScript program as well");
    }
    found.picture(width.into(), height.into(), limits);
    let flags = reader.u8(10)?;
    let table = |flags: u8| if flags & 0x80 != 0 { 3u64 << ((flags & 7) + 1) } else { 0 };
    let mut at = 13 + table(flags);
    let mut frames = 0u32;
    loop {
        match reader.u8(at)? {
            0x2C => {
                let (left, top) = (reader.u16le(at + 1)?, reader.u16le(at + 3)?);
                let (frame_width, frame_height) = (reader.u16le(at + 5)?, reader.u16le(at + 7)?);
                // Decoders clip or grow; a frame that is far outside is no picture.
                if u32::from(left) + u32::from(frame_width) > 65_535
                    || u32::from(top) + u32::from(frame_height) > 65_535
                {
                    found.malformed(at, "a frame outside of everything");
                }
                if frame_width > width || frame_height > height {
                    found.picture(frame_width.into(), frame_height.into(), limits);
                }
                at += 10 + table(reader.u8(at + 9)?);
                if !(1..=11).contains(&reader.u8(at)?) {
                    found.malformed(at, "a code size no decoder knows");
                    return None;
                }
                at = sub_blocks(reader, at + 1)?;
                frames += 1;
                if frames > limits.frames {
                    found.problem("frame-bomb", at, format!("more than {} frames", limits.frames));
                    return Some(End::Open);
                }
            }
            0x21 => {
                let label = reader.u8(at + 1)?;
                if !matches!(label, 0x01 | 0xF9 | 0xFE | 0xFF) {
                    found.malformed(at, "an extension no decoder knows");
                    return None;
                }
                found.metadata |= label == 0xFE || label == 0xFF && reader.is(at + 3, b"XMP Data");
                at = sub_blocks(reader, at + 2)?;
            }
            0x3B => {
                if frames == 0 {
                    found.malformed(at, "a picture without frames");
                }
                found.animation(frames.max(1), limits);
                return Some(End::At(at + 1));
            }
            // Some old encoders write a superfluous block end.
            0x00 if reader.u8(at + 1)? != 0 => at += 1,
            _ => {
                found.malformed(at, "a block no decoder knows");
                return None;
            }
        }
    }
}

fn sub_blocks(reader: &mut Reader<'_>, from: u64) -> Option<u64> {
    let mut at = from;
    loop {
        let length = reader.u8(at)?;
        at += 1 + u64::from(length);
        if length == 0 {
            return Some(at);
        }
    }
}

pub(crate) fn bmp(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let said = u64::from(reader.u32le(2)?);
    let data = u64::from(reader.u32le(10)?);
    let header = reader.u32le(14)?;
    let (width, height, bits, compression, image) = if header == 12 {
        (i32::from(reader.u16le(18)?), i32::from(reader.u16le(20)?), reader.u16le(24)?, 0, 0)
    } else {
        let (width, height) = (reader.u32le(18)?.cast_signed(), reader.u32le(22)?.cast_signed());
        (width, height, reader.u16le(28)?, reader.u32le(30)?, u64::from(reader.u32le(34)?))
    };
    if !matches!(header, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124)
        || !matches!(bits, 0 | 1 | 2 | 4 | 8 | 16 | 24 | 32)
        || width < 0
    {
        found.malformed(14, "a header that describes no picture");
        return None;
    }
    found.picture(width.unsigned_abs(), height.unsigned_abs(), limits);
    let row = (u64::from(width.unsigned_abs()) * u64::from(bits)).div_ceil(32) * 4;
    let pixels =
        if matches!(compression, 0 | 3 | 6) { row * u64::from(height.unsigned_abs()) } else { image };
    let end = data + pixels;
    if data < 14 + u64::from(header) {
        found.malformed(10, "pixels inside the header");
        return None;
    }
    if said != 0 && said != reader.size && said != end && said.abs_diff(reader.size) > 4 {
        found.malformed(2, "the header tells another length than the file has");
    }
    // A colour profile may follow the pixels.
    if header == 124 && reader.u32le(126)? != 0 {
        return Some(End::At(end.max(14 + u64::from(reader.u32le(126)?) + u64::from(reader.u32le(130)?))));
    }
    Some(End::At(if said > end && said <= reader.size && said - end <= 4 { said } else { end }))
}

pub(crate) fn ico(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let count = u64::from(reader.u16le(4)?);
    let mut end = 6 + 16 * count;
    for number in 0..count.min(512) {
        let entry = 6 + 16 * number;
        let (length, from) = (u64::from(reader.u32le(entry + 8)?), u64::from(reader.u32le(entry + 12)?));
        if from < 6 + 16 * count || length < 16 || from + length > reader.size {
            found.malformed(entry, "a picture outside of the file");
            return None;
        }
        let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
        let size = if reader.is(from, b"\x89PNG") {
            (reader.u32be(from + 16)?, reader.u32be(from + 20)?)
        } else {
            if reader.u32le(from)? != 40 {
                found.malformed(from, "neither a bitmap nor a PNG picture");
                return None;
            }
            (side(reader.u8(entry)?), side(reader.u8(entry + 1)?))
        };
        found.picture(size.0, size.1, limits);
        end = end.max(from + length);
    }
    Some(End::At(end))
}

pub(crate) fn psd(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let large = reader.u16be(4)? == 2;
    let (channels, height, width) = (reader.u16be(12)?, reader.u32be(14)?, reader.u32be(18)?);
    let depth = reader.u16be(22)?;
    if !(1..=56).contains(&channels) || !matches!(depth, 1 | 8 | 16 | 32) {
        found.malformed(12, "a header that describes no picture");
        return None;
    }
    found.picture(width, height, limits);
    let mut at = 26;
    at += 4 + u64::from(reader.u32be(at)?);
    let resources = u64::from(reader.u32be(at)?);
    found.metadata = resources > 0;
    at += 4 + resources;
    at += if large { 8 + reader.u64be(at)?.min(reader.size) } else { 4 + u64::from(reader.u32be(at)?) };
    let rows = u64::from(channels) * u64::from(height);
    match reader.u16be(at)? {
        0 => Some(End::At(at + 2 + rows * (u64::from(width) * u64::from(depth)).div_ceil(8))),
        1 => {
            let mut end = at + 2 + rows * if large { 4 } else { 2 };
            for row in 0..rows.min(4_000_000) {
                end += if large {
                    u64::from(reader.u32be(at + 2 + row * 4)?)
                } else {
                    u64::from(reader.u16be(at + 2 + row * 2)?)
                };
            }
            // The last channel is padded to an even place by some writers.
            Some(End::At(if end + 1 == reader.size { reader.size } else { end }))
        }
        _ => Some(End::Open),
    }
}

pub(crate) fn pnm(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let head = reader.some(0, 4096).to_vec();
    let sort = head[1];
    if sort == b'7' {
        let text = String::from_utf8_lossy(&head);
        let header_end = text.find("ENDHDR\n")? as u64 + 7;
        let field = |name: &str| -> Option<u64> {
            text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
        };
        let (width, height, depth, maximum) =
            (field("WIDTH ")?, field("HEIGHT ")?, field("DEPTH ")?, field("MAXVAL ")?);
        found.picture(u32::try_from(width).ok()?, u32::try_from(height).ok()?, limits);
        let bytes =
            width.checked_mul(height)?.checked_mul(depth)?.checked_mul(if maximum > 255 { 2 } else { 1 })?;
        return Some(End::At(header_end.checked_add(bytes)?));
    }
    let wanted = if matches!(sort, b'1' | b'4') { 2 } else { 3 };
    let (mut numbers, mut at) = (Vec::new(), 2);
    while numbers.len() < wanted {
        match head.get(at)? {
            b'#' => at += head[at..].iter().position(|byte| *byte == b'\n')?,
            byte if byte.is_ascii_whitespace() => at += 1,
            byte if byte.is_ascii_digit() => {
                let digits = head[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                numbers.push(std::str::from_utf8(&head[at..at + digits]).ok()?.parse::<u32>().ok()?);
                at += digits;
            }
            _ => {
                found.malformed(at as u64, "a header that describes no picture");
                return None;
            }
        }
    }
    found.picture(numbers[0], numbers[1], limits);
    let (width, height) = (u64::from(numbers[0]), u64::from(numbers[1]));
    let wide = if numbers.get(2).is_some_and(|maximum| *maximum > 255) { 2 } else { 1 };
    let start = at as u64 + 1;
    let bytes = match sort {
        b'4' => width.div_ceil(8) * height,
        b'5' => width.checked_mul(height)?.checked_mul(wide)?,
        b'6' => width.checked_mul(height)?.checked_mul(3 * wide)?,
        _ => {
            // The plain forms are digits and blanks to the end.
            let mut place = start;
            while place < reader.size {
                let chunk = reader.chunk(place);
                if let Some(bad) =
                    chunk.iter().position(|byte| !byte.is_ascii_digit() && !byte.is_ascii_whitespace())
                {
                    found.problem("trailing-data", place + bad as u64, "something other than numbers");
                    return Some(End::Open);
                }
                place += chunk.len().max(1) as u64;
            }
            return Some(End::Whole);
        }
    };
    Some(End::At(start.checked_add(bytes)?))
}

pub(crate) fn qoi(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let (width, height) = (reader.u32be(4)?, reader.u32be(8)?);
    if !matches!(reader.u8(12)?, 3 | 4) || reader.u8(13)? > 1 {
        found.malformed(12, "a header that describes no picture");
        return None;
    }
    found.picture(width, height, limits);
    let (wanted, mut pixels, mut at) = (u64::from(width) * u64::from(height), 0u64, 14u64);
    while pixels < wanted && !found.has("pixel-bomb") {
        let chunk = reader.chunk(at);
        if chunk.is_empty() {
            return None;
        }
        let mut place = 0;
        while place < chunk.len() && pixels < wanted {
            let (length, run) = match chunk[place] {
                0xFE => (4, 1),
                0xFF => (5, 1),
                tag if tag >> 6 == 2 => (2, 1),
                tag if tag >> 6 == 3 => (1, u64::from(tag & 0x3F) + 1),
                _ => (1, 1),
            };
            pixels += run;
            place += length;
        }
        at += place as u64;
    }
    if !reader.is(at, &[0, 0, 0, 0, 0, 0, 0, 1]) {
        return None;
    }
    Some(End::At(at + 8))
}

pub(crate) fn icns(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let end = u64::from(reader.u32be(4)?);
    let mut at = 8;
    while at < end {
        let length = u64::from(reader.u32be(at + 4)?);
        if length < 8 || at + length > end {
            found.malformed(at, "an element outside of the file");
            return None;
        }
        at += length;
    }
    Some(End::At(end))
}

pub(crate) fn dds(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    found.picture(reader.u32le(16)?, reader.u32le(12)?, limits);
    (reader.size > 128).then_some(End::Open)
}

pub(crate) fn pcx(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let corners = [reader.u16le(4)?, reader.u16le(6)?, reader.u16le(8)?, reader.u16le(10)?].map(u32::from);
    let (Some(width), Some(height)) =
        (corners[2].checked_sub(corners[0]), corners[3].checked_sub(corners[1]))
    else {
        found.malformed(4, "a header that describes no picture");
        return None;
    };
    found.picture(width + 1, height + 1, limits);
    (reader.size > 128).then_some(End::Open)
}

pub(crate) fn sgi(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let (width, height, channels) = (reader.u16be(6)?, reader.u16be(8)?, reader.u16be(10)?);
    found.picture(width.into(), height.max(1).into(), limits);
    let (rows, bytes) = (u64::from(height.max(1)) * u64::from(channels.max(1)), u64::from(reader.u8(3)?));
    if reader.u8(2)? == 0 {
        return Some(End::At(512 + rows * u64::from(width) * bytes));
    }
    let mut end = 512 + rows * 8;
    for row in 0..rows.min(1_000_000) {
        let from = u64::from(reader.u32be(512 + row * 4)?);
        end = end.max(from + u64::from(reader.u32be(512 + rows * 4 + row * 4)?));
    }
    Some(End::At(end))
}

/// A JPEG 2000 codestream from `from` on: segments, then tile parts with lengths, to EOC.
pub(crate) fn j2k(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    limits: &Limits,
    from: u64,
) -> Option<End> {
    let mut at = from + 2;
    if reader.u16be(at)? != 0xFF51 {
        found.malformed(at, "a size was expected");
        return None;
    }
    let (right, bottom) = (reader.u32be(at + 6)?, reader.u32be(at + 10)?);
    let (left, top) = (reader.u32be(at + 14)?, reader.u32be(at + 18)?);
    found.picture(right.checked_sub(left)?, bottom.checked_sub(top)?, limits);
    for _ in 0..100_000 {
        match reader.u16be(at)? {
            0xFFD9 => return Some(End::At(at + 2)),
            0xFF90 => {
                let length = u64::from(reader.u32be(at + 6)?);
                if length == 0 {
                    // The last part reaches to the end of the codestream.
                    return if reader.is(reader.size - 2, &[0xFF, 0xD9]) { Some(End::Whole) } else { None };
                }
                at += length.max(12);
            }
            0xFF64 => {
                found.metadata = true;
                at += 2 + u64::from(reader.u16be(at + 2)?);
            }
            0xFF30..=0xFFFF => at += 2 + u64::from(reader.u16be(at + 2)?).max(2),
            _ => {
                found.malformed(at, "a marker was expected");
                return None;
            }
        }
    }
    None
}
