//! ZIP, and what is built on it: Office, OpenDocument, EPUB, Java, Android.
//!
//! Readers trust the directory at the end, streams trust the headers before each entry; both are read here and must agree,
//! must not overlap, and must leave no byte unaccounted for. Every entry is unpacked once, in small pieces, within limits.

use crate::inspection::{Inspection, Limits};
use crate::kind::{Family, Kind};
use crate::source::Reader;
use crate::walk::archive::{entry_name, size_and_ratio};
use crate::walk::gzip::{LOOKED_INTO, inflate};
use crate::walk::{End, inspect};
use std::collections::BTreeSet;

struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    unpacked: u64,
    header: u64,
    attributes: u32,
    system: u8,
}

struct Directory {
    end: u64,
    tail: u64,
    start: u64,
    count: u64,
    /// Bytes before the archive's own beginning.
    shift: u64,
}

/// The place of the end record of an archive in the last bytes of a file, if one is there that a reader would use.
pub(crate) fn directory_end(reader: &mut Reader<'_>) -> Option<u64> {
    directory(reader).filter(|directory| directory.count > 0).map(|directory| directory.end)
}

fn directory(reader: &mut Reader<'_>) -> Option<Directory> {
    let from = reader.size.saturating_sub(22 + 65_535);
    let tail = reader.some(from, 22 + 65_535).to_vec();
    for place in memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").take(64) {
        let Some(record) = tail.get(place..place + 22) else { continue };
        let end = from + place as u64;
        let half = |at: usize| u64::from(u16::from_le_bytes([record[at], record[at + 1]]));
        let word = |at: usize| {
            u64::from(u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]))
        };
        let (mut count, mut size, mut offset, mut limit) = (half(10), word(12), word(16), end);
        if half(4) != 0 || half(8) != half(10) {
            continue;
        }
        let locator = end.checked_sub(20).filter(|at| reader.is(*at, b"PK\x06\x07"));
        if let (Some(locator), true) =
            (locator, count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF)
        {
            let record = reader.u64le(locator + 8)?;
            if !reader.is(record, b"PK\x06\x06") {
                continue;
            }
            (count, size, offset, limit) =
                (reader.u64le(record + 32)?, reader.u64le(record + 40)?, reader.u64le(record + 48)?, record);
        }
        let Some(start) = limit.checked_sub(size) else { continue };
        if count > 0 && !reader.is(start, b"PK\x01\x02") || start < offset {
            continue;
        }
        return Some(Directory { end, tail: end + 22 + half(20), start, count, shift: start - offset });
    }
    None
}

fn entries(reader: &mut Reader<'_>, directory: &Directory, most: u64) -> Option<Vec<Entry>> {
    let mut at = directory.start;
    let mut list = Vec::new();
    for _ in 0..directory.count.min(most) {
        let fixed: [u8; 46] = reader.array(at)?;
        let half = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let word = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
        if !fixed.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (name_length, extra_length, comment_length) =
            (usize::from(half(28)), usize::from(half(30)), u64::from(half(32)));
        let name = reader.bytes(at + 46, name_length)?.to_vec();
        let extra = reader.bytes(at + 46 + name_length as u64, extra_length)?.to_vec();
        let mut entry = Entry {
            name,
            flags: half(8),
            method: half(10),
            checksum: word(16),
            packed: word(20).into(),
            unpacked: word(24).into(),
            header: word(42).into(),
            attributes: word(38),
            system: fixed[5],
        };
        large_sizes(&mut entry, &extra);
        list.push(entry);
        at += 46 + name_length as u64 + extra_length as u64 + comment_length;
    }
    Some(list)
}

