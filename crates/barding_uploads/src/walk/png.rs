//! PNG and APNG: chunks with lengths and checksums, from IHDR to IEND.

use crate::inspection::{Inspection, Limits};
use crate::source::Reader;
use crate::walk::End;

/// More chunks than any encoder writes.
const MOST_CHUNKS: u32 = 200_000;

pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let mut at = 8;
    let mut has_data = false;
    for number in 0..MOST_CHUNKS {
        let length = u64::from(reader.u32be(at)?);
        let name: [u8; 4] = reader.array(at + 4)?;
        if length > 0x7FFF_FFFF || !name.iter().all(u8::is_ascii_alphabetic) {
            found.malformed(at, "a chunk with an impossible name or length");
            return None;
        }
        if (number == 0) != (name == *b"IHDR") {
            found.malformed(at, "the first chunk, and only the first, must be IHDR");
            return None;
        }
        let data = at + 8;
        let end = data + length + 4;
        if end > reader.size {
            return None;
        }
        match &name {
            b"IHDR" => header(reader, found, limits, data, length)?,
            b"IDAT" => has_data = true,
            b"acTL" => {
                let frames = reader.u32be(data)?;
                found.animation(frames, limits);
            }
            b"fcTL" => {
                let (width, height) = (reader.u32be(data + 4)?, reader.u32be(data + 8)?);
                if width > found.width.unwrap_or(0) || height > found.height.unwrap_or(0) {
                    found.malformed(at, "a frame larger than its picture");
                }
            }
            b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME" => found.metadata = true,
            b"IEND" => {
                if length != 0 || !has_data {
                    found.malformed(at, "an end without data, or with some");
                }
                return Some(End::At(end));
            }
            // An unknown chunk with a capital first letter is one that a reader must not skip.
            other if other[0].is_ascii_uppercase() && other != b"PLTE" => {
                found.malformed(at, "a critical chunk that no reader knows");
                return None;
            }
            _ => {}
        }
        if !checksum_fits(reader, at + 4, length + 4)? {
            found.malformed(at, "a chunk whose checksum is wrong");
            return None;
        }
        at = end;
    }
    found.malformed(at, "too many chunks");
    None
}

fn header(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    limits: &Limits,
    data: u64,
    length: u64,
) -> Option<()> {
    let (width, height) = (reader.u32be(data)?, reader.u32be(data + 4)?);
    let [depth, color, compression, filter, interlace] = reader.array(data + 8)?;
    let depth_fits = match color {
        0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
        3 => matches!(depth, 1 | 2 | 4 | 8),
        2 | 4 | 6 => matches!(depth, 8 | 16),
        _ => false,
    };
    if length != 13 || !depth_fits || compression != 0 || filter != 0 || interlace > 1 {
        found.malformed(data, "a header that describes no picture");
        return None;
    }
    found.picture(width, height, limits);
    Some(())
}

fn checksum_fits(reader: &mut Reader<'_>, from: u64, length: u64) -> Option<bool> {
    let mut hasher = crc32fast::Hasher::new();
    let mut at = from;
    let end = from + length;
    while at < end {
        let chunk = reader.chunk(at);
        let take = usize::try_from(end - at).unwrap_or(usize::MAX).min(chunk.len());
        if take == 0 {
            return None;
        }
        hasher.update(&chunk[..take]);
        at += take as u64;
    }
    Some(reader.u32be(end)? == hasher.finalize())
}
