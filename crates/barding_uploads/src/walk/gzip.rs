//! Deflated data, unpacked in small pieces and never past a limit; GZIP files.

use crate::inspection::{Inspection, Limits};
use crate::kind::{Family, Kind};
use crate::source::Reader;
use crate::walk::archive::size_and_ratio;
use crate::walk::{End, inspect};
use flate2::{Decompress, FlushDecompress, Status};

/// What unpacking came to.
pub(crate) struct Unpacked {
    /// Bytes that were read.
    pub(crate) consumed: u64,
    /// Bytes that came out.
    pub(crate) produced: u64,
    /// True when the data ended as they should.
    pub(crate) complete: bool,
    /// True when the limit was reached before the end.
    pub(crate) over: bool,
}

/// Unpacks from `at`, reading at most `packed` bytes and writing at most `limit`. `None` when the data are not deflated.
pub(crate) fn inflate(
    reader: &mut Reader<'_>,
    at: u64,
    packed: u64,
    limit: u64,
    zlib: bool,
    mut sink: impl FnMut(&[u8]),
) -> Option<Unpacked> {
    let mut decoder = Decompress::new(zlib);
    let mut out = vec![0u8; 64 << 10];
    loop {
        let consumed = decoder.total_in();
        let chunk = reader.chunk(at + consumed);
        let room = usize::try_from(packed - consumed).unwrap_or(usize::MAX).min(chunk.len());
        let before = decoder.total_out();
        let status = decoder.decompress(&chunk[..room], &mut out, FlushDecompress::None).ok()?;
        let fresh = usize::try_from(decoder.total_out() - before).unwrap_or(0);
        sink(&out[..fresh]);
        let state = |complete, over| {
            Some(Unpacked { consumed: decoder.total_in(), produced: decoder.total_out(), complete, over })
        };
        match status {
            Status::StreamEnd => return state(true, false),
            _ if decoder.total_out() > limit => return state(false, true),
            _ if fresh == 0 && decoder.total_in() == consumed => return state(false, false),
            _ => {}
        }
    }
}

/// Packed files that are larger than this after unpacking are not looked into.
pub(crate) const LOOKED_INTO: u64 = 16 << 20;

pub(crate) fn walk(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    limits: &Limits,
    depth: u32,
) -> Option<End> {
    let (mut at, mut produced, mut inner) = (0u64, 0u64, Vec::new());
    while at < reader.size {
        if !reader.is(at, &[0x1F, 0x8B, 8]) {
            return Some(End::At(at));
        }
        let flags = reader.u8(at + 3)?;
        if flags & 0xE0 != 0 {
            found.malformed(at, "a header no decoder knows");
            return None;
        }
        let mut data = at + 10;
        if flags & 4 != 0 {
            data += 2 + u64::from(reader.u16le(data)?);
        }
        for flag in [8, 16] {
            if flags & flag != 0 {
                data = reader.find(data, data + 4096, &[0])? + 1;
                found.metadata = true;
            }
        }
        data += if flags & 2 != 0 { 2 } else { 0 };
        let unpacked = inflate(
            reader,
            data,
            reader.size - data.min(reader.size),
            limits.unpacked.saturating_sub(produced),
            false,
            |bytes| {
                if (inner.len() as u64) < LOOKED_INTO {
                    inner.extend_from_slice(bytes);
                }
            },
        );
        let Some(unpacked) = unpacked else {
            found.malformed(data, "data that cannot be unpacked");
            return None;
        };
        produced += unpacked.produced;
        at = data + unpacked.consumed;
        if unpacked.over || size_is_too_much(found, limits, produced, at) {
            size_and_ratio(found, limits, produced.max(limits.unpacked + 1), at);
            return Some(End::Open);
        }
        if !unpacked.complete {
            return None;
        }
        if u64::from(reader.u32le(at + 4)?) != unpacked.produced & 0xFFFF_FFFF {
            found.malformed(at, "a length that is not that of the data");
            return None;
        }
        at += 8;
    }
    found.unpacked = Some(produced);
    size_and_ratio(found, limits, produced, reader.size);
    if produced > LOOKED_INTO {
        found.problem("archive-opaque", 0, "too large after unpacking to be looked into");
        return Some(End::At(at));
    }
    look_into(found, &inner, limits, depth);
    Some(End::At(at))
}

fn size_is_too_much(found: &mut Inspection, limits: &Limits, produced: u64, packed: u64) -> bool {
    if produced > 1 << 20 && produced / packed.max(1) > limits.ratio {
        size_and_ratio(found, limits, produced, packed);
        return true;
    }
    false
}

/// What one packed file holds: archives count as nested, programs are named, and a TAR inside GZIP is looked through.
fn look_into(found: &mut Inspection, bytes: &[u8], limits: &Limits, depth: u32) {
    let mut source = bytes;
    let head = crate::recognise_head(&bytes[..bytes.len().min(crate::recognise::HEAD)]);
    if head.family() == Family::Archive && head != Kind::Tar && depth >= limits.nesting {
        found.problem("archive-nesting", 0, format!("{} inside a GZIP file", head.title()));
        return;
    }
    if head.family() == Family::Executable {
        found.problem("archive-active", 0, format!("{} inside a GZIP file", head.title()));
    }
    if matches!(head, Kind::Svg | Kind::Html | Kind::Swf) {
        found.problem("archive-active", 0, format!("{} inside a GZIP file", head.title()));
    }
    if head.family() == Family::Archive {
        let inner = inspect(&mut Reader::new(&mut source), limits, depth + 1);
        found.entries = inner.entries;
        for problem in inner.problems.into_iter().filter(|problem| problem.code != "truncated") {
            found.problem(problem.code, 0, format!("inside: {}", problem.detail));
        }
    }
}
