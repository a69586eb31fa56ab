//! Archives and tables of which the directory is looked at, not the data: TAR, XZ, Zstandard, 7-Zip, SQLite, Parquet.

use crate::inspection::{Inspection, Limits};
use crate::recognise::{octal, tar_checksum};
use crate::source::Reader;
use crate::walk::End;

pub(crate) fn tar(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    let (mut at, mut entries, mut unpacked, mut zeros) = (0u64, 0u64, 0u64, 0);
    let mut long_name: Option<Vec<u8>> = None;
    while at < reader.size {
        let block: [u8; 512] = reader.array(at)?;
        if block.iter().all(|byte| *byte == 0) {
            zeros += 1;
            at += 512;
            if zeros == 2 {
                break;
            }
            continue;
        }
        if tar_checksum(&block).is_none_or(|(said, real)| said != real) {
            if entries > 0 {
                return Some(End::At(at));
            }
            found.malformed(at, "a header whose checksum is wrong");
            return None;
        }
        let Some(size) = octal(&block[124..136]) else {
            found.malformed(at, "an entry of an impossible size");
            return None;
        };
        let data = at + 512;
        let sort = block[156];
        let text = |field: &[u8]| field.iter().copied().take_while(|byte| *byte != 0).collect::<Vec<u8>>();
        match sort {
            b'L' => long_name = Some(text(reader.some(data, usize::try_from(size.min(4096)).unwrap_or(0)))),
            b'x' | b'g' => {
                // PAX headers: `length path=name` lines.
                let lines = reader.some(data, usize::try_from(size.min(65_536)).unwrap_or(0)).to_vec();
                if let Some(place) = memchr::memmem::find(&lines, b" path=") {
                    long_name =
                        Some(lines[place + 6..].iter().copied().take_while(|byte| *byte != b'\n').collect());
                }
                if memchr::memmem::find(&lines, b" size=").is_some() {
                    found.problem("archive-mismatch", at, "an entry tells its size twice");
                }
            }
            b'K' => {}
            _ => {
                entries += 1;
                let name = long_name.take().unwrap_or_else(|| {
                    let (prefix, name) = (text(&block[345..500]), text(&block[..100]));
                    if block[257..263] == *b"ustar\0" && !prefix.is_empty() {
                        [prefix, vec![b'/'], name].concat()
                    } else {
                        name
                    }
                });
                entry_name(found, at, &String::from_utf8_lossy(&name));
                match sort {
                    b'1' | b'2' => found.problem("archive-link", at, "an entry that links to another place"),
                    b'3' | b'4' | b'6' => {
                        found.problem("archive-link", at, "an entry that is a device or a pipe")
                    }
                    b'S' => found.problem("archive-mismatch", at, "an entry with holes"),
                    _ => unpacked = unpacked.saturating_add(size),
                }
            }
        }
        let step = if matches!(sort, b'1' | b'2' | b'3' | b'4' | b'5' | b'6') {
            0
        } else {
            size.checked_next_multiple_of(512)?
        };
        at = data.checked_add(step)?;
        if entries > limits.entries {
            found.problem("archive-entries", at, format!("more than {} entries", limits.entries));
            return Some(End::Open);
        }
    }
    found.entries = Some(entries);
    found.unpacked = Some(unpacked);
    if unpacked > limits.unpacked {
        found.problem("archive-size", 0, format!("{unpacked} bytes after unpacking"));
    }
    if at > reader.size {
        return None;
    }
    // Tape records are filled with zeros.
    Some(End::At(at))
}

/// What is wrong with the name of an archive's entry.
pub(crate) fn entry_name(found: &mut Inspection, at: u64, name: &str) {
    let shown: String = name.chars().take(80).flat_map(char::escape_debug).collect();
    let path = name.replace('\\', "/");
    if path.starts_with('/')
        || path.split('/').any(|part| part.trim_end() == "..")
        || path.get(1..2) == Some(":")
        || name.contains('\0')
    {
        found.problem(
            "archive-path",
            at,
            format!("the entry `{shown}` lies outside of the archive's folder"),
        );
    }
    if name.len() > 1024 || path.split('/').count() > 64 {
        found.problem("archive-path", at, "an entry with an endless path");
    }
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    for problem in crate::name::name_problems(last) {
        if matches!(
            problem.code,
            "name-control" | "name-bidi" | "name-configuration" | "name-stream" | "name-reserved"
        ) {
            found.problem("archive-path", at, format!("the entry `{shown}`: {}", problem.detail));
        }
    }
}

