//! Text: which sort it is, and whether it is one from the first byte to the last.

use crate::inspection::Inspection;
use crate::kind::Kind;
use crate::markup::page_at;
use crate::source::Reader;
use crate::walk::End;
use crate::{svg, table};

/// Texts larger than this are not parsed as JSON or as drawings, only scanned.
const PARSED: u64 = 16 << 20;

/// The sort of text that begins like this; `None` when it is no text. `more` says that bytes follow.
pub(crate) fn recognise(head: &[u8], more: bool) -> Option<Kind> {
    let text = decode(head)?;
    let body = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n', '\u{C}']);
    let bytes = body.as_bytes();
    let begins =
        |word: &str| bytes.len() >= word.len() && bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    let lower = || body.to_ascii_lowercase();
    if begins("<?php") || body.starts_with("<?=") || body.contains("<?php") {
        return Some(Kind::Php);
    }
    if body.starts_with("<%") || begins("<jsp:") || begins("<asp:") {
        return Some(Kind::ServerPage);
    }
    if text.starts_with("#!")
        || begins("@echo off")
        || begins("Windows Registry Editor")
        || begins("REGEDIT4")
    {
        return Some(Kind::Script);
    }
    if begins("[InternetShortcut]") || begins("[Desktop Entry]") {
        return Some(Kind::Shortcut);
    }
    if body.starts_with('<') {
        return Some(markup(body));
    }
    if begins("BEGIN:VCARD") {
        return Some(Kind::Vcard);
    }
    if begins("BEGIN:VCALENDAR") {
        return Some(Kind::Calendar);
    }
    if body.starts_with("WEBVTT") || srt(body) {
        return Some(Kind::Subtitles);
    }
    if body.starts_with("-----BEGIN ") {
        return Some(Kind::Pem);
    }
    if mail(body) {
        let saved_page = lower().contains("multipart/related") && lower().contains("text/html")
            || begins("From: <Saved by");
        return Some(if saved_page { Kind::Mhtml } else { Kind::Email });
    }
    if pickle(body) {
        return Some(Kind::Pickle);
    }
    if json(body) {
        return Some(Kind::Json);
    }
    if table::looks_like(&text, more) {
        return Some(Kind::Csv);
    }
    Some(Kind::Text)
}

/// The text of a beginning, in UTF-8, UTF-16 with a mark, or an encoding of single bytes; `None` when it is no text.
fn decode(head: &[u8]) -> Option<String> {
    let units = |little: bool| {
        let units: Vec<u16> = head[2..]
            .chunks_exact(2)
            .map(|pair| {
                if little {
                    u16::from_le_bytes([pair[0], pair[1]])
                } else {
                    u16::from_be_bytes([pair[0], pair[1]])
                }
            })
            .collect();
        (!units.contains(&0)).then(|| String::from_utf16_lossy(&units))
    };
    match head {
        [0xFF, 0xFE, ..] => return units(true),
        [0xFE, 0xFF, ..] => return units(false),
        _ => {}
    }
    if head.iter().any(|byte| not_text(*byte)) {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(text) => Some(text.to_string()),
        // A window may end in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            Some(String::from_utf8_lossy(&head[..error.valid_up_to()]).into_owned())
        }
        // Single bytes: mostly ASCII, or it is no text.
        Err(_) => {
            let high = head.iter().filter(|byte| **byte >= 0x80).count();
            (high * 3 < head.len() * 2).then(|| head.iter().map(|byte| char::from(*byte)).collect())
        }
    }
}

/// Bytes that no text has. Escape, form feed and backspace do occur.
fn not_text(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x08 | 0x1A)
}

