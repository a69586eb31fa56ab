//! Bytes to text: the byte order mark, then the encoding that a Python file declares (PEP 263), then UTF-8.

use barding_source::FileKind;
use camino::Utf8Path;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of a file and, when bytes had to be replaced, a sentence that says so.
///
/// Python files are decoded as PEP 263 says; everything else is UTF-8. The byte order mark is dropped.
pub fn decode(bytes: &[u8], path: &Utf8Path) -> (String, Option<String>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_python = FileKind::of(path) == FileKind::Python;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let (text, encoding, replaced) = UTF_8.decode(bytes);
        let refused = is_python.then(|| format!("is {}, which Python does not read", encoding.name()));
        return (text.into_owned(), refused.or_else(|| replaced.then(|| not_in(encoding))));
    }
    let Declared { encoding, unknown } = match is_python {
        true => declared_encoding(bytes),
        false => Declared { encoding: UTF_8, unknown: None },
    };
    let (text, replaced) = match std::str::from_utf8(bytes) {
        Ok(text) if encoding == UTF_8 => (text.to_owned(), false),
        Err(_) if encoding == UTF_8 => (String::from_utf8_lossy(bytes).into_owned(), true),
        _ => {
            let (text, replaced) = encoding.decode_without_bom_handling(bytes);
            (text.into_owned(), replaced)
        }
    };
    let trouble = if is_python && memchr::memchr(0, bytes).is_some() {
        Some("holds NUL bytes, with which Python does not read it".to_owned())
    } else if let Some(name) = unknown {
        Some(format!("declares the encoding `{name}`, which is not known; it was read as UTF-8"))
    } else {
        replaced.then(|| not_in(encoding))
    };
    (text, trouble)
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
    let is_python = FileKind::of(path) == FileKind::Python;
    let encoding = if is_python { declared_encoding(body).encoding } else { UTF_8 };
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

/// What a Python file says of its encoding.
struct Declared {
    encoding: &'static Encoding,
    /// The name it gives, when nobody here knows it.
    unknown: Option<String>,
}

/// The encoding named by a comment in the first two lines, else UTF-8 (PEP 263).
fn declared_encoding(bytes: &[u8]) -> Declared {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
        let trimmed = line.trim_start_matches([' ', '\t', '\x0c']);
        if !trimmed.starts_with('#') {
            if trimmed.trim().is_empty() { continue } else { break }
        }
        let named = trimmed.match_indices("coding").find_map(|(at, word)| {
            let after = trimmed[at + word.len()..].strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            (end > 0).then(|| after[..end].to_owned())
        });
        let Some(written) = named else { continue };
        let name = written.to_ascii_lowercase().replace('_', "-");
        // Python spells Latin-1 in ways that the web's encoding labels do not know, and cuts what editors add.
        let label = match name.as_str() {
            "latin-1" | "latin1" | "iso-latin-1" | "l1" => "iso-8859-1",
            "utf8" | "u8" | "utf" => "utf-8",
            "cp1252" => "windows-1252",
            "cp1251" => "windows-1251",
            "cp932" | "ms932" => "shift_jis",
            other if other.starts_with("utf-8-") => "utf-8",
            other
                if ["latin-1-", "iso-8859-1-", "iso-latin-1-"]
                    .iter()
                    .any(|start| other.starts_with(start)) =>
            {
                "iso-8859-1"
            }
            other => other,
        };
        return match Encoding::for_label(label.as_bytes()) {
            Some(encoding) => Declared { encoding, unknown: None },
            None => Declared { encoding: UTF_8, unknown: Some(written) },
        };
    }
    Declared { encoding: UTF_8, unknown: None }
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

    #[test]
    fn what_python_refuses_is_told() {
        let trouble = |bytes: &[u8]| decode(bytes, Utf8Path::new("a.py")).1.unwrap_or_default();
        assert!(trouble(b"x = 'a\0b'\n").contains("NUL"));
        assert!(trouble(b"# coding: nonsense\nx = 1\n").contains("`nonsense`"));
        assert!(trouble(b"\xff\xfex\x00").contains("UTF-16"));
        assert_eq!(trouble(b"# coding: utf-8-unix\n"), "");
        assert_eq!(trouble(b"# how coding is done here; coding: koi8-r\nx = '\xc1'\n"), "");
        assert_eq!(decode(b"\0", Utf8Path::new("a.bin")).1, None);
    }
}