/// XZ: the index at the end tells how much comes out.
pub(crate) fn xz(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    found.problem("archive-opaque", 0, "what is inside an XZ file cannot be looked at");
    let mut end = reader.size;
    while end > 32 && end.is_multiple_of(4) && reader.u32le(end - 4)? == 0 {
        end -= 4;
    }
    if end < 32 || !reader.is(end - 2, b"YZ") {
        found.problem("trailing-data", end, "the file does not end as XZ files do");
        return Some(End::Open);
    }
    let index = (u64::from(reader.u32le(end - 8)?) + 1) * 4;
    let mut at = (end - 12).checked_sub(index)?;
    if reader.u8(at)? != 0 {
        return None;
    }
    at += 1;
    let records = variable(reader, &mut at)?;
    let mut unpacked = 0u64;
    for _ in 0..records.min(1_000_000) {
        variable(reader, &mut at)?;
        unpacked = unpacked.saturating_add(variable(reader, &mut at)?);
    }
    found.unpacked = Some(unpacked);
    size_and_ratio(found, limits, unpacked, reader.size);
    Some(End::Whole)
}

fn variable(reader: &mut Reader<'_>, at: &mut u64) -> Option<u64> {
    let mut value = 0u64;
    for shift in 0..9 {
        let byte = reader.u8(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7F) << (7 * shift);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Notes an archive that unfolds to too much.
pub(crate) fn size_and_ratio(found: &mut Inspection, limits: &Limits, unpacked: u64, packed: u64) {
    if unpacked > limits.unpacked {
        found.problem(
            "archive-size",
            0,
            format!("{unpacked} bytes after unpacking, at most {} are allowed", limits.unpacked),
        );
    }
    if unpacked > 1 << 20 && unpacked / packed.max(1) > limits.ratio {
        found.problem("archive-ratio", 0, format!("{unpacked} bytes come out of {packed}"));
    }
}

/// Zstandard: frames of blocks; the first frame's header may tell how much comes out.
pub(crate) fn zstd(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    found.problem("archive-opaque", 0, "what is inside a Zstandard file cannot be looked at");
    let (mut at, mut unpacked) = (0, 0u64);
    while at < reader.size {
        let magic = reader.u32le(at)?;
        if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
            at += 8 + u64::from(reader.u32le(at + 4)?);
            continue;
        }
        if magic != 0xFD2F_B528 {
            return Some(End::At(at));
        }
        let descriptor = reader.u8(at + 4)?;
        at += 5;
        let single = descriptor & 0x20 != 0;
        at += u64::from(!single) + [0, 1, 2, 4][usize::from(descriptor & 3)];
        let width = match descriptor >> 6 {
            0 => u64::from(single),
            1 => 2,
            2 => 4,
            _ => 8,
        };
        if width == 8 {
            unpacked = unpacked.saturating_add(reader.u64le(at)?);
        } else if width == 4 {
            unpacked = unpacked.saturating_add(u64::from(reader.u32le(at)?));
        }
        at += width;
        let mut said = 0u64;
        loop {
            let header =
                reader.bytes(at, 3)?.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
            let (last, sort, size) = (header & 1 == 1, header >> 1 & 3, header >> 3);
            if sort == 3 {
                found.malformed(at, "a block no decoder knows");
                return None;
            }
            said += if sort == 0 { size } else { size.max(128 << 10) * u64::from(sort == 1) };
            at += 3 + if sort == 1 { 1 } else { size };
            if last {
                break;
            }
        }
        unpacked = unpacked.max(said);
        at += if descriptor & 4 != 0 { 4 } else { 0 };
    }
    found.unpacked = Some(unpacked);
    size_and_ratio(found, limits, unpacked, reader.size);
    Some(End::At(at))
}

pub(crate) fn seven_zip(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    found.problem("archive-opaque", 0, "what is inside a 7-Zip archive cannot be looked at");
    let (offset, length) = (reader.u64le(12)?, reader.u64le(20)?);
    Some(End::At(32u64.checked_add(offset)?.checked_add(length)?))
}

pub(crate) fn sqlite(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let page = match reader.u16be(16)? {
        1 => 65_536,
        size if size.is_power_of_two() && size >= 512 => u64::from(size),
        _ => {
            found.malformed(16, "an impossible page size");
            return None;
        }
    };
    let pages = u64::from(reader.u32be(28)?);
    Some(if pages == 0 { End::Whole } else { End::At(pages * page) })
}

pub(crate) fn parquet(reader: &mut Reader<'_>, _found: &mut Inspection) -> Option<End> {
    let end = reader.size;
    let footer = u64::from(reader.u32le(end.checked_sub(8)?)?);
    (reader.is(end - 4, b"PAR1") && footer + 12 <= end).then_some(End::Whole)
}

pub(crate) fn npy(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let header = reader.some(0, 4096);
    // Arrays of objects are pickles.
    if memchr::memmem::find(header, b"'|O'").is_some() || memchr::memmem::find(header, b"'O'").is_some() {
        found.problem("embedded-script", 0, "an array of Python objects, which is a pickle");
    }
    Some(End::Open)
}

pub(crate) fn mobi(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let records = u64::from(reader.u16be(76)?);
    let mut last = 0;
    for number in 0..records {
        let place = reader.u32be(78 + 8 * number)?;
        if place < last || u64::from(place) > reader.size {
            found.malformed(78 + 8 * number, "a record outside of the file");
            return None;
        }
        last = place;
    }
    Some(End::Whole)
}
