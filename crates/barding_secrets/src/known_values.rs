//! The project's own secrets, found in a text by value without keeping the values.
//!
//! Of each value we keep its length, a keyed SHA-256 and keyed fingerprints of a few of its four-byte pieces. A text is sampled
//! every few bytes; where a piece fits, the digest of the whole decides. This keeps values out of dumps and reprs. It does not
//! protect from one who reads the process's memory: there the settings hold them in the clear anyway.

use crate::placeholder::is_words;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;

/// Bytes of a piece.
const PIECE: usize = 4;
/// The shortest value that is looked for.
pub const SHORTEST_VALUE: usize = 6;
/// Bytes between samples at the most.
const WIDEST_STRIDE: usize = 8;
/// Values with at least so many bytes are found inside longer words too.
const FOUND_ANYWHERE: usize = 16;
const LONGEST_VALUE: usize = 1 << 16;

/// Values to be recognised.
#[derive(Clone)]
pub struct KnownValues {
    key: [u8; 32],
    values: Vec<Known>,
    stride: usize,
    /// One bit for each hash that some piece has.
    bits: Vec<u64>,
    pieces: BTreeMap<u16, Vec<(u32, u8)>>,
}

#[derive(Clone)]
struct Known {
    length: usize,
    digest: [u8; 32],
    /// Whether letters or digits must not touch it.
    alone: bool,
}

impl std::fmt::Debug for KnownValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownValues({} values)", self.values.len())
    }
}

impl KnownValues {
    /// Values in every form they may take in a log: as they are, escaped for JSON, Python, HTML and URLs, in base 64. The second
    /// result has the numbers of those too short or too ordinary to be looked for: redacting them would blot out plain words.
    pub fn new(values: &[&str], key: [u8; 32]) -> (Self, Vec<usize>) {
        let mut forms: Vec<Vec<u8>> = Vec::new();
        let mut left_out = Vec::new();
        for (number, value) in values.iter().enumerate() {
            if is_recognisable(value.as_bytes()) {
                forms.extend(forms_of(value));
            } else {
                left_out.push(number);
            }
        }
        forms.sort_unstable();
        forms.dedup();
        let shortest = forms.iter().map(Vec::len).min().unwrap_or(0);
        let stride = shortest.saturating_sub(PIECE - 1).clamp(1, WIDEST_STRIDE);
        let mut known =
            Self { key, values: Vec::new(), stride, bits: vec![0; 1024], pieces: BTreeMap::new() };
        for (number, form) in forms.iter().enumerate() {
            known.values.push(Known {
                length: form.len(),
                digest: known.digest(form),
                alone: form.len() < FOUND_ANYWHERE,
            });
            for offset in 0..stride {
                let hash = known.hash(&form[offset..]);
                known.bits[usize::from(hash) >> 6] |= 1 << (hash & 63);
                known.pieces.entry(hash).or_default().push((number as u32, offset as u8));
            }
        }
        (known, left_out)
    }

    /// Where values stand, in order of their starts.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.values.is_empty() {
            return found;
        }
        let mut at = 0;
        while at + PIECE <= text.len() {
            let hash = self.hash(&text[at..]);
            if self.bits[usize::from(hash) >> 6] >> (hash & 63) & 1 == 1 {
                self.check(text, at, hash, &mut found);
            }
            at += self.stride;
        }
        found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        found.dedup();
        found
    }

    #[cold]
    fn check(&self, text: &[u8], at: usize, hash: u16, found: &mut Vec<Range<usize>>) {
        for (number, offset) in self.pieces.get(&hash).into_iter().flatten() {
            let value = &self.values[*number as usize];
            let Some(start) = at.checked_sub(usize::from(*offset)) else { continue };
            let range = start..start + value.length;
            let Some(here) = text.get(range.clone()) else { continue };
            let touches = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            let inside_word = touches(start.checked_sub(1).and_then(|before| text.get(before)))
                && here[0].is_ascii_alphanumeric()
                || touches(text.get(range.end)) && here[here.len() - 1].is_ascii_alphanumeric();
            if !(value.alone && inside_word) && self.digest(here) == value.digest {
                found.push(range);
            }
        }
    }

    fn digest(&self, value: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(self.key).chain_update(value).finalize().into()
    }

    /// The keyed hash of the first four bytes.
    fn hash(&self, piece: &[u8]) -> u16 {
        let word = u32::from_le_bytes([piece[0], piece[1], piece[2], piece[3]]);
        let [a, b, c, d, e, f, g, h, ..] = self.key;
        let key = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        ((u64::from(word) ^ (key >> 32)).wrapping_mul(key | 1) >> 48) as u16
    }
}

/// Long enough, and no word that ordinary messages hold.
fn is_recognisable(value: &[u8]) -> bool {
    let digits = value.iter().any(u8::is_ascii_digit);
    let others = value.iter().any(|byte| !byte.is_ascii_digit());
    match value.len() {
        0..SHORTEST_VALUE => false,
        SHORTEST_VALUE..8 => digits && others,
        8..12 => {
            others && !is_words(value) && (digits || value.iter().any(|byte| !byte.is_ascii_lowercase()))
        }
        _ => value.len() <= LONGEST_VALUE && (others || value.len() >= 20),
    }
}