/// ZIP64 keeps sizes that do not fit in an extra field, in a fixed order.
fn large_sizes(entry: &mut Entry, extra: &[u8]) {
    let mut rest = extra;
    while let [a, b, c, d, after @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*c, *d])).min(after.len());
        if [*a, *b] == [1, 0] {
            let mut values = after[..length]
                .chunks_exact(8)
                .filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes));
            for field in [&mut entry.unpacked, &mut entry.packed, &mut entry.header] {
                if *field == 0xFFFF_FFFF {
                    *field = values.next().unwrap_or(*field);
                }
            }
        }
        rest = &after[length..];
    }
}

/// What is built on the archive, by its entries' names.
pub(crate) fn kind_of(reader: &mut Reader<'_>) -> Kind {
    let Some(directory) = directory(reader) else { return Kind::Zip };
    let list = entries(reader, &directory, 2000).unwrap_or_default();
    kind_by_entries(reader, &list)
}

fn kind_by_entries(reader: &mut Reader<'_>, list: &[Entry]) -> Kind {
    if reader.is(30, b"mimetype") {
        let start = 38 + u64::from(reader.u16le(28).unwrap_or(0));
        let length = usize::try_from(reader.u32le(22).unwrap_or(0)).unwrap_or(0).min(100);
        let said =
            String::from_utf8_lossy(reader.some(start, if length == 0 { 60 } else { length })).into_owned();
        let document = |word: &str| said.contains(&format!("opendocument.{word}"));
        return if said.starts_with("application/epub+zip") {
            Kind::Epub
        } else if document("text") {
            Kind::Odt
        } else if document("spreadsheet") {
            Kind::Ods
        } else if document("presentation") {
            Kind::Odp
        } else if document("graphics") || document("formula") || document("chart") {
            Kind::Odg
        } else {
            Kind::Zip
        };
    }
    let has = |name: &[u8]| list.iter().any(|entry| entry.name == name);
    let under = |prefix: &[u8]| list.iter().any(|entry| entry.name.starts_with(prefix));
    let ends = |suffix: &[u8]| list.iter().any(|entry| entry.name.to_ascii_lowercase().ends_with(suffix));
    if has(b"[Content_Types].xml") {
        if macros(list) || has(b"xl/workbook.bin") {
            return Kind::OfficeMacro;
        }
        for (prefix, kind) in [
            (&b"word/"[..], Kind::Docx),
            (b"xl/", Kind::Xlsx),
            (b"ppt/", Kind::Pptx),
            (b"visio/", Kind::Visio),
            (b"Documents/", Kind::Xps),
            (b"FixedDocumentSequence", Kind::Xps),
        ] {
            if under(prefix) {
                return kind;
            }
        }
    }
    if has(b"AndroidManifest.xml") {
        Kind::Apk
    } else if under(b"META-INF/mozilla") || has(b"install.rdf") {
        Kind::Extension
    } else if has(b"META-INF/MANIFEST.MF") || ends(b".class") {
        Kind::Jar
    } else if ends(b".dist-info/wheel") || under(b"EGG-INFO/") {
        Kind::Wheel
    } else {
        Kind::Zip
    }
}

fn macros(list: &[Entry]) -> bool {
    list.iter().any(|entry| {
        let name = entry.name.to_ascii_lowercase();
        name.ends_with(b"vbaproject.bin")
            || name.ends_with(b"vbadata.xml")
            || memchr::memmem::find(&name, b"macrosheets/").is_some()
    })
}

