//! PDF: objects and streams from the header to the end mark, searched for what a viewer would run.
//!
//! A viewer goes where the cross-reference points, so bytes that look like a stream's data may be objects to it. Names that
//! start programs are therefore looked for everywhere; short ones only where no packed data can form them by chance.

use crate::inspection::{Inspection, Limits};
use crate::source::Reader;
use crate::walk::End;
use crate::walk::gzip::inflate;

/// What a name means that a document without programs does not use.
const NAMES: [(&str, &str, &str); 17] = [
    ("JavaScript", "pdf-script", "the document holds JavaScript"),
    ("JS", "pdf-script", "the document holds JavaScript"),
    ("Rendition", "pdf-media", "the document plays media"),
    ("Launch", "pdf-launch", "the document starts programs"),
    ("EmbeddedFile", "pdf-attachment", "the document has files attached"),
    ("EmbeddedFiles", "pdf-attachment", "the document has files attached"),
    ("FileAttachment", "pdf-attachment", "the document has files attached"),
    ("RichMedia", "pdf-media", "the document plays media"),
    ("RichMediaContent", "pdf-media", "the document plays media"),
    ("Movie", "pdf-media", "the document plays media"),
    ("XFA", "pdf-form", "the document has an XFA form, which is a program"),
    ("SubmitForm", "pdf-form", "the document sends its form somewhere"),
    ("ImportData", "pdf-form", "the document loads data from elsewhere"),
    ("GoToE", "pdf-launch", "the document opens files attached to it"),
    ("GoToR", "pdf-external", "the document opens other files"),
    ("AA", "pdf-action", "the document acts when it is opened, closed or printed"),
    ("Encrypt", "encrypted", "the document needs a password, so it cannot be looked into"),
];

/// Streams of objects, and bytes that come out of them, that are looked at.
const MOST_STREAMS: u32 = 20_000;

pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits) -> Option<End> {
    if !reader.u8(5)?.is_ascii_digit() || reader.u8(6)? != b'.' || !reader.u8(7)?.is_ascii_digit() {
        found.malformed(5, "no version");
        return None;
    }
    let mut budget = limits.unpacked.min(128 << 20);
    let (mut at, mut streams) = (0, 0);
    // Outside of streams every name counts.
    while at < reader.size {
        let stream = reader.find(at, reader.size, b"stream").unwrap_or(reader.size);
        names(reader, found, at, stream, false);
        if stream == reader.size {
            break;
        }
        let from = match (reader.u8(stream + 6), reader.u8(stream + 7)) {
            (Some(b'\r'), Some(b'\n')) => stream + 8,
            (Some(b'\n' | b'\r'), _) => stream + 7,
            _ => {
                at = stream + 6;
                continue;
            }
        };
        let end = reader.find(from, reader.size, b"endstream").unwrap_or(reader.size);
        names(reader, found, from, end, true);
        streams += 1;
        if streams > MOST_STREAMS && budget > 0 {
            budget = 0;
        }
        object_stream(reader, found, at, stream, from, end, &mut budget);
        at = (end + 9).min(reader.size);
    }
    if !reader
        .some(0, 65_536.min(usize::try_from(reader.size).unwrap_or(65_536)))
        .windows(4)
        .any(|word| word == b" obj")
        && reader.find(0, reader.size, b" obj").is_none()
    {
        found.malformed(8, "no objects");
        return None;
    }
    let Some(mark) = reader.rfind(crate::source::WINDOW, b"%%EOF") else {
        found.problem("truncated", reader.size, "the document has no end mark");
        return None;
    };
    if reader.rfind(crate::source::WINDOW, b"startxref").is_none() {
        found.malformed(mark, "the document has no cross-reference");
        return None;
    }
    let mut end = mark + 5;
    while end < reader.size && matches!(reader.u8(end)?, b'\r' | b'\n' | b' ' | 0) {
        end += 1;
    }
    found.metadata = reader.find(0, reader.size, b"/Info").is_some()
        || reader.find(0, reader.size, b"/Metadata").is_some();
    Some(End::At(end))
}

