//! Streams of frames and pages: MP3, AAC, FLAC, Ogg, AMR, AU, MPEG.

use crate::inspection::Inspection;
use crate::source::Reader;
use crate::walk::End;

const MOST: u32 = 20_000_000;

/// The length of the MPEG audio frame that begins here.
pub(crate) fn mpeg_frame_length(head: &[u8]) -> Option<usize> {
    #[rustfmt::skip]
    const RATES: [[u16; 16]; 5] = [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
    ];
    let (first, second, third) = (*head.first()?, *head.get(1)?, *head.get(2)?);
    if first != 0xFF || second & 0xE0 != 0xE0 {
        return None;
    }
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (rate, frequency) = (usize::from(third >> 4), usize::from(third >> 2 & 3));
    if version == 1 || layer == 0 || frequency == 3 {
        return None;
    }
    let row = match (version, layer) {
        (3, 3) => 0,
        (3, 2) => 1,
        (3, _) => 2,
        (_, 3) => 3,
        _ => 4,
    };
    let kilobits = usize::from(RATES[row][rate]);
    let hertz = [44_100, 48_000, 32_000][frequency]
        >> match version {
            3 => 0,
            2 => 1,
            _ => 2,
        };
    let padding = usize::from(third >> 1 & 1);
    if kilobits == 0 {
        return None;
    }
    Some(match layer {
        3 => (12_000 * kilobits / hertz + padding) * 4,
        1 if version != 3 => 72_000 * kilobits / hertz + padding,
        _ => 144_000 * kilobits / hertz + padding,
    })
}

/// The length of the ADTS frame that begins here.
pub(crate) fn adts_length(head: &[u8]) -> Option<usize> {
    let bytes: &[u8; 7] = head.get(..7)?.try_into().ok()?;
    let frequency = bytes[2] >> 2 & 0xF;
    let length = usize::from(bytes[3] & 3) << 11 | usize::from(bytes[4]) << 3 | usize::from(bytes[5]) >> 5;
    (bytes[0] == 0xFF && bytes[1] & 0xF6 == 0xF0 && frequency < 13 && length >= 7).then_some(length)
}

pub(crate) fn mp3(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut at = 0;
    while reader.is(at, b"ID3") {
        found.metadata = true;
        let size: [u8; 4] = reader.array(at + 6)?;
        if size.iter().any(|byte| byte & 0x80 != 0) {
            found.malformed(at, "a tag of an impossible length");
            return None;
        }
        let footer = if reader.u8(at + 5)? & 0x10 != 0 { 10 } else { 0 };
        at += 10 + size.iter().fold(0u64, |value, byte| value << 7 | u64::from(*byte)) + footer;
    }
    // Padding after a tag.
    let padded = at;
    while at < reader.size && at - padded < 65_536 && reader.u8(at)? == 0 {
        at += 1;
    }
    let mut frames = 0u32;
    for _ in 0..MOST {
        let Some(length) = mpeg_frame_length(reader.some(at, 4)) else { break };
        let end = at + length.max(4) as u64;
        if end > reader.size {
            // Recordings are cut anywhere; the last frame may be short.
            at = reader.size;
            frames += 1;
            break;
        }
        at = end;
        frames += 1;
    }
    if frames < 2 && !(frames == 1 && at == reader.size) {
        found.malformed(at, "no sound");
        return None;
    }
    Some(End::At(tags_after(reader, found, at)))
}

/// The tags that follow sound: APE, Lyrics3, ID3v1.
fn tags_after(reader: &mut Reader<'_>, found: &mut Inspection, from: u64) -> u64 {
    let mut at = from;
    for _ in 0..4 {
        let length = if reader.is(at, b"TAG") && reader.size - at >= 128 {
            128
        } else if reader.is(at, b"APETAGEX") {
            u64::from(reader.u32le(at + 12).unwrap_or(0)) + 32
        } else {
            break;
        };
        found.metadata = true;
        at += length;
    }
    at
}