pub(crate) fn walk(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    limits: &Limits,
    depth: u32,
) -> Option<End> {
    let Some(directory) = directory(reader) else {
        found.problem("truncated", reader.size, "the archive has no directory at its end");
        return None;
    };
    if directory.shift != 0 {
        found.problem("polyglot", 0, format!("{} bytes stand before the archive", directory.shift));
    }
    if directory.count > limits.entries {
        found.problem(
            "archive-entries",
            directory.start,
            format!("{} entries, at most {} are allowed", directory.count, limits.entries),
        );
        found.kind = kind_of(reader);
        return Some(End::Open);
    }
    let Some(list) = entries(reader, &directory, limits.entries) else {
        found.malformed(directory.start, "a directory that cannot be read");
        return None;
    };
    found.kind = kind_by_entries(reader, &list);
    found.entries = Some(list.len() as u64);
    names(found, &list);
    layout(reader, found, &list, &directory);
    let said: u64 = list.iter().fold(0, |sum, entry| sum.saturating_add(entry.unpacked));
    let packed: u64 = list.iter().fold(0, |sum, entry| sum.saturating_add(entry.packed));
    found.unpacked = Some(said);
    size_and_ratio(found, limits, said, packed);
    let hopeless = ["archive-size", "archive-ratio", "archive-mismatch", "malformed"];
    if !hopeless.iter().any(|code| found.has(code)) {
        unpack(reader, found, &list, limits, depth, directory.shift);
    }
    Some(End::At(directory.tail))
}

fn names(found: &mut Inspection, list: &[Entry]) {
    let mut seen = BTreeSet::new();
    for entry in list {
        let name = String::from_utf8_lossy(&entry.name);
        entry_name(found, entry.header, &name);
        if !seen.insert(name.to_lowercase()) {
            found.problem("archive-mismatch", entry.header, "two entries of one name");
        }
        if entry.flags & 1 != 0 {
            found.problem("encrypted", entry.header, "an entry that needs a password");
        }
        if entry.system == 3 && entry.attributes >> 28 == 0xA {
            found.problem("archive-link", entry.header, "an entry that links to another place");
        }
        if !matches!(entry.method, 0 | 8) {
            found.problem(
                "archive-opaque",
                entry.header,
                "an entry packed in a way that cannot be looked into",
            );
        }
    }
    let lower: Vec<Vec<u8>> = list.iter().map(|entry| entry.name.to_ascii_lowercase()).collect();
    let any = |test: &dyn Fn(&[u8]) -> bool| lower.iter().any(|name| test(name));
    let within = |needle: &'static [u8]| move |name: &[u8]| memchr::memmem::find(name, needle).is_some();
    if found.kind == Kind::OfficeMacro || macros(list) {
        found.problem("office-macros", 0, "the document holds macros");
    }
    match found.kind {
        Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::OfficeMacro | Kind::Visio => {
            if any(&within(b"activex/")) {
                found.problem("office-object", 0, "the document holds ActiveX controls");
            }
            if any(&|name| memchr::memmem::find(name, b"embeddings/").is_some() && name.ends_with(b".bin")) {
                found.problem("office-object", 0, "the document holds an embedded object");
            }
            if any(&within(b"externallinks/")) {
                found.problem("office-external", 0, "the document takes data from other documents");
            }
        }
        Kind::Odt | Kind::Ods | Kind::Odp | Kind::Odg
            if any(&|name| {
                name.starts_with(b"basic/") && name.len() > 6
                    || name.starts_with(b"scripts/") && name.len() > 8
            }) =>
        {
            found.problem("office-macros", 0, "the document holds macros");
        }
        Kind::Epub
            if any(&|name| name.ends_with(b".js") || name.ends_with(b".swf") || name.ends_with(b".exe")) =>
        {
            found.problem("archive-active", 0, "the book holds programs");
        }
        _ => {}
    }
}