/// Looks at the names between two places.
fn names(reader: &mut Reader<'_>, found: &mut Inspection, from: u64, to: u64, in_stream: bool) {
    let mut at = from;
    while at < to {
        let (step, hits) = {
            let chunk = reader.chunk(at);
            let room = usize::try_from(to - at).unwrap_or(usize::MAX).min(chunk.len());
            if room == 0 {
                return;
            }
            (room, names_in(&chunk[..room], in_stream))
        };
        for (place, code, detail) in hits {
            found.problem(code, at + place as u64, detail);
        }
        // A name may begin at the end of one window.
        at += if at + step as u64 >= to { step as u64 } else { step.saturating_sub(64).max(1) as u64 };
    }
}

fn names_in(bytes: &[u8], in_stream: bool) -> Vec<(usize, &'static str, &'static str)> {
    let mut hits: Vec<(usize, &'static str, &'static str)> = Vec::new();
    for place in memchr::memchr_iter(b'/', bytes) {
        let Some(first) = bytes.get(place + 1) else { break };
        // No name of the list begins with another letter; `#` begins an escape.
        if !matches!(first, b'J' | b'R' | b'L' | b'E' | b'F' | b'M' | b'X' | b'S' | b'I' | b'G' | b'A' | b'#')
        {
            continue;
        }
        let Some(name) = decode(&bytes[place + 1..]) else { continue };
        if let Some((_, code, detail)) = NAMES.iter().find(|(word, _, _)| *word == name)
            && (!in_stream || name.len() > 5 && name != "Encrypt")
            && !hits.iter().any(|(_, other, _)| other == code)
        {
            hits.push((place, code, detail));
        }
    }
    hits
}

/// A name with its `#` escapes resolved, if it is a short one.
fn decode(bytes: &[u8]) -> Option<String> {
    let mut name = String::new();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            None => return Some(name),
            Some(b'#') => {
                let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
                name.push(char::from(u8::from_str_radix(digits, 16).ok()?));
                at += 3;
            }
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') => {
                name.push(char::from(*byte));
                at += 1;
            }
            Some(_) => return Some(name),
        }
        if name.len() > 24 {
            return None;
        }
    }
}

/// Objects may be packed into a stream; that is where programs hide.
fn object_stream(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    object: u64,
    stream: u64,
    from: u64,
    end: u64,
    budget: &mut u64,
) {
    let before = stream.saturating_sub(2048).max(object);
    let dictionary = reader.some(before, usize::try_from(stream - before).unwrap_or(0)).to_vec();
    let dictionary = match memchr::memmem::rfind(&dictionary, b" obj") {
        Some(place) => &dictionary[place..],
        None => &dictionary[..],
    };
    let has = |word: &[u8]| memchr::memmem::find(dictionary, word).is_some();
    let escaped = memchr::memchr(b'#', dictionary).is_some() && {
        memchr::memchr_iter(b'/', dictionary)
            .any(|place| decode(&dictionary[place + 1..]).is_some_and(|name| name == "ObjStm"))
    };
    if !has(b"/ObjStm") && !escaped {
        return;
    }
    let filters = ["ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "AHx", "A85"];
    if filters.iter().any(|filter| has(filter.as_bytes())) {
        found.problem("pdf-hidden", stream, "objects are packed in a way that cannot be looked into");
        return;
    }
    if !has(b"FlateDecode") && !has(b"/Fl") {
        // Not packed: its names count like those outside.
        names(reader, found, from, end, false);
        return;
    }
    if *budget == 0 {
        found.problem("pdf-hidden", stream, "too many packed objects to look into");
        return;
    }
    let mut unpacked = Vec::new();
    let done = inflate(reader, from, end - from, (*budget).min(16 << 20), true, |bytes| {
        unpacked.extend_from_slice(bytes)
    });
    *budget = budget.saturating_sub(unpacked.len() as u64);
    if done.is_none_or(|done| done.over) {
        found.problem("pdf-hidden", stream, "packed objects that cannot be unpacked");
    }
    for (_, code, detail) in names_in(&unpacked, false) {
        found.problem(code, stream, detail);
    }
}