/// XML, SVG or HTML, by the first element after declarations and comments.
fn markup(body: &str) -> Kind {
    let mut rest = body;
    let mut is_xml = false;
    for _ in 0..64 {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("<?") {
            is_xml |= after.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("xml"));
            match after.find("?>") {
                Some(end) => rest = &after[end + 2..],
                None => break,
            }
        } else if let Some(after) = rest.strip_prefix("<!--") {
            match after.find("-->") {
                Some(end) => rest = &after[end + 3..],
                None => return if is_xml { Kind::Xml } else { Kind::Html },
            }
        } else if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("<!doctype")) {
            let named = rest[9..].trim_start();
            if named.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("html")) {
                return Kind::Html;
            }
            is_xml = true;
            let subset = rest.find('[').filter(|open| rest.find('>').is_none_or(|close| *open < close));
            let end = match subset {
                Some(open) => rest[open..]
                    .find("]")
                    .and_then(|close| rest[open + close..].find('>').map(|end| open + close + end)),
                None => rest.find('>'),
            };
            match end {
                Some(end) => rest = &rest[end + 1..],
                None => return if named.starts_with("svg") { Kind::Svg } else { Kind::Xml },
            }
        } else {
            break;
        }
    }
    let name: String = rest
        .strip_prefix('<')
        .unwrap_or("")
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-'))
        .collect();
    let local = name.rsplit(':').next().unwrap_or_default();
    if local.eq_ignore_ascii_case("svg") {
        Kind::Svg
    } else if local.eq_ignore_ascii_case("html") || page_at(rest.as_bytes()).is_some() && !is_xml {
        Kind::Html
    } else if is_xml || !local.is_empty() && local.chars().next().is_some_and(char::is_alphabetic) {
        Kind::Xml
    } else {
        Kind::Text
    }
}

fn srt(body: &str) -> bool {
    let mut lines = body.lines();
    let number = lines
        .next()
        .is_some_and(|line| !line.is_empty() && line.trim().bytes().all(|byte| byte.is_ascii_digit()));
    number && lines.next().is_some_and(|line| line.contains(" --> ") && line.contains(':'))
}

/// Headers as mail has them: several in a row, one of them well known.
fn mail(body: &str) -> bool {
    let known = [
        "from:",
        "to:",
        "received:",
        "return-path:",
        "mime-version:",
        "date:",
        "subject:",
        "message-id:",
        "delivered-to:",
        "content-type:",
    ];
    let lines: Vec<String> = body.lines().take(12).map(str::to_ascii_lowercase).collect();
    known.iter().any(|word| lines.first().is_some_and(|line| line.starts_with(word)))
        && lines.iter().filter(|line| known.iter().any(|word| line.starts_with(word))).count() >= 3
}

/// The first protocol is text: opcodes that name a global or begin a container.
fn pickle(body: &str) -> bool {
    let mut lines = body.lines();
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let identifier =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let global = first.trim_start_matches(['(', 'l', 'd']).strip_prefix('c').is_some_and(identifier);
    global
        && identifier(second)
        && lines.next().is_some_and(|line| line.starts_with(['(', 'p', 'q', 'S', 'V', ')', 'R', 't']))
        || matches!(first, "(lp0" | "(dp0" | "(lp1" | "(dp1" | "(tp0" | "(ip0")
}

fn json(body: &str) -> bool {
    let mut characters = body.chars();
    let open = characters.next();
    let next = characters.find(|c| !c.is_whitespace());
    match open {
        Some('{') => matches!(next, Some('"' | '}')),
        Some('[') => matches!(next, Some('"' | '{' | '[' | ']' | '-' | '0'..='9' | 't' | 'f' | 'n')),
        _ => false,
    }
}

/// Walks a text to its end.
pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let wide = reader.is(0, &[0xFF, 0xFE]) || reader.is(0, &[0xFE, 0xFF]);
    let whole = if reader.size <= PARSED { all(reader) } else { None };
    if !wide {
        controls(reader, found);
    }
    match found.kind {
        Kind::Svg => match &whole {
            Some(bytes) => svg::judge(bytes, found),
            None => found.problem("svg-active", 0, "too large a drawing to look into"),
        },
        Kind::Xml | Kind::Html => entities(reader, found),
        Kind::Json => {
            if let Some(bytes) = &whole {
                found.kind = json_kind(bytes);
            }
        }
        _ => {}
    }
    if found.kind == Kind::Csv || found.kind == Kind::Text {
        if wide {
            if let Some(text) = whole.as_deref().and_then(decode) {
                table::scan_text(&text, found);
            }
        } else {
            table::scan(reader, found);
        }
    }
    if found.kind.family() == crate::Family::Text && found.kind != Kind::Email {
        scripts(reader, found);
    }
    Some(End::Whole)
}