pub(crate) fn aac(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (mut at, mut frames) = (0, 0);
    while let Some(length) = adts_length(reader.some(at, 7)) {
        at += length as u64;
        frames += 1;
        if at >= reader.size {
            return (frames > 0).then_some(End::Whole);
        }
    }
    Some(End::At(tags_after(reader, found, at)))
}

pub(crate) fn flac(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut at = 4;
    for number in 0..1000 {
        let header = reader.u32be(at)?;
        let (last, kind, length) = (header >> 31 == 1, header >> 24 & 0x7F, u64::from(header & 0x00FF_FFFF));
        if kind == 127 || (number == 0) != (kind == 0) || number == 0 && length != 34 {
            found.malformed(at, "a block that must not be here");
            return None;
        }
        found.metadata |= matches!(kind, 4 | 6);
        at += 4 + length;
        if last {
            // Frames tell no length; the first must begin here, and what follows is checked for other formats.
            let sync = reader.u16be(at)?;
            if sync & 0xFFFC != 0xFFF8 {
                found.malformed(at, "no sound");
                return None;
            }
            return Some(End::Open);
        }
    }
    None
}

pub(crate) fn ogg(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let mut at = 0;
    for _ in 0..MOST {
        if at == reader.size {
            break;
        }
        if !reader.is(at, b"OggS") {
            return if at == 0 { None } else { Some(End::At(at)) };
        }
        let segments = usize::from(reader.u8(at + 26)?);
        let length: u64 = reader.bytes(at + 27, segments)?.iter().map(|byte| u64::from(*byte)).sum();
        at += 27 + segments as u64 + length;
        if at > reader.size {
            return None;
        }
    }
    found.metadata = true;
    Some(End::At(at))
}

pub(crate) fn amr(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    const NARROW: [u64; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1];
    const WIDE: [u64; 16] = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1];
    let wide = reader.is(0, b"#!AMR-WB\n");
    let mut at = if wide { 9 } else { 6 };
    if !wide && !reader.is(0, b"#!AMR\n") {
        found.malformed(0, "no header");
        return None;
    }
    while at < reader.size {
        let byte = reader.u8(at)?;
        if byte & 0x83 != 0 {
            return Some(End::At(at));
        }
        at += if wide { WIDE } else { NARROW }[usize::from(byte >> 3 & 0xF)];
    }
    Some(End::At(at))
}

pub(crate) fn au(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (data, length) = (u64::from(reader.u32be(4)?), reader.u32be(8)?);
    if data < 24 || data > reader.size {
        found.malformed(4, "sound outside of the file");
        return None;
    }
    Some(if length == u32::MAX { End::Whole } else { End::At(data + u64::from(length)) })
}

/// Transport streams: packets of 188 bytes (192 with a time before each).
pub(crate) fn mpeg_ts(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (width, first) = if reader.u8(0)? == 0x47 { (188, 0) } else { (192, 4) };
    let mut at = first;
    while at < reader.size {
        if reader.u8(at)? != 0x47 {
            return if at > first + 2 * width { Some(End::At(at - first)) } else { None };
        }
        at += width;
    }
    if reader.size < 2 * width {
        found.malformed(0, "a single packet");
    }
    Some(End::At((at - first).min(reader.size)))
}

/// Program streams and elementary streams: start codes; the end code is optional.
pub(crate) fn mpeg(reader: &mut Reader<'_>, _found: &mut Inspection) -> Option<End> {
    if reader.u8(3)? == 0xB3 {
        return Some(End::Open);
    }
    let mut at = 0;
    for _ in 0..MOST {
        if at >= reader.size {
            break;
        }
        let code = reader.u32be(at)?;
        at = match code {
            0x1BA if reader.u8(at + 4)? >> 6 == 1 => at + 14 + u64::from(reader.u8(at + 13)? & 7),
            0x1BA => at + 12,
            0x1B9 => {
                at += 4;
                break;
            }
            0x1BB..=0x1FF => at + 6 + u64::from(reader.u16be(at + 4)?),
            _ if at == 0 => return None,
            _ => return Some(End::At(at)),
        };
    }
    Some(End::At(at.min(reader.size)))
}
