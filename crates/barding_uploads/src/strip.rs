//! Pictures without their metadata: the same pixels, bit for bit, without place, time, camera and comments.

use crate::kind::Kind;
use crate::source::Reader;

/// A picture without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// The file.
    pub bytes: Vec<u8>,
    /// How a viewer must turn it (EXIF's 1 to 8); kept in the file, for without it the picture lies on its side.
    pub orientation: u8,
}

/// Leaves metadata and everything after the end out of a JPEG, PNG, GIF or WebP picture. Colour profiles and orientation
/// stay. `None` when the file is of another kind or cannot be walked.
pub fn strip_metadata(bytes: &[u8]) -> Option<Stripped> {
    match crate::recognise_head(bytes) {
        Kind::Jpeg => jpeg(bytes),
        Kind::Png => png(bytes),
        Kind::Gif => gif(bytes),
        Kind::Webp => webp(bytes),
        _ => None,
    }
}

fn jpeg(bytes: &[u8]) -> Option<Stripped> {
    let mut out = vec![0xFF, 0xD8];
    let (mut at, mut orientation, mut profile) = (2, 1, Vec::new());
    let mut body = Vec::new();
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xFF => {
                at += 1;
                continue;
            }
            0xD9 => break,
            0x01 | 0xD0..=0xD7 => {
                body.extend_from_slice(&[0xFF, marker]);
                at += 2;
                continue;
            }
            0x00 | 0xD8 => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        let data = &segment[4..];
        match marker {
            0xE0 if data.starts_with(b"JFIF\0") => out.extend_from_slice(segment),
            0xE1 if data.starts_with(b"Exif\0\0") => {
                orientation = exif_orientation(&data[6..]).unwrap_or(orientation)
            }
            0xE2 if data.starts_with(b"ICC_PROFILE\0") => profile.extend_from_slice(segment),
            // Adobe's segment says how colours are coded.
            0xEE if data.starts_with(b"Adobe") => body.extend_from_slice(segment),
            0xE0..=0xEF | 0xFE => {}
            _ => body.extend_from_slice(segment),
        }
        at += 2 + length;
        if marker == 0xDA {
            let end = memchr::memchr_iter(0xFF, &bytes[at..]).find(|place| {
                bytes.get(at + place + 1).is_some_and(|next| !matches!(next, 0 | 0xD0..=0xD7))
            })?;
            body.extend_from_slice(&bytes[at..at + end]);
            at += end;
        }
    }
    if orientation != 1 {
        out.extend_from_slice(&[0xFF, 0xE1, 0, 34]);
        out.extend_from_slice(b"Exif\0\0");
        out.extend_from_slice(&orientation_only(orientation));
    }
    out.extend_from_slice(&profile);
    out.extend_from_slice(&body);
    out.extend_from_slice(&[0xFF, 0xD9]);
    Some(Stripped { bytes: out, orientation })
}

/// A TIFF directory with one entry.
fn orientation_only(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

fn exif_orientation(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II");
    let mut source = tiff;
    let mut reader = Reader::new(&mut source);
    let half = |reader: &mut Reader<'_>, at| if little { reader.u16le(at) } else { reader.u16be(at) };
    let directory = u64::from(if little { reader.u32le(4)? } else { reader.u32be(4)? });
    let count = half(&mut reader, directory)?;
    (0..u64::from(count))
        .map(|number| directory + 2 + 12 * number)
        .find_map(|entry| {
            (half(&mut reader, entry)? == 0x0112)
                .then(|| half(&mut reader, entry + 8))?
                .and_then(|value| u8::try_from(value).ok())
        })
        .filter(|value| (1..=8).contains(value))
}

fn png(bytes: &[u8]) -> Option<Stripped> {
    let mut out = bytes.get(..8)?.to_vec();
    let (mut at, mut orientation) = (8, 1);
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let name = &chunk[4..8];
        if name == b"eXIf" {
            orientation = exif_orientation(&chunk[8..8 + length]).unwrap_or(1);
        }
        // What changes the picture stays: transparency, gamma, colours, density, animation.
        let keep: [&[u8]; 16] = [
            b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP",
            b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
        ];
        if keep.contains(&name) {
            out.extend_from_slice(chunk);
        }
        at += length + 12;
        if name == b"IEND" {
            break;
        }
    }
    if orientation != 1 {
        let exif = orientation_only(orientation);
        let mut chunk = b"eXIf".to_vec();
        chunk.extend_from_slice(&exif);
        let end = out.len() - 12;
        let mut written = (exif.len() as u32).to_be_bytes().to_vec();
        written.extend_from_slice(&chunk);
        written.extend_from_slice(&crc32fast::hash(&chunk).to_be_bytes());
        out.splice(end..end, written);
    }
    Some(Stripped { bytes: out, orientation })
}

fn gif(bytes: &[u8]) -> Option<Stripped> {
    let table = |flags: u8| if flags & 0x80 != 0 { 3usize << ((flags & 7) + 1) } else { 0 };
    let mut at = 13 + table(*bytes.get(10)?);
    let mut out = bytes.get(..at)?.to_vec();
    let blocks = |from: usize| -> Option<usize> {
        let mut at = from;
        loop {
            let length = usize::from(*bytes.get(at)?);
            at += 1 + length;
            if length == 0 {
                return Some(at);
            }
        }
    };
    loop {
        match *bytes.get(at)? {
            0x2C => {
                let end = blocks(at + 11 + table(*bytes.get(at + 9)?))?;
                out.extend_from_slice(bytes.get(at..end)?);
                at = end;
            }
            0x21 => {
                let end = blocks(at + 2)?;
                let loops = bytes
                    .get(at + 3..at + 14)
                    .is_some_and(|name| name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0");
                if matches!(bytes[at + 1], 0xF9 | 0x01) || bytes[at + 1] == 0xFF && loops {
                    out.extend_from_slice(bytes.get(at..end)?);
                }
                at = end;
            }
            0x3B => {
                out.push(0x3B);
                return Some(Stripped { bytes: out, orientation: 1 });
            }
            0 => at += 1,
            _ => return None,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<Stripped> {
    let end = 8 + u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let mut out = bytes.get(..12)?.to_vec();
    let (mut at, mut orientation) = (12, 1);
    while at < end {
        let length = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let padded = length.checked_add(length & 1)?;
        let chunk = bytes.get(at..(at + 8 + padded).min(bytes.len()))?;
        match &chunk[..4] {
            b"EXIF" => {
                let data = &chunk[8..];
                orientation = exif_orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data)).unwrap_or(1);
            }
            b"VP8X" => {
                let mut chunk = chunk.to_vec();
                // The flags for EXIF and XMP.
                *chunk.get_mut(8)? &= !0x0C;
                out.extend_from_slice(&chunk);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => out.extend_from_slice(chunk),
            _ => {}
        }
        at += 8 + padded;
    }
    if orientation != 1 && out.get(12..16) == Some(b"VP8X") {
        let exif = orientation_only(orientation);
        *out.get_mut(20)? |= 0x08;
        out.extend_from_slice(b"EXIF");
        out.extend_from_slice(&(exif.len() as u32).to_le_bytes());
        out.extend_from_slice(&exif);
    }
    let size = (out.len() - 8) as u32;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Some(Stripped { bytes: out, orientation })
}
