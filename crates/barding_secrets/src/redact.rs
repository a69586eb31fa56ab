//! One log record at a time: what the detectors, the telling names and the project's own values find, blotted out. Made to be
//! left on: a text that gives nothing away costs about a nanosecond a byte and no memory.

use crate::keyword_table::KeywordTable;
use crate::known_values::KnownValues;
use crate::{FileContext, Scanner, logs};
use camino::Utf8Path;
use std::ops::Range;
use std::sync::LazyLock;

/// What stands where something was blotted out.
pub const REDACTED: &str = "[redacted]";

/// Finds what must not stand in a log.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    values: Option<KnownValues>,
}

/// Keywords of the scanner first, then words that make a log's assignment, then words that begin the body of a form.
struct Keywords {
    table: KeywordTable,
    log_words: Range<usize>,
    context: FileContext,
}

static KEYWORDS: LazyLock<Keywords> = LazyLock::new(|| {
    let of_scanner = Scanner::shared().keywords();
    let log_words = of_scanner.len()..of_scanner.len() + logs::WORDS.len();
    let words = of_scanner.iter().map(String::as_str);
    let table =
        KeywordTable::new(words.chain(logs::WORDS.iter().copied()).chain(logs::BODY_WORDS.iter().copied()));
    Keywords { table, log_words, context: FileContext::of(Utf8Path::new(logs::PATH)) }
});

impl Redactor {
    /// A redactor that also knows some values.
    pub fn new(values: KnownValues) -> Self {
        Self { values: Some(values) }
    }

    /// Makes what is made once, so that the first record does not wait for it.
    pub fn warm_up() {
        let _ = Self::default().redact("password=warm.up.7 https://a:b7@c.example");
    }

    /// The text without its secrets; nothing when it has none.
    pub fn redact(&self, text: &str) -> Option<String> {
        let ranges = self.find(text.as_bytes());
        if ranges.is_empty() {
            return None;
        }
        let mut clean = String::with_capacity(text.len());
        let mut from = 0;
        for range in ranges {
            let start = text.floor_char_boundary(range.start).max(from);
            let end = text.ceil_char_boundary(range.end).max(start);
            clean.push_str(&text[from..start]);
            clean.push_str(REDACTED);
            from = end;
        }
        clean.push_str(&text[from..]);
        Some(clean)
    }

    /// The ranges to blot out, sorted and joined.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = self.values.as_ref().map_or_else(Vec::new, |values| values.find(text));
        let keywords = &*KEYWORDS;
        let occurrences = keywords.table.find(text);
        if !occurrences.is_empty() {
            let of_scanner =
                occurrences.iter().filter(|(number, _)| *number < keywords.log_words.start).cloned();
            let path = Utf8Path::new(logs::PATH);
            let hits = Scanner::shared().scan_at(text, path, keywords.context, of_scanner);
            found.extend(hits.into_iter().map(|hit| hit.range));
            let mut words: Vec<_> = occurrences
                .iter()
                .filter(|(number, _)| keywords.log_words.contains(number))
                .map(|(_, range)| range.clone())
                .collect();
            words.sort_by_key(|range| (range.start, range.end));
            let mut assigned = Vec::new();
            logs::assigned_at(text, words, &mut assigned);
            if occurrences.iter().any(|(number, _)| *number >= keywords.log_words.end) {
                logs::bodies(text, &mut assigned);
            }
            found.extend(assigned.into_iter().map(|(range, _)| range));
        }
        cards(text, &mut found);
        pairs(text, &mut found);
        joined(found)
    }
}