/// Every byte belongs to one entry or to the directory, and both descriptions of an entry agree.
fn layout(reader: &mut Reader<'_>, found: &mut Inspection, list: &[Entry], directory: &Directory) {
    let mut order: Vec<&Entry> = list.iter().collect();
    order.sort_by_key(|entry| entry.header);
    let mut last = 0;
    for entry in order {
        let header = entry.header.saturating_add(directory.shift);
        let Some(fixed) = reader.array::<30>(header).filter(|fixed| fixed.starts_with(b"PK\x03\x04")) else {
            found.problem("archive-mismatch", header, "the directory names an entry that is not there");
            return;
        };
        let half = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let name_length = usize::from(half(26));
        let data = header + 30 + name_length as u64 + u64::from(half(28));
        if reader.bytes(header + 30, name_length) != Some(&entry.name[..])
            || half(8) != entry.method
            || (half(6) ^ entry.flags) & 1 != 0
        {
            found.problem("archive-mismatch", header, "the directory and an entry's own header differ");
        }
        let sizes = (
            u32::from_le_bytes([fixed[18], fixed[19], fixed[20], fixed[21]]),
            u32::from_le_bytes([fixed[22], fixed[23], fixed[24], fixed[25]]),
        );
        let described_later = entry.flags & 8 != 0;
        if !described_later
            && sizes.0 != u32::MAX
            && (u64::from(sizes.0) != entry.packed || u64::from(sizes.1) != entry.unpacked)
        {
            found.problem(
                "archive-mismatch",
                header,
                "the directory and an entry's own header tell different sizes",
            );
        }
        let shifted = last + if last == 0 { directory.shift } else { 0 };
        if header < last {
            found.problem("archive-overlap", header, "two entries share their bytes");
            return;
        }
        if header > shifted + 24 || header > shifted && last == 0 {
            found.problem("archive-hidden", shifted, "bytes that belong to no entry");
        }
        last = data.saturating_add(entry.packed);
        if last > directory.start {
            found.problem("archive-overlap", header, "an entry reaches into the directory");
            return;
        }
    }
    let gap = directory.start - last.min(directory.start);
    if gap > 24 && !list.is_empty() && found.kind != Kind::Apk {
        found.problem("archive-hidden", last, "bytes before the directory that belong to no entry");
    }
}

fn unpack(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    list: &[Entry],
    limits: &Limits,
    depth: u32,
    shift: u64,
) {
    let mut total = 0u64;
    for entry in list {
        if entry.flags & 1 != 0
            || !matches!(entry.method, 0 | 8)
            || entry.name.ends_with(b"/") && entry.unpacked == 0
        {
            continue;
        }
        let header = entry.header + shift;
        let (Some(name), Some(extra)) = (reader.u16le(header + 26), reader.u16le(header + 28)) else {
            return;
        };
        let data = header + 30 + u64::from(name) + u64::from(extra);
        let mut content = Content::new(entry);
        let done = if entry.method == 0 {
            stored(reader, data, entry.packed, &mut content)
        } else {
            inflate(reader, data, entry.packed, entry.unpacked, false, |bytes| content.add(bytes))
                .is_some_and(|unpacked| {
                    unpacked.complete
                        && unpacked.produced == entry.unpacked
                        && unpacked.consumed == entry.packed
                })
        };
        if !done || content.hasher.clone().finalize() != entry.checksum {
            found.problem("archive-mismatch", header, "an entry whose data do not fit its size or checksum");
            return;
        }
        total += entry.unpacked;
        content.judge(found, header, limits, depth, total, list.len() as u64);
    }
}

fn stored(reader: &mut Reader<'_>, data: u64, length: u64, content: &mut Content) -> bool {
    let mut at = data;
    while at < data + length {
        let chunk = reader.chunk(at);
        let take = usize::try_from(data + length - at).unwrap_or(usize::MAX).min(chunk.len());
        if take == 0 {
            return false;
        }
        content.add(&chunk[..take]);
        at += take as u64;
    }
    true
}

/// One entry's bytes: all of a small one, the beginning of a large one.
struct Content {
    name: Vec<u8>,
    kept: Vec<u8>,
    keep: usize,
    unpacked: u64,
    hasher: crc32fast::Hasher,
}

