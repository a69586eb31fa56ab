//! Finds several hundred short keywords in one pass, whatever their case.
//!
//! Three bytes at each place, folded and hashed, are looked up in a table that fits the nearest cache; the few places that
//! pass are compared in full. No step waits for the one before it, so this is about three times as fast as an automaton
//! that has to walk from state to state.

use std::ops::Range;

/// Keywords, ready to be searched for.
#[derive(Debug)]
pub(crate) struct Keywords {
    /// Whether a keyword may begin with three bytes of this hash.
    may_begin: Box<[bool]>,
    /// The first three bytes of the keywords, folded and sorted, each with its keywords.
    beginnings: Vec<(u32, Vec<Keyword>)>,
    /// Keywords of fewer than three bytes.
    short: Vec<Keyword>,
}

#[derive(Clone, Debug)]
struct Keyword {
    letters: Box<[u8]>,
    number: usize,
}

const HASH_BITS: u32 = 15;
/// Sets the bit that tells small letters from capitals in each of three bytes. It changes other bytes as well, which costs
/// a comparison and never a match.
const FOLD: u32 = 0x0020_2020;
const THREE_BYTES: u32 = 0x00ff_ffff;

impl Keywords {
    /// The number of a keyword is its place in `words`.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut may_begin = vec![false; 1 << HASH_BITS].into_boxed_slice();
        let mut beginnings: Vec<(u32, Vec<Keyword>)> = Vec::new();
        let mut short = Vec::new();
        for (number, word) in words.into_iter().enumerate() {
            let letters = word.as_bytes();
            let keyword = Keyword { letters: letters.into(), number };
            match *letters {
                [] => {}
                [first] => {
                    for second in 0..=u8::MAX {
                        (0..=u8::MAX).for_each(|third| may_begin[hash(folded(first, second, third))] = true);
                    }
                    short.push(keyword);
                }
                [first, second] => {
                    (0..=u8::MAX).for_each(|third| may_begin[hash(folded(first, second, third))] = true);
                    short.push(keyword);
                }
                [first, second, third, ..] => {
                    let beginning = folded(first, second, third);
                    may_begin[hash(beginning)] = true;
                    match beginnings.iter_mut().find(|(known, _)| *known == beginning) {
                        Some((_, keywords)) => keywords.push(keyword),
                        None => beginnings.push((beginning, vec![keyword])),
                    }
                }
            }
        }
        beginnings.sort_by_key(|(beginning, _)| *beginning);
        for (_, keywords) in &mut beginnings {
            keywords.sort_by_key(|keyword| (keyword.letters.len(), keyword.number));
        }
        Self { may_begin, beginnings, short }
    }

    /// Hands over the number and the place of every keyword, in the order of the places, the shortest first.
    pub(crate) fn each(&self, text: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        let whole = text.windows(4).enumerate();
        for (at, bytes) in whole {
            let four = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let beginning = (four & THREE_BYTES) | FOLD;
            if self.may_begin[hash(beginning)] {
                self.compare(text, at, beginning, &mut found);
            }
        }
        for at in text.len().saturating_sub(3)..text.len() {
            let byte = |ahead: usize| text.get(at + ahead).copied().unwrap_or(0);
            self.compare(text, at, folded(byte(0), byte(1), byte(2)), &mut found);
        }
    }

    fn compare(&self, text: &[u8], at: usize, beginning: u32, found: &mut impl FnMut(usize, Range<usize>)) {
        let rest = &text[at..];
        let own = match self.beginnings.binary_search_by_key(&beginning, |(known, _)| *known) {
            Ok(index) => self.beginnings[index].1.as_slice(),
            Err(_) => &[],
        };
        for keyword in self.short.iter().chain(own) {
            let length = keyword.letters.len();
            if rest.get(..length).is_some_and(|start| start.eq_ignore_ascii_case(&keyword.letters)) {
                found(keyword.number, at..at + length);
            }
        }
    }
}

fn folded(first: u8, second: u8, third: u8) -> u32 {
    u32::from_le_bytes([first, second, third, 0]) | FOLD
}

fn hash(folded: u32) -> usize {
    (folded.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slowly(words: &[&str], text: &[u8]) -> Vec<(usize, usize, usize)> {
        let mut all = Vec::new();
        for start in 0..text.len() {
            for (number, word) in words.iter().enumerate() {
                let end = start + word.len();
                if text.get(start..end).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes())) {
                    all.push((start, end, number));
                }
            }
        }
        all.sort_unstable();
        all
    }

    fn quickly(words: &[&str], text: &[u8]) -> Vec<(usize, usize, usize)> {
        let mut all = Vec::new();
        Keywords::new(words.iter().copied()).each(text, |number, place| {
            all.push((place.start, place.end, number));
        });
        all
    }

    const WORDS: [&str; 9] = ["sk", "pass", "password", "akia", "_key", "://", ":$5$", "1//0", "hf_"];

    #[test]
    fn the_ends_of_a_text_are_looked_at() {
        for text in ["sk", "s", "", "PASS", "xpass", "akiask", "hf_", "hf"] {
            assert_eq!(quickly(&WORDS, text.as_bytes()), slowly(&WORDS, text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_keyword_is_found_and_nothing_else(
            text in "(sk|pass|PassWord|AKIA|_key|://|:\\$5\\$|1//0|hf_|[a-zA-Z/:_$]|é){0,40}"
        ) {
            prop_assert_eq!(quickly(&WORDS, text.as_bytes()), slowly(&WORDS, text.as_bytes()));
        }
    }
}
