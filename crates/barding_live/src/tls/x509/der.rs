//! Reads DER, the encoding of certificates, one element at a time and never deeper than asked.
//!
//! Hand-written because it must read what strict parsers refuse: a certificate with one odd extension still has dates and
//! names to tell. No recursion, no copying; a length that does not fit ends the reading.

use crate::tls::Time;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0A;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The elements of some bytes, one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) body: &'a [u8],
    /// Tag, length and body.
    pub(crate) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// The next element, if it has this tag; otherwise nothing is read.
    pub(crate) fn one(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() != Some(&tag) {
            return None;
        }
        self.next()
    }

    /// The elements inside the next element of this tag.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.one(tag).map(|element| Reader(element.body))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (tag, first) = (*self.0.first()?, *self.0.get(1)?);
        // Tags of more than one byte do not occur in certificates.
        if tag & 0x1F == 0x1F {
            self.0 = &[];
            return None;
        }
        let (length, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let digits = usize::from(first & 0x7F);
            let bytes = self.0.get(2..2 + digits).filter(|_| (1..=4).contains(&digits));
            let Some(bytes) = bytes else {
                self.0 = &[];
                return None;
            };
            (bytes.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)), 2 + digits)
        };
        let end = header.checked_add(length).filter(|end| *end <= self.0.len());
        let Some(end) = end else {
            self.0 = &[];
            return None;
        };
        let (whole, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(Element { tag, body: &whole[header..], whole })
    }
}

/// An element of DER.
pub(crate) fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let head = match body.len() {
        0..0x80 => vec![tag, body.len() as u8],
        _ => [&[tag, 0x80 | digits.len() as u8], digits].concat(),
    };
    [head, body.to_vec()].concat()
}

/// An unsigned integer's bytes without leading zeros.
pub(crate) fn magnitude(body: &[u8]) -> &[u8] {
    let zeros = body.iter().take_while(|byte| **byte == 0).count();
    &body[zeros..]
}

/// A small unsigned integer.
pub(crate) fn small(body: &[u8]) -> Option<u64> {
    let bytes = magnitude(body);
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// The bytes of a bit string. The first byte counts the bits of the last one that mean nothing.
pub(crate) fn bits(body: &[u8]) -> Option<&[u8]> {
    body.split_first().filter(|(unused, _)| **unused < 8).map(|(_, bytes)| bytes)
}

/// The bytes of a bit string that must have whole ones: keys and signatures.
pub(crate) fn whole_bits(body: &[u8]) -> Option<&[u8]> {
    body.split_first().filter(|(unused, _)| **unused == 0).map(|(_, bytes)| bytes)
}

/// An object identifier as dotted numbers.
pub(crate) fn dotted(body: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0u64;
    for byte in body.iter().take(64) {
        number = number.saturating_mul(128).saturating_add(u64::from(byte & 0x7F));
        if byte & 0x80 == 0 {
            numbers.push(number);
            number = 0;
        }
    }
    let Some(first) = numbers.first().copied() else { return String::new() };
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for number in &numbers[1..] {
        text.push_str(&format!(".{number}"));
    }
    text
}

/// A UTCTime (two digits of the year) or a GeneralizedTime.
pub(crate) fn time(element: Element<'_>) -> Option<Time> {
    let text = std::str::from_utf8(element.body).ok()?;
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let (year, at) = match element.tag {
        0x17 => {
            let short = i64::from(number(0, 2)?);
            (if short < 50 { 2000 + short } else { 1900 + short }, 2)
        }
        0x18 => (i64::from(number(0, 4)?), 4),
        _ => return None,
    };
    // Old encoders leave the seconds out.
    let second = number(at + 8, at + 10).unwrap_or(0);
    Time::new(
        year,
        number(at, at + 2)?,
        number(at + 2, at + 4)?,
        number(at + 4, at + 6)?,
        number(at + 6, at + 8)?,
        second,
    )
}

/// A text of any of the string types, fit for a terminal: control characters are shown as `?`, long texts are cut.
pub(crate) fn text(element: Element<'_>) -> String {
    let decoded: String = match element.tag {
        0x1E => {
            let units: Vec<u16> =
                element.body.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        0x1C => {
            let letter = |four: &[u8]| u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
            element.body.chunks_exact(4).map(|four| char::from_u32(letter(four)).unwrap_or('?')).collect()
        }
        0x14 => element.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(element.body).into_owned(),
    };
    harmless(&decoded)
}

/// The text without what could move a cursor or turn the reading direction, at most 300 letters.
pub(crate) fn harmless(text: &str) -> String {
    let is_odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().take(300).map(|c| if is_odd(c) { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_that_do_not_fit_end_the_reading() {
        assert_eq!(Reader(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 1]).next(), None);
        assert_eq!(Reader(&[0x30, 0x80, 0, 0]).next(), None);
        assert_eq!(Reader(&[0x30, 0x02, 1]).next(), None);
        assert_eq!(Reader(&[0x1F, 0x81, 0x01, 0x00]).next(), None);
        assert_eq!(Reader(&[0x02, 0x01, 7]).next().unwrap().body, [7]);
    }

    #[test]
    fn object_identifiers_and_times() {
        assert_eq!(dotted(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]), "1.2.840.113549.1.1.11");
        let at = |tag, text: &str| {
            time(Element { tag, body: text.as_bytes(), whole: &[] }).map(|time| time.to_string())
        };
        assert_eq!(at(0x17, "261123120000Z").as_deref(), Some("2026-11-23T12:00:00Z"));
        assert_eq!(at(0x17, "500101000000Z").as_deref(), Some("1950-01-01T00:00:00Z"));
        assert_eq!(at(0x18, "20500101000000Z").as_deref(), Some("2050-01-01T00:00:00Z"));
        assert_eq!(at(0x18, "2050é101000000Z"), None);
    }

    #[test]
    fn escape_sequences_do_not_reach_a_terminal() {
        let element = Element { tag: 0x0C, body: "\u{1b}[31mred\u{202e}".as_bytes(), whole: &[] };
        assert_eq!(text(element), "?[31mred?");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for element in Reader(&bytes) {
                prop_assert!(element.whole.len() >= 2 && element.body.len() < element.whole.len());
                let _ = (text(element), time(element), dotted(element.body), small(element.body));
            }
        }
    }
}