/// The value as logs show it.
fn forms_of(value: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![value.as_bytes().to_vec()];
    forms.push(escaped(value, |letter, out| match letter {
        '"' | '\\' => out.extend(['\\', letter]),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ => out.push(letter),
    }));
    forms.push(escaped(value, |letter, out| match letter {
        '\'' | '\\' => out.extend(['\\', letter]),
        '\n' => out.push_str("\\n"),
        _ => out.push(letter),
    }));
    forms.push(escaped(
        value,
        |letter, out| if letter == '\\' { out.push_str("\\\\") } else { out.push(letter) },
    ));
    // JSON as Python writes it: everything outside ASCII as \u.
    forms.push(escaped(value, |letter, out| match letter {
        '"' | '\\' => out.extend(['\\', letter]),
        _ if letter.is_ascii() => out.push(letter),
        _ => {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }));
    for apostrophe in ["&#x27;", "&#39;", "'"] {
        forms.push(escaped(value, |letter, out| match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str(apostrophe),
            _ => out.push(letter),
        }));
    }
    for (kept, blank) in [("-_.~/", "%20"), ("-_.~", "%20"), ("-_.", "+"), ("-_.~!*'()", "%20")] {
        forms.push(percent_encoded(value, kept, blank));
    }
    for alphabet in [b"+/", b"-_"] {
        // What stands before the value moves it by up to two bytes; the letters that depend on neighbours are left out.
        for shift in 0..3_usize {
            let mut bytes = vec![0; shift];
            bytes.extend(value.as_bytes());
            let text = base64(&bytes, alphabet);
            let start = [0, 2, 3][shift];
            let end = bytes.len() * 4 / 3;
            if end.saturating_sub(start) >= 12 {
                forms.push(text[start..end].to_vec());
            }
        }
    }
    forms
}

fn escaped(value: &str, one: impl Fn(char, &mut String)) -> Vec<u8> {
    let mut out = String::with_capacity(value.len() + 8);
    value.chars().for_each(|letter| one(letter, &mut out));
    out.into_bytes()
}

fn percent_encoded(value: &str, kept: &str, blank: &str) -> Vec<u8> {
    let mut out = String::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        match byte {
            b' ' => out.push_str(blank),
            _ if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out.into_bytes()
}

fn base64(bytes: &[u8], last_two: &[u8; 2]) -> Vec<u8> {
    let letter = |number: u32| match number & 63 {
        number @ 0..26 => b'A' + number as u8,
        number @ 26..52 => b'a' + (number - 26) as u8,
        number @ 52..62 => b'0' + (number - 52) as u8,
        number => last_two[number as usize - 62],
    };
    let mut out = Vec::with_capacity(bytes.len() * 4 / 3 + 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([letter(word >> 18), letter(word >> 12), letter(word >> 6), letter(word)]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = *b"0123456789abcdef0123456789abcdef";
    const VALUE: &str = r#"kÄ9$"&w'\q <v=7zRt"#;

    fn finds(values: &KnownValues, text: &str) -> bool {
        !values.find(text.as_bytes()).is_empty()
    }

    #[test]
    fn a_value_is_found_at_every_place_and_in_every_form() {
        let (values, left_out) = KnownValues::new(&[VALUE, "hunter2!"], KEY);
        assert!(left_out.is_empty());
        for before in 0..40 {
            let text = format!("{}{VALUE}, and hunter2!", "x".repeat(before));
            let found = values.find(text.as_bytes());
            assert_eq!(found[0], before..before + VALUE.len());
            assert_eq!(&text[found[1].clone()], "hunter2!");
        }
        for form in [
            r#"{"a": "k\u00c49$\"&w'\\q <v=7zRt"}"#,
            r#"kÄ9$"&w\'\\q <v=7zRt"#,
            "k%C3%849%24%22%26w%27%5Cq%20%3Cv%3D7zRt",
            "k%C3%849%24%22%26w%27%5Cq+%3Cv%3D7zRt",
            "kÄ9$&quot;&amp;w&#x27;\\q &lt;v=7zRt",
        ] {
            assert!(finds(&values, form), "{form}");
        }
        let (values, _) = KnownValues::new(&["correct-horse-7-battery"], KEY);
        for user in ["u:", "us:", "use:", ""] {
            let packed = base64(format!("{user}correct-horse-7-battery.").as_bytes(), b"+/");
            assert!(!values.find(&packed).is_empty(), "{user}");
        }
    }

    #[test]
    fn words_are_left_alone_and_other_texts_too() {
        let (values, left_out) = KnownValues::new(&["postgres", "admin", "12345678", "s3cr3t"], KEY);
        assert_eq!(left_out, [0, 1, 2]);
        assert!(finds(&values, "tried s3cr3t."));
        assert!(!finds(&values, "tried s3cr3ts"));
        assert!(!finds(&values, "connecting to postgres as admin with 12345678"));
        assert!(KnownValues::new(&[], KEY).0.find(b"anything at all").is_empty());
    }

    #[test]
    fn nothing_of_the_value_shows() {
        let (values, _) = KnownValues::new(&["correct-horse-7-battery"], KEY);
        assert_eq!(format!("{values:?}"), format!("KnownValues({} values)", values.values.len()));
    }
}
