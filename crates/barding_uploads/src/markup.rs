//! Programs and pages hidden in files of other kinds.

use crate::inspection::Inspection;
use crate::source::Reader;

/// Looks through all of a media file for what a careless server or browser would run.
pub(crate) fn scan_media(reader: &mut Reader<'_>, found: &mut Inspection) {
    let mut at = 0;
    while at < reader.size {
        let last = {
            let chunk = reader.chunk(at);
            if chunk.is_empty() {
                return;
            }
            let mut hit = None;
            for place in memchr::memchr_iter(b'<', chunk) {
                if let Some(what) = program_at(&chunk[place..]) {
                    hit = Some((place, what));
                    break;
                }
            }
            if let Some((place, what)) = hit {
                let place = at + place as u64;
                found.problem("embedded-script", place, format!("{what} stands in the middle of the file"));
                return;
            }
            chunk.len() as u64
        };
        if at + last >= reader.size {
            return;
        }
        // A window's last bytes may be the first of a word.
        at += last.saturating_sub(32).max(1);
    }
}

/// Looks at the first bytes, as browsers do when they guess a type.
pub(crate) fn scan_beginning(reader: &mut Reader<'_>, found: &mut Inspection) {
    let head = reader.some(0, 1445);
    for place in memchr::memchr_iter(b'<', head) {
        if let Some(what) = program_at(&head[place..]).or_else(|| page_at(&head[place..])) {
            found.problem("polyglot", place as u64, format!("{what} stands at the beginning of the file"));
            return;
        }
    }
}

/// What runs, at a `<`. Short openings need readable text behind them, for random bytes contain them by chance.
fn program_at(bytes: &[u8]) -> Option<&'static str> {
    let readable = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|text| {
            text.iter().all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
        })
    };
    match bytes.get(1)? {
        b'?' if word(bytes, 2, b"php") && bytes.get(5).is_none_or(|byte| !byte.is_ascii_alphanumeric()) => {
            Some("a PHP program")
        }
        b'?' if bytes.get(2) == Some(&b'=') && readable(3, 6) => Some("a PHP program"),
        b'%' if readable(2, 8)
            && bytes.get(2).is_some_and(|byte| matches!(byte, b'=' | b'@' | b'!' | b' ' | b'\n' | b'\r')) =>
        {
            Some("a server page")
        }
        b's' | b'S'
            if word(bytes, 1, b"script")
                && bytes
                    .get(7)
                    .is_some_and(|byte| matches!(byte, b'>' | b' ' | b'\t' | b'\n' | b'\r' | b'/')) =>
        {
            Some("a <script> element")
        }
        b'i' | b'I' if word(bytes, 1, b"iframe") && readable(7, 4) => Some("an <iframe> element"),
        b's' | b'S' if word(bytes, 1, b"svg") && word(bytes, 4, b" onload") => {
            Some("an <svg onload> element")
        }
        b'i' | b'I' if word(bytes, 1, b"img src") && readable(8, 6) => Some("an <img> element"),
        b'h' | b'H'
            if word(bytes, 1, b"html")
                && bytes.get(5).is_some_and(|byte| matches!(byte, b'>' | b' ' | b'\n' | b'\r'))
                && readable(6, 4) =>
        {
            Some("an <html> element")
        }
        _ => None,
    }
}

/// What makes a browser take bytes for a page, at a `<`.
pub(crate) fn page_at(bytes: &[u8]) -> Option<&'static str> {
    const ELEMENTS: [&[u8]; 17] = [
        b"!doctype html",
        b"html",
        b"head",
        b"script",
        b"iframe",
        b"h1",
        b"div",
        b"font",
        b"table",
        b"a",
        b"style",
        b"title",
        b"b",
        b"body",
        b"br",
        b"p",
        b"svg",
    ];
    let element = ELEMENTS.iter().find(|element| {
        word(bytes, 1, element)
            && bytes
                .get(1 + element.len())
                .is_some_and(|byte| matches!(byte, b' ' | b'>' | b'\n' | b'\r' | b'\t' | b'/'))
    })?;
    Some(if *element == b"script" { "a <script> element" } else { "a web page" })
}

fn word(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word))
}
