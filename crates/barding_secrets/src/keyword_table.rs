//! Many keywords in a text at once, made for texts that hold hardly any: one look into a small table for each byte.
//!
//! An automaton of all keywords is slower here, for every byte waits for the one before it.

use std::ops::Range;

/// Cells of the table; a hash of three bytes names one.
const CELLS: usize = 1 << 15;

/// Keywords of at least two bytes, found without regard to ASCII case.
#[derive(Debug)]
pub(crate) struct KeywordTable {
    keywords: Vec<Vec<u8>>,
    /// For each hash of a keyword's first three bytes: which fourth bytes may follow, by their lowest three bits.
    followers: Box<[u8; CELLS]>,
    /// Where in `in_cells` the keywords of a cell begin.
    first_of_cell: Vec<u32>,
    in_cells: Vec<u16>,
}

impl KeywordTable {
    /// A table of keywords; their places in the list are their numbers.
    pub(crate) fn new<'a>(keywords: impl IntoIterator<Item = &'a str>) -> Self {
        let keywords: Vec<Vec<u8>> =
            keywords.into_iter().map(|word| word.to_ascii_lowercase().into_bytes()).collect();
        let mut followers = Box::new([0_u8; CELLS]);
        let mut pairs: Vec<(usize, u16)> = Vec::new();
        for (number, keyword) in keywords.iter().enumerate() {
            assert!(
                keyword.len() >= 2 && number < usize::from(u16::MAX),
                "keywords have two bytes at the least"
            );
            let thirds: Vec<u8> = keyword.get(2).map_or_else(|| (0..=255).collect(), |third| vec![*third]);
            for third in thirds {
                let cell = cell(fold(u32::from_le_bytes([keyword[0], keyword[1], third, 0])));
                followers[cell] |= keyword.get(3).map_or(0xff, |fourth| 1 << ((fourth | 0x20) & 7));
                pairs.push((cell, number as u16));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut first_of_cell = vec![0_u32; CELLS + 1];
        for (cell, _) in &pairs {
            first_of_cell[cell + 1] += 1;
        }
        for cell in 0..CELLS {
            first_of_cell[cell + 1] += first_of_cell[cell];
        }
        Self {
            keywords,
            followers,
            first_of_cell,
            in_cells: pairs.into_iter().map(|(_, number)| number).collect(),
        }
    }

    /// Every occurrence that at least one byte follows, overlapping ones too, ordered by its end, the longest first.
    pub(crate) fn find(&self, text: &[u8]) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let mut at = 0;
        // Eight bytes hold five places to look at; most of the time none of them is worth a second look.
        while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*eight) | 0x2020_2020_2020_2020;
            let four = |place: u32| (word >> (8 * place)) as u32;
            if self.fits(four(0))
                | self.fits(four(1))
                | self.fits(four(2))
                | self.fits(four(3))
                | self.fits(four(4))
            {
                for place in 0..5 {
                    if self.fits(four(place)) {
                        self.check(text, at + place as usize, cell(four(place)), &mut found);
                    }
                }
            }
            at += 5;
        }
        for (offset, four) in text[at..].windows(4).enumerate() {
            let word = fold(u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
            if self.fits(word) {
                self.check(text, at + offset, cell(word), &mut found);
            }
        }
        found.sort_by_key(|(number, range): &(usize, Range<usize>)| (range.end, range.start, *number));
        found
    }

    /// Whether some keyword may begin with these four bytes.
    #[inline]
    fn fits(&self, word: u32) -> bool {
        self.followers[cell(word)] >> ((word >> 24) & 7) & 1 == 1
    }

    #[cold]
    fn check(&self, text: &[u8], at: usize, cell: usize, found: &mut Vec<(usize, Range<usize>)>) {
        let range = self.first_of_cell[cell] as usize..self.first_of_cell[cell + 1] as usize;
        for number in &self.in_cells[range] {
            let number = usize::from(*number);
            let keyword = &self.keywords[number];
            if text.get(at..at + keyword.len()).is_some_and(|here| here.eq_ignore_ascii_case(keyword)) {
                found.push((number, at..at + keyword.len()));
            }
        }
    }
}

/// Letters in lower case. Other bytes may fall together, which costs a look and no miss.
fn fold(word: u32) -> u32 {
    word | 0x2020_2020
}

/// The cell of the word's first three bytes.
fn cell(word: u32) -> usize {
    ((word & 0x00ff_ffff).wrapping_mul(0x9e37_79b1) >> 17) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    #[test]
    fn it_finds_what_an_automaton_finds() {
        let words = ["sk", "pat", "path", "token", "ken", "://", "_key", "TOKEN", "token_x"];
        let table = KeywordTable::new(words);
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(words).unwrap();
        let text = b"a Path to ://token_X_KEYs, disk sk- TokenTOKEN. pat pa to \xff\xfe\x00";
        let mut expected: Vec<_> = automaton
            .find_overlapping_iter(&text[..])
            .map(|found| (found.pattern().as_usize(), found.range()))
            .collect();
        expected.sort_by_key(|(number, range)| (range.end, range.start, *number));
        assert!(expected.len() > 10);
        assert_eq!(table.find(text), expected);
        assert!(table.find(b"").is_empty() && table.find(b"pat").is_empty());
    }

    const WORDS: [&str; 9] = ["sk", "pass", "password", "akia", "_key", "://", ":$5$", "1//0", "hf_"];

    /// What the table promises, the slow way: every occurrence that has a byte behind it.
    fn slowly(text: &[u8]) -> Vec<(usize, Range<usize>)> {
        let mut all = Vec::new();
        for start in 0..text.len() {
            for (number, word) in WORDS.iter().enumerate() {
                let end = start + word.len();
                if text.get(start..end).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes())) {
                    all.push((number, start..end));
                }
            }
        }
        all.sort_by_key(|(number, range)| (range.end, range.start, *number));
        all
    }

    proptest! {
        #[test]
        fn every_keyword_is_found_and_nothing_else(
            text in "(sk|pass|PassWord|AKIA|_key|://|:\\$5\\$|1//0|hf_|[a-zA-Z/:_$]|é){0,40}~~"
        ) {
            prop_assert_eq!(KeywordTable::new(WORDS).find(text.as_bytes()), slowly(text.as_bytes()));
        }
    }
}
