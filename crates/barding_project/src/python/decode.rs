//! Bytes to text: the byte order mark, then the encoding that a Python file declares (PEP 263), then UTF-8.

use barding_source::FileKind;
use camino::Utf8Path;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of a file and, when bytes had to be replaced, a sentence that says so.
///
/// Python files are decoded as PEP 263 says; everything else is UTF-8. The byte order mark is dropped.
pub fn decode(bytes: &[u8], path: &Utf8Path) -> (String, Option<String>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let (text, encoding, replaced) = UTF_8.decode(bytes);
        return (text.into_owned(), replaced.then(|| not_in(encoding)));
    }
    let encoding = if FileKind::of(path) == FileKind::Python { declared_encoding(bytes) } else { UTF_8 };
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            Err(_) => (String::from_utf8_lossy(bytes).into_owned(), Some(not_in(UTF_8))),
        };
    }
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), replaced.then(|| not_in(encoding)))
}

/// The bytes of a new text for a file that holds `before` now: in the same encoding and with the same byte order mark.
/// `None` when the file does not come back unchanged from decoding, or the encoding lacks a letter of the text.
pub fn encode(text: &str, before: &[u8], path: &Utf8Path) -> Option<Vec<u8>> {
    let (mark, body) = match before.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (&before[..3], body),
        None => (&before[..0], before),
    };
    if body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff") {
        return None;
    }
    let encoding = if FileKind::of(path) == FileKind::Python { declared_encoding(body) } else { UTF_8 };
    let bytes_of = |text: &str| -> Option<Vec<u8>> {
        if encoding == UTF_8 {
            return Some(text.as_bytes().to_vec());
        }
        // The web reads Latin-1 as windows-1252, which has letters in it that Latin-1 has not.
        if encoding == WINDOWS_1252 && text.chars().any(|c| !matches!(c, '\0'..='\x7f' | '\u{a0}'..='\u{ff}'))
        {
            return None;
        }
        let (bytes, used, missing) = encoding.encode(text);
        (used == encoding && !missing).then(|| bytes.into_owned())
    };
    let (decoded, trouble) = decode(before, path);
    if trouble.is_some() || bytes_of(&decoded)? != body {
        return None;
    }
    let mut bytes = mark.to_vec();
    bytes.extend(bytes_of(text)?);
    Some(bytes)
}

fn not_in(encoding: &'static Encoding) -> String {
    format!("holds bytes that are not {}; they were replaced", encoding.name())
}

/// The encoding named by a comment in the first two lines, else UTF-8 (PEP 263).
fn declared_encoding(bytes: &[u8]) -> &'static Encoding {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = &line[..line.len().min(200)];
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let trimmed = line.trim_start_matches([' ', '\t', '\x0c']);
        if !trimmed.starts_with('#') {
            if trimmed.trim().is_empty() { continue } else { break }
        }
        let Some((_, after)) = trimmed.split_once("coding") else { continue };
        let Some(after) = after.strip_prefix([':', '=']) else { continue };
        let name: String = after
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        let name = name.to_ascii_lowercase().replace('_', "-");
        // Python spells Latin-1 in ways that the web's encoding labels do not know.
        let label = match name.as_str() {
            "latin-1" | "latin1" | "iso-latin-1" | "l1" => "iso-8859-1",
            "utf8" | "u8" | "utf" => "utf-8",
            "cp1252" => "windows-1252",
            "cp1251" => "windows-1251",
            "cp932" | "ms932" => "shift_jis",
            other => other,
        };
        return Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
    }
    UTF_8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_text_keeps_its_encoding_and_mark() {
        let before = b"# coding: latin-1\nx = '\xe9'\n";
        let path = Utf8Path::new("a.py");
        let text = decode(before, path).0.replace('x', "y");
        assert_eq!(encode(&text, before, path).unwrap(), b"# coding: latin-1\ny = '\xe9'\n");
        assert_eq!(encode("# coding: latin-1\n\u{20ac}\n", before, path), None);
        assert_eq!(encode("y", b"\xef\xbb\xbfx", path).unwrap(), b"\xef\xbb\xbfy");
        assert_eq!(encode("y", b"x = '\xff'", path), None);
        assert_eq!(encode("y", b"\xff\xfex\x00", path), None);
    }

    #[test]
    fn the_declared_encoding_is_used_for_python_alone() {
        let bytes = b"# -*- coding: latin-1 -*-\nname = '\xe9'\n";
        assert!(decode(bytes, Utf8Path::new("a.py")).0.contains('é'));
        assert!(decode(bytes, Utf8Path::new("a.html")).1.is_some());
        assert_eq!(decode(b"\xef\xbb\xbfx = 1", Utf8Path::new("a.py")).0, "x = 1");
    }
}