fn joined(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if found.len() < 2 {
        return found;
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Numbers of payment cards. Thirteen bytes in a row that a card may be made of cover two samples six bytes apart.
fn cards(text: &[u8], found: &mut Vec<Range<usize>>) {
    const STEP: usize = 6;
    let of_card = |byte: u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-');
    let mut at = 0;
    while at + STEP < text.len() {
        let (one, other) = (text[at], text[at + STEP]);
        // Groups are longer than one digit: two samples six bytes apart are never both separators.
        if !(of_card(one) && of_card(other) && (one.is_ascii_digit() || other.is_ascii_digit())) {
            at += STEP;
            continue;
        }
        let start = text[..at].iter().rposition(|byte| !of_card(*byte)).map_or(0, |before| before + 1);
        let end = text[at..].iter().position(|byte| !of_card(*byte)).map_or(text.len(), |after| at + after);
        if end - start >= 13 && text[start..end].iter().filter(|byte| byte.is_ascii_digit()).count() >= 13 {
            // A byte before and two after decide whether the number stands alone.
            let slice = start.saturating_sub(1)..text.len().min(end + 2);
            let mut numbers = Vec::new();
            logs::cards(&text[slice.clone()], &mut numbers);
            found.extend(
                numbers.into_iter().map(|(range, _)| range.start + slice.start..range.end + slice.start),
            );
        }
        at = end.max(at + STEP);
    }
}

/// Mail addresses with their passwords.
fn pairs(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for at in memchr::memchr_iter(b'@', text) {
        let in_domain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let domain = text[at + 1..].iter().take(330).take_while(in_domain).count();
        let end = at + 1 + domain;
        if at < done || !matches!(text.get(end), Some(b':' | b';' | b'|')) {
            continue;
        }
        // In "to maria@shop.example: accepted" no password follows.
        if text.get(end + 1).is_none_or(u8::is_ascii_whitespace) {
            continue;
        }
        let slice = at.saturating_sub(64).max(done)..text.len().min(end + 66);
        let ranges =
            logs::pairs(&text[slice.clone()]).map(|range| range.start + slice.start..range.end + slice.start);
        let before = found.len();
        // The slice may cut the next address; that one has its own turn.
        found.extend(ranges.filter(|range| range.contains(&at)));
        done = found[before..].iter().map(|range| range.end).max().unwrap_or(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{detectors, scan_log};

    fn slowly(text: &str) -> String {
        let mut clean = Vec::new();
        scan_log(&mut text.as_bytes(), Utf8Path::new("a.log"), Some(&mut clean)).unwrap();
        String::from_utf8(clean).unwrap()
    }

    fn quickly(text: &str) -> String {
        Redactor::default().redact(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn a_record_loses_what_a_log_file_would_lose() {
        let filler = "GET /shop/cart/ took 12 ms for order 17, 2026-11-23 13:04:39 by maria@shop.example; ";
        let mut different = Vec::new();
        let mut blotted = 0;
        for detector in detectors() {
            for example in &detector.examples {
                let text = crate::example::expand(example, 7);
                for text in
                    [text.clone(), format!("{filler}{text} {filler}"), format!("token {text}\n{filler}")]
                {
                    blotted += u32::from(slowly(&text) != text);
                    if slowly(&text) != quickly(&text) {
                        different.push(format!(
                            "{}\n  {text}\n  {}\n  {}",
                            detector.id,
                            slowly(&text),
                            quickly(&text)
                        ));
                    }
                }
            }
        }
        assert!(blotted > 700, "{blotted}");
        assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    }

    #[test]
    fn typical_secrets_go_and_ordinary_text_stays() {
        for (text, clean) in [
            ("login password=hunter7 ok", "login password=[redacted] ok"),
            ("card 4111 1111 1111 1111 charged", "card [redacted] charged"),
            ("4111111111111111", "[redacted]"),
            ("maria@shop.example:Tulip42x", "[redacted]"),
            (
                "a@b.example:Tul1px9 and some words before the next of them, a@b.example:Tul1px9-and-more",
                "[redacted] and some words before the next of them, [redacted]",
            ),
            ("postgres://shop:x9-Kd83jd@db/shop", "postgres://shop:[redacted]@db/shop"),
            ("naïve password=ünïcödé7 ok", "naïve password=[redacted] ok"),
        ] {
            assert_eq!(quickly(text), clean);
        }
        for text in [
            "",
            "a",
            "password",
            "2026-11-23 13:04:39,123 INFO 4111111111111112 took 12 ms",
            "mail sent to maria@shop.example: accepted",
            "Invalid password for user maria",
            "password=[redacted] token=[redacted]",
        ] {
            assert_eq!(quickly(text), text);
        }
    }
}
