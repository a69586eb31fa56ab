//! TIFF: directories of entries at places the file names, in either byte order, classic and Big.

use crate::inspection::{Inspection, Limits};
use crate::source::Reader;
use crate::walk::End;

struct Tiff {
    big: bool,
    little: bool,
}

impl Tiff {
    fn u16(&self, reader: &mut Reader<'_>, at: u64) -> Option<u64> {
        (if self.little { reader.u16le(at) } else { reader.u16be(at) }).map(u64::from)
    }

    fn u32(&self, reader: &mut Reader<'_>, at: u64) -> Option<u64> {
        (if self.little { reader.u32le(at) } else { reader.u32be(at) }).map(u64::from)
    }

    fn offset(&self, reader: &mut Reader<'_>, at: u64) -> Option<u64> {
        match (self.big, self.little) {
            (true, true) => reader.u64le(at),
            (true, false) => reader.u64be(at),
            (false, _) => self.u32(reader, at),
        }
    }

    /// An entry's values as places, at most `most` of them.
    fn values(&self, reader: &mut Reader<'_>, entry: u64, most: u64) -> Option<Vec<u64>> {
        let kind = self.u16(reader, entry + 2)?;
        let count = self.offset(reader, entry + 4)?.min(most);
        let width = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 13 => 4,
            16..=18 => 8,
            _ => return Some(Vec::new()),
        };
        let field = entry + if self.big { 12 } else { 8 };
        let room = if self.big { 8 } else { 4 };
        let from = if self.offset(reader, entry + 4)?.saturating_mul(width) <= room {
            field
        } else {
            self.offset(reader, field)?
        };
        (0..count)
            .map(|number| {
                let at = from.checked_add(number * width)?;
                match width {
                    1 => reader.u8(at).map(u64::from),
                    2 => self.u16(reader, at),
                    4 => self.u32(reader, at),
                    _ => {
                        if self.little {
                            reader.u64le(at)
                        } else {
                            reader.u64be(at)
                        }
                    }
                }
            })
            .collect()
    }
}

pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let little = reader.u8(0)? == b'I';
    let big = reader.u8(if little { 2 } else { 3 })? == 0x2B;
    let tiff = Tiff { big, little };
    let mut directory = if big { tiff.offset(reader, 8)? } else { tiff.offset(reader, 4)? };
    let mut seen = Vec::new();
    let mut reach = 16;
    while directory != 0 {
        if seen.contains(&directory) || seen.len() as u32 > limits.frames || seen.len() > 4096 {
            found.problem("frame-bomb", directory, "directories that never end");
            return Some(End::Open);
        }
        seen.push(directory);
        let (count, first, width) = if big {
            (tiff.offset(reader, directory)?, directory.checked_add(8)?, 20)
        } else {
            (tiff.u16(reader, directory)?, directory.checked_add(2)?, 12)
        };
        if count == 0 || count > 4096 {
            found.malformed(directory, "a directory of an impossible length");
            return None;
        }
        let (mut size, mut offsets, mut lengths) = ((0, 0), Vec::new(), Vec::new());
        for number in 0..count {
            let entry = first + number * width;
            match tiff.u16(reader, entry)? {
                256 => size.0 = tiff.values(reader, entry, 1)?.first().copied().unwrap_or(0),
                257 => size.1 = tiff.values(reader, entry, 1)?.first().copied().unwrap_or(0),
                273 | 324 => offsets = tiff.values(reader, entry, 65_536)?,
                279 | 325 => lengths = tiff.values(reader, entry, 65_536)?,
                270 | 271 | 272 | 305 | 306 | 315 | 700 | 33432 | 34665 | 34853 => found.metadata = true,
                _ => {}
            }
        }
        for (offset, length) in offsets.iter().zip(&lengths) {
            let end = offset.checked_add(*length)?;
            reach = reach.max(end);
            if end > reader.size {
                found.problem("truncated", *offset, "the picture's data lie beyond the end of the file");
                return None;
            }
        }
        let (width_pixels, height_pixels) =
            (u32::try_from(size.0).unwrap_or(u32::MAX), u32::try_from(size.1).unwrap_or(u32::MAX));
        if offsets.is_empty() {
            found.malformed(directory, "a picture without data");
            return None;
        }
        found.picture(width_pixels, height_pixels, limits);
        reach = reach.max(first + count * width + if big { 8 } else { 4 });
        directory = tiff.offset(reader, first + count * width)?;
    }
    if seen.is_empty() {
        found.malformed(4, "no picture at all");
        return None;
    }
    found.animation(seen.len() as u32, limits);
    // Values and private data may lie anywhere, so the end is known only roughly: nothing readable may hide there.
    if reach < reader.size && reader.size - reach > 1 << 20 {
        found.problem("trailing-data", reach, "more than a megabyte that no directory speaks of");
    }
    Some(End::Whole)
}
