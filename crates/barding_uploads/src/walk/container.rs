//! Containers of boxes and chunks: RIFF, IFF, ISO media (MP4, AVIF, HEIC, JPEG 2000, JPEG XL), Matroska, FLV, ASF, MIDI.

use crate::inspection::{Inspection, Limits};
use crate::kind::Kind;
use crate::source::Reader;
use crate::walk::{End, image};

/// More chunks or boxes than any writer makes.
const MOST: u32 = 2_000_000;

pub(crate) fn webp(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let end = 8 + u64::from(reader.u32le(4)?);
    let (mut at, mut frames, mut has_picture) = (12, 0u32, false);
    while at < end {
        let name: [u8; 4] = reader.array(at)?;
        let length = u64::from(reader.u32le(at + 4)?);
        let data = at + 8;
        if data + length > reader.size || data + length > end {
            return None;
        }
        match &name {
            b"VP8X" => {
                let size: [u8; 6] = reader.array(data + 4)?;
                let side = |bytes: &[u8]| {
                    (u32::from(bytes[0]) | u32::from(bytes[1]) << 8 | u32::from(bytes[2]) << 16) + 1
                };
                found.picture(side(&size[..3]), side(&size[3..]), limits);
            }
            b"VP8 " => {
                has_picture = true;
                if !reader.is(data + 3, &[0x9D, 0x01, 0x2A]) {
                    found.malformed(data, "no key frame");
                    return None;
                }
                found.picture(
                    u32::from(reader.u16le(data + 6)? & 0x3FFF),
                    u32::from(reader.u16le(data + 8)? & 0x3FFF),
                    limits,
                );
            }
            b"VP8L" => {
                has_picture = true;
                if reader.u8(data)? != 0x2F {
                    found.malformed(data, "no lossless picture");
                    return None;
                }
                let bits = reader.u32le(data + 1)?;
                found.picture((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, limits);
            }
            b"ANMF" => {
                has_picture = true;
                frames += 1;
            }
            b"EXIF" | b"XMP " => found.metadata = true,
            b"ALPH" | b"ANIM" | b"ICCP" => {}
            _ if name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') => {}
            _ => {
                found.malformed(at, "a chunk with an impossible name");
                return None;
            }
        }
        at = data + length + (length & 1);
    }
    if !has_picture {
        found.malformed(12, "a picture without data");
    }
    if frames > 0 {
        found.animation(frames, limits);
    }
    Some(End::At(end + (end & 1)))
}

pub(crate) fn riff(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut start = 0;
    let mut has_data = false;
    // Films over a gigabyte go on in further RIFF blocks.
    for _ in 0..64 {
        let end = start + 8 + u64::from(reader.u32le(start + 4)?);
        let mut at = start + 12;
        while at + 8 <= end.min(reader.size) {
            let name: [u8; 4] = reader.array(at)?;
            let length = u64::from(reader.u32le(at + 4)?);
            if !name.iter().all(|byte| (0x20..0x7F).contains(byte)) || at + 8 + length > end.max(reader.size)
            {
                found.malformed(at, "a chunk with an impossible name or length");
                return None;
            }
            has_data |= matches!(&name, b"data" | b"fmt ")
                || name == *b"LIST" && (reader.is(at + 8, b"hdrl") || reader.is(at + 8, b"movi"));
            found.metadata |= matches!(&name, b"id3 " | b"ID3 " | b"bext" | b"iXML" | b"_PMX")
                || name == *b"LIST" && reader.is(at + 8, b"INFO");
            at += 8 + length + (length & 1);
        }
        start = end + (end & 1);
        if !reader.is(start, b"RIFF") || !reader.is(start + 8, b"AVIX") {
            break;
        }
    }
    if !has_data {
        found.malformed(12, "neither a format nor data");
    }
    Some(End::At(start))
}

pub(crate) fn aiff(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let end = 8 + u64::from(reader.u32be(4)?);
    let (mut at, mut has_format) = (12, false);
    while at + 8 <= end {
        let name: [u8; 4] = reader.array(at)?;
        has_format |= &name == b"COMM";
        found.metadata |= matches!(&name, b"NAME" | b"AUTH" | b"ANNO" | b"ID3 " | b"(c) ");
        let length = u64::from(reader.u32be(at + 4)?);
        at += 8 + length + (length & 1);
    }
    if !has_format {
        found.malformed(12, "no format");
    }
    Some(End::At(end + (end & 1)))
}

/// MP4 and its relatives: boxes with lengths to the end of the file.
pub(crate) fn iso_media(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    if found.kind == Kind::Jxl && reader.is(0, &[0xFF, 0x0A]) {
        // A bare codestream tells its size in bits, and its end nowhere.
        return Some(End::Open);
    }
    let picture = matches!(found.kind, Kind::Avif | Kind::Heic | Kind::Jp2 | Kind::Jxl);
    let (mut at, mut seen) = (0, Vec::new());
    for _ in 0..MOST {
        if at == reader.size {
            break;
        }
        let Some((name, data, end)) = next_box(reader, at) else {
            // Bytes after the last box that are no box.
            return if has_content(found.kind, &seen) && at < reader.size { Some(End::At(at)) } else { None };
        };
        if end > reader.size {
            return if has_content(found.kind, &seen) && !known_box(&name) {
                Some(End::At(at))
            } else {
                None
            };
        }
        if !known_box(&name) && has_content(found.kind, &seen) {
            return Some(End::At(at));
        }
        if seen.len() < 64 {
            seen.push(name);
        }
        match &name {
            b"meta" if picture => item_sizes(reader, found, limits, data + 4, end, 0),
            b"jp2h" => item_sizes(reader, found, limits, data, end, 0),
            b"jp2c" => {
                image::j2k(reader, found, limits, data)?;
            }
            b"moov" => {
                tracks(reader, found, limits, data, end, 0);
            }
            b"uuid" | b"Exif" | b"xml " => found.metadata = true,
            _ => {}
        }
        at = end;
    }
    if !has_content(found.kind, &seen) {
        found.malformed(at, "no content");
        return None;
    }
    Some(End::At(at))
}

fn next_box(reader: &mut Reader<'_>, at: u64) -> Option<([u8; 4], u64, u64)> {
    let length = u64::from(reader.u32be(at)?);
    let name: [u8; 4] = reader.array(at + 4)?;
    let (data, end) = match length {
        0 => (at + 8, reader.size),
        1 => (at + 16, at.checked_add(reader.u64be(at + 8)?)?),
        _ => (at + 8, at + length),
    };
    (end >= data).then_some((name, data, end))
}

fn has_content(kind: Kind, seen: &[[u8; 4]]) -> bool {
    let has = |name: &[u8; 4]| seen.contains(name);
    match kind {
        Kind::Avif | Kind::Heic => has(b"meta") || has(b"moov"),
        Kind::Jp2 => has(b"jp2c"),
        Kind::Jxl => has(b"jxlc") || has(b"jxlp"),
        _ => has(b"moov") || has(b"moof") || has(b"mdat"),
    }
}

fn known_box(name: &[u8; 4]) -> bool {
    const KNOWN: [&[u8; 4]; 37] = [
        b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"meta", b"mfra", b"sidx",
        b"ssix", b"prft", b"emsg", b"uuid", b"pnot", b"udta", b"pdin", b"jP  ", b"jp2h", b"jp2c", b"jp2i",
        b"xml ", b"uinf", b"rreq", b"asoc", b"JXL ", b"jxlc", b"jxlp", b"jxll", b"jxli", b"jbrd", b"Exif",
        b"brob", b"jumb", b"idat", b"imda",
    ];
    KNOWN.contains(&name)
}

/// The sizes of pictures: `ispe` in AVIF and HEIC, `ihdr` in JPEG 2000.
fn item_sizes(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    limits: &Limits,
    from: u64,
    to: u64,
    depth: u32,
) {
    let mut at = from;
    while at + 8 <= to && depth < 6 {
        let Some((name, data, end)) = next_box(reader, at) else { return };
        if end > to || end <= at {
            return;
        }
        match &name {
            b"iprp" | b"ipco" => item_sizes(reader, found, limits, data, end, depth + 1),
            b"ispe" => {
                if let (Some(width), Some(height)) = (reader.u32be(data + 4), reader.u32be(data + 8)) {
                    found.picture(width, height, limits);
                }
            }
            b"ihdr" => {
                if let (Some(height), Some(width)) = (reader.u32be(data), reader.u32be(data + 4)) {
                    found.picture(width, height, limits);
                }
            }
            b"iinf" => {
                let list = reader.some(data, usize::try_from(end - data).unwrap_or(0).min(65_536));
                found.metadata |= memchr::memmem::find(list, b"Exif").is_some()
                    || memchr::memmem::find(list, b"application/rdf+xml").is_some();
            }
            _ => {}
        }
        at = end;
    }
}

/// The sizes of film tracks (`tkhd`), and whether there are texts about the film (`udta`).
fn tracks(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits, from: u64, to: u64, depth: u32) {
    let mut at = from;
    while at + 8 <= to && depth < 3 {
        let Some((name, data, end)) = next_box(reader, at) else { return };
        if end > to || end <= at {
            return;
        }
        match &name {
            b"trak" => tracks(reader, found, limits, data, end, depth + 1),
            b"udta" | b"meta" => found.metadata = true,
            b"tkhd" if end - data >= 8 => {
                if let (Some(width), Some(height)) = (reader.u32be(end - 8), reader.u32be(end - 4))
                    && width >> 16 > 0
                    && height >> 16 > 0
                {
                    found.picture(width >> 16, height >> 16, limits);
                }
            }
            _ => {}
        }
        at = end;
    }
}

/// Matroska and WebM: EBML elements; the segment may have no length and then fills the file.
pub(crate) fn matroska(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (mut at, mut segments) = (0, 0);
    for _ in 0..64 {
        if at >= reader.size {
            break;
        }
        let Some((identifier, data, length)) = element(reader, at) else {
            return if segments > 0 { Some(End::At(at)) } else { None };
        };
        match identifier {
            0x1A45_DFA3 | 0xEC | 0xBF => {}
            0x1853_8067 => {
                segments += 1;
                let end = match length {
                    None => segment_end(reader, data)?,
                    Some(length) => data.checked_add(length)?,
                };
                at = end;
                continue;
            }
            _ if segments > 0 => return Some(End::At(at)),
            _ => {
                found.malformed(at, "an element that must not be here");
                return None;
            }
        }
        at = data.checked_add(length?)?;
    }
    if segments == 0 {
        return None;
    }
    Some(End::At(at))
}

/// The end of a segment without a length: the end of its last element.
fn segment_end(reader: &mut Reader<'_>, from: u64) -> Option<u64> {
    let mut at = from;
    for _ in 0..MOST {
        if at >= reader.size {
            break;
        }
        match element(reader, at) {
            // A live stream's clusters have no length either: step into them.
            Some((_, data, None)) => at = data,
            Some((identifier, data, Some(length))) if segment_element(identifier) => {
                at = data.checked_add(length)?
            }
            _ => return Some(at),
        }
    }
    Some(at)
}

fn segment_element(identifier: u64) -> bool {
    matches!(
        identifier,
        0x114D_9B74
            | 0x1549_A966
            | 0x1654_AE6B
            | 0x1C53_BB6B
            | 0x1F43_B675
            | 0x1941_A469
            | 0x1043_A770
            | 0x1254_C367
            | 0xEC
            | 0xBF
            | 0xE7
            | 0xA3
            | 0xA0
            | 0xA7
            | 0xAB
            | 0x5854
    )
}

fn element(reader: &mut Reader<'_>, at: u64) -> Option<(u64, u64, Option<u64>)> {
    let first = reader.u8(at)?;
    let width = u64::from(first.leading_zeros()) + 1;
    if width > 4 {
        return None;
    }
    let identifier =
        reader.bytes(at, width as usize)?.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let place = at + width;
    let first = reader.u8(place)?;
    let length_width = u64::from(first.leading_zeros()) + 1;
    if length_width > 8 {
        return None;
    }
    let raw = reader
        .bytes(place, length_width as usize)?
        .iter()
        .fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let mask = (1u64 << (7 * length_width)) - 1;
    let length = raw & mask;
    Some((identifier, place + length_width, (length != mask).then_some(length)))
}

pub(crate) fn flv(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut at = u64::from(reader.u32be(5)?);
    let mut has_tag = false;
    for _ in 0..MOST {
        at += 4;
        if at >= reader.size {
            break;
        }
        let kind = reader.u8(at)? & 0x1F;
        if !matches!(kind, 8 | 9 | 18) {
            return has_tag.then_some(End::At(at));
        }
        let length = u64::from(reader.u32be(at)? & 0x00FF_FFFF);
        at += 11 + length;
        if reader.u32be(at).is_some_and(|before| u64::from(before) != 11 + length) {
            found.malformed(at, "a tag whose length is told twice and differs");
            return None;
        }
        has_tag = true;
    }
    Some(End::At(at))
}

pub(crate) fn asf(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut at = 0;
    for _ in 0..1000 {
        if at >= reader.size {
            break;
        }
        let length = reader.u64le(at + 16)?;
        if length < 24 {
            if at == 0 {
                found.malformed(at, "an object shorter than its own header");
                return None;
            }
            return Some(End::At(at));
        }
        at = at.checked_add(length)?;
    }
    Some(End::At(at))
}

pub(crate) fn midi(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let tracks = reader.u16be(10)?;
    let mut at = 8 + u64::from(reader.u32be(4)?);
    for _ in 0..tracks {
        if !reader.is(at, b"MTrk") {
            found.malformed(at, "a track was expected");
            return None;
        }
        at += 8 + u64::from(reader.u32be(at + 4)?);
    }
    Some(End::At(at))
}

pub(crate) fn djvu(reader: &mut Reader<'_>, _found: &mut Inspection) -> Option<End> {
    let end = 12 + u64::from(reader.u32be(8)?);
    Some(End::At(end + (end & 1)))
}

pub(crate) fn caf(reader: &mut Reader<'_>, _found: &mut Inspection) -> Option<End> {
    let mut at = 8;
    while at < reader.size {
        let length = reader.u64be(at + 4)?;
        if length == u64::MAX {
            return Some(End::Whole);
        }
        at = at.checked_add(12)?.checked_add(length)?;
    }
    Some(End::At(at))
}
