//! JPEG: segments with lengths, scans of coded data between them, from SOI to EOI.

use crate::inspection::{Inspection, Limits};
use crate::source::Reader;
use crate::walk::End;

/// More segments than any camera writes.
const MOST_SEGMENTS: u32 = 20_000;

pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let mut at = 2;
    let mut has_frame = false;
    let mut has_scan = false;
    for number in 0..MOST_SEGMENTS {
        if reader.u8(at)? != 0xFF {
            found.malformed(at, "a marker was expected");
            return None;
        }
        let marker = reader.u8(at + 1)?;
        match marker {
            // Fill bytes before a marker.
            0xFF => {
                at += 1;
                continue;
            }
            0xD9 => {
                if !has_scan {
                    found.malformed(at, "a picture without data");
                }
                return multi_picture(reader, found, at + 2);
            }
            0xD8 | 0x00 | 0x02..=0xBF => {
                found.malformed(at, "a marker that must not be here");
                return None;
            }
            0x01 | 0xD0..=0xD7 => {
                at += 2;
                continue;
            }
            _ => {}
        }
        let length = u64::from(reader.u16be(at + 2)?);
        if length < 2 {
            found.malformed(at, "a segment shorter than its own length");
            return None;
        }
        // The two bytes of a first length that read `/*` open a comment in JavaScript.
        if number == 0 && length == 0x2F2A {
            found.problem("polyglot", at, "the picture is a JavaScript program as well");
        }
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let (height, width) = (reader.u16be(at + 5)?, reader.u16be(at + 7)?);
                if has_frame && u32::from(width) != found.width.unwrap_or(0) {
                    found.malformed(at, "a second frame of another size");
                }
                has_frame = true;
                // A height of zero is told after the first scan (DNL); no camera and no browser does that.
                found.picture(width.into(), height.into(), limits);
            }
            0xE1..=0xED | 0xEF | 0xFE => found.metadata = true,
            0xDA => {
                if !has_frame {
                    found.malformed(at, "data before the frame's header");
                    return None;
                }
                has_scan = true;
                at = coded_data(reader, at + 2 + length)?;
                continue;
            }
            _ => {}
        }
        at += 2 + length;
        if at > reader.size {
            return None;
        }
    }
    found.malformed(at, "too many segments");
    None
}

/// The place of the first marker after coded data: an FF that is followed neither by 00 nor by a restart.
fn coded_data(reader: &mut Reader<'_>, from: u64) -> Option<u64> {
    let mut at = from;
    loop {
        let (step, done) = {
            let chunk = reader.chunk(at);
            if chunk.len() < 2 {
                return None;
            }
            let usable = chunk.len() - 1;
            let marker = memchr::memchr_iter(0xFF, &chunk[..usable])
                .find(|place| !matches!(chunk[place + 1], 0x00 | 0xD0..=0xD7));
            (marker.unwrap_or(usable), marker.is_some())
        };
        at += step as u64;
        if done {
            return Some(at);
        }
    }
}

/// Phones put more pictures after the first and list them in an MPF segment (APP2). Those are walked as well; anything
/// else after the end is trailing data.
fn multi_picture(reader: &mut Reader<'_>, found: &mut Inspection, end: u64) -> Option<End> {
    let mut end = end;
    for _ in 0..8 {
        let mut next = end;
        // Pictures begin at even places; a few zeros may stand between.
        while next < reader.size && next - end < 4096 && reader.u8(next)? == 0 {
            next += 1;
        }
        if !reader.is(next, &[0xFF, 0xD8, 0xFF]) || !has_index(reader) {
            return Some(End::At(end));
        }
        match further_picture(reader, next) {
            Some(after) => end = after,
            None => return Some(End::At(end)),
        }
    }
    found.problem("trailing-data", end, "many pictures follow the first");
    Some(End::Whole)
}

/// True when the first segments hold the index of further pictures.
fn has_index(reader: &mut Reader<'_>) -> bool {
    let head = reader.some(0, 128 << 10);
    memchr::memmem::find_iter(head, b"MPF\0")
        .any(|at| at >= 4 && head[at - 4] == 0xFF && head[at - 3] == 0xE2)
        || memchr::memmem::find(head, b"hdrgm:Version").is_some()
}

fn further_picture(reader: &mut Reader<'_>, from: u64) -> Option<u64> {
    let mut at = from + 2;
    for _ in 0..MOST_SEGMENTS {
        if reader.u8(at)? != 0xFF {
            return None;
        }
        match reader.u8(at + 1)? {
            0xFF => at += 1,
            0xD9 => return Some(at + 2),
            0x01 | 0xD0..=0xD7 => at += 2,
            0xDA => {
                let length = u64::from(reader.u16be(at + 2)?);
                at = coded_data(reader, at + 2 + length)?;
            }
            _ => at += 2 + u64::from(reader.u16be(at + 2)?).max(2),
        }
    }
    None
}