impl Content {
    fn new(entry: &Entry) -> Self {
        let keep = if entry.unpacked <= LOOKED_INTO {
            usize::try_from(entry.unpacked).unwrap_or(0)
        } else {
            crate::recognise::HEAD
        };
        Self {
            name: entry.name.to_ascii_lowercase(),
            kept: Vec::new(),
            keep,
            unpacked: entry.unpacked,
            hasher: crc32fast::Hasher::new(),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        let room = self.keep.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
    }

    fn judge(&self, found: &mut Inspection, at: u64, limits: &Limits, depth: u32, total: u64, entries: u64) {
        let contains = |needle: &[u8]| memchr::memmem::find(&self.kept, needle).is_some();
        let office = matches!(
            found.kind,
            Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::OfficeMacro | Kind::Visio | Kind::Xps
        );
        let open_document = matches!(found.kind, Kind::Odt | Kind::Ods | Kind::Odp | Kind::Odg);
        if office || open_document || found.kind == Kind::Epub {
            let markup =
                self.name.ends_with(b".xml") || self.name.ends_with(b".rels") || self.name.ends_with(b".opf");
            if markup && contains(b"<!ENTITY") {
                found.problem("xml-entity", at, "a part of the document defines entities");
            }
            if office && self.name.ends_with(b".rels") && contains(b"TargetMode=\"External\"") {
                for word in [
                    &b"attachedTemplate"[..],
                    b"oleObject",
                    b"/frame",
                    b"subDocument",
                    b"externalLinkPath",
                    b"/control",
                ] {
                    if contains(word) {
                        found.problem("office-external", at, "the document loads a part from elsewhere");
                    }
                }
            }
            if office
                && markup
                && (contains(b"DDEAUTO") || contains(b" DDE ") || contains(b">DDE ") || contains(b"<ddeLink"))
            {
                found.problem("office-dde", at, "the document asks another program for data");
            }
            if office && contains(b"macroEnabled") && self.name == b"[content_types].xml" {
                found.problem("office-macros", at, "the document says it holds macros");
            }
            if open_document
                && self.name == b"content.xml"
                && (contains(b"script:event-listener") || contains(b"xlink:href=\"vnd.sun.star.script"))
            {
                found.problem("office-macros", at, "the document runs macros");
            }
            if open_document && self.name == b"meta-inf/manifest.xml" && contains(b"encryption-data") {
                found.problem("encrypted", at, "the document needs a password");
            }
            return;
        }
        let mut source = &self.kept[..];
        let head = crate::recognise_head(&self.kept[..self.kept.len().min(crate::recognise::HEAD)]);
        let shown: String =
            String::from_utf8_lossy(&self.name).chars().take(80).flat_map(char::escape_debug).collect();
        if head.family() == Family::Executable || matches!(head, Kind::Php | Kind::ServerPage | Kind::Swf) {
            found.problem("archive-active", at, format!("`{shown}` is {}", head.title()));
            return;
        }
        if !matches!(head.family(), Family::Archive) && head != Kind::Ole && head != Kind::Pdf {
            return;
        }
        if self.unpacked > LOOKED_INTO {
            if head.family() == Family::Archive {
                found.problem("archive-nesting", at, format!("`{shown}` is too large to be looked into"));
            }
            return;
        }
        let kind = crate::recognise(&mut source);
        if kind.family() == Family::Archive && depth >= limits.nesting {
            found.problem("archive-nesting", at, format!("`{shown}` is {} inside the archive", kind.title()));
            return;
        }
        if depth > 3 {
            found.problem("archive-nesting", at, "archives within archives within archives");
            return;
        }
        let rest = Limits {
            unpacked: limits.unpacked.saturating_sub(total),
            entries: limits.entries.saturating_sub(entries),
            ..limits.clone()
        };
        let mut source = &self.kept[..];
        let inner = inspect(&mut Reader::new(&mut source), &rest, depth + 1);
        if inner.kind.family() == Family::Executable || inner.kind == Kind::OfficeMacro {
            found.problem("archive-active", at, format!("`{shown}` is {}", inner.kind.title()));
        }
        for problem in inner.problems {
            found.problem(problem.code, at, format!("`{shown}`: {}", problem.detail));
        }
    }
}