fn all(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < reader.size {
        let chunk = reader.chunk(bytes.len() as u64);
        if chunk.is_empty() {
            return None;
        }
        bytes.extend_from_slice(chunk);
    }
    Some(bytes)
}

/// Text at the beginning and something else behind it is a disguise.
fn controls(reader: &mut Reader<'_>, found: &mut Inspection) {
    let mut at = 0;
    while at < reader.size {
        let chunk = reader.chunk(at);
        if chunk.is_empty() {
            return;
        }
        if let Some(place) = chunk.iter().position(|byte| not_text(*byte)) {
            let byte = chunk[place];
            found.problem("text-binary", at + place as u64, format!("the byte {byte:#04x} in a text"));
            return;
        }
        at += chunk.len() as u64;
    }
}

fn entities(reader: &mut Reader<'_>, found: &mut Inspection) {
    if let Some(at) = reader.find(0, reader.size, b"<!ENTITY") {
        found.problem("xml-entity", at, "the text defines entities");
    }
}

/// Programs for browsers and servers inside plain text.
fn scripts(reader: &mut Reader<'_>, found: &mut Inspection) {
    let mut at = 0;
    while at < reader.size {
        let (length, hit) = {
            let chunk = reader.chunk(at);
            if chunk.is_empty() {
                return;
            }
            let hit = memchr::memchr_iter(b'<', chunk).find(|place| {
                let bytes = &chunk[*place..];
                ["<script", "<?php", "<iframe", "<svg/onload", "<svg onload"].iter().any(|word| {
                    bytes.len() >= word.len() && bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes())
                })
            });
            (chunk.len() as u64, hit)
        };
        if let Some(place) = hit {
            found.problem(
                "text-markup",
                at + place as u64,
                "a program for browsers or servers inside the text",
            );
            return;
        }
        if at + length >= reader.size {
            return;
        }
        at += length.saturating_sub(16).max(1);
    }
}

fn json_kind(bytes: &[u8]) -> Kind {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() {
        return Kind::Json;
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    if lines.all(|line| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()) {
        Kind::JsonLines
    } else {
        Kind::Text
    }
}

/// RTF: braces that fit, and no objects inside.
pub(crate) fn rtf(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (mut at, mut depth, mut escaped) = (0u64, 0i64, false);
    let mut end = None;
    'file: while at < reader.size {
        let chunk = reader.chunk(at);
        if chunk.is_empty() {
            return None;
        }
        for (place, byte) in chunk.iter().enumerate() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match byte {
                b'\\' => escaped = true,
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth <= 0 {
                        end = Some(at + place as u64 + 1);
                        break 'file;
                    }
                }
                _ => {}
            }
        }
        at += chunk.len() as u64;
    }
    for (word, code, detail) in [
        (&b"\\objdata"[..], "office-object", "the document holds an embedded object"),
        (b"\\objocx", "office-object", "the document holds an ActiveX control"),
        (b"\\objautlink", "office-external", "the document loads a part from elsewhere"),
        (b"\\objupdate", "office-object", "the document starts an embedded object"),
        (b"\\*\\template", "office-external", "the document loads a template from elsewhere"),
        (b"DDEAUTO", "office-dde", "the document asks another program for data"),
        (b"\\bin", "office-object", "the document holds raw bytes"),
    ] {
        let place = reader.find(0, reader.size, word);
        if let Some(place) = place {
            found.problem(code, place, detail);
        }
    }
    found.metadata = reader.find(0, reader.size.min(65_536), b"\\info").is_some();
    let mut end = end?;
    while end < reader.size && matches!(reader.u8(end)?, b'\r' | b'\n' | b' ' | 0) {
        end += 1;
    }
    Some(End::At(end))
}
