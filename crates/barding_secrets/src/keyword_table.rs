//! Many keywords in a text at once, made for texts that hold hardly any: one look into a small table for every second byte.
//!
//! An automaton of all keywords is slower here, for every byte waits for the one before it. Four bytes of a keyword, or of
//! it and its neighbours, stand at an even place wherever the keyword begins, so odd places need not be looked at.

use std::ops::Range;

/// Cells of the table; the middle two of four bytes name one. All of it stays in the processor's nearest memory.
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: u32 = 11;

/// Bytes looked at together, and how many more the last look among them reaches.
const STEP: usize = 8;
const REACH: usize = 2;

/// Bytes by how often they stand in source code, the most frequent first; the others are rarer still.
const FREQUENT: &[u8] = b" etasrinolcdpmu_fghb.y\"'=:/v-,kw";

/// Keywords of at least two bytes, found without regard to ASCII case.
#[derive(Debug)]
pub(crate) struct KeywordTable {
    keywords: Vec<Vec<u8>>,
    /// For each hash of the middle bytes: the bytes that may stand before them, by their lowest five bits, and above those
    /// the bytes that may stand behind them.
    neighbours: Box<[u64; CELLS]>,
    /// Where in `marks` those of a cell begin.
    first_of_cell: Vec<u32>,
    marks: Vec<Mark>,
}

/// Four bytes that tell of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    /// The bytes, folded, where the mask has ones.
    four: u32,
    mask: u32,
    keyword: u16,
    /// Where the keyword's first byte stands, seen from the four bytes.
    start: i16,
}

impl KeywordTable {
    /// A table of keywords; their places in the list are their numbers.
    pub(crate) fn new<'a>(keywords: impl IntoIterator<Item = &'a str>) -> Self {
        let keywords: Vec<Vec<u8>> =
            keywords.into_iter().map(|word| word.to_ascii_lowercase().into_bytes()).collect();
        let mut neighbours = Box::new([0_u64; CELLS]);
        let mut in_cells: Vec<(usize, Mark)> = Vec::new();
        for (number, keyword) in keywords.iter().enumerate() {
            assert!(
                keyword.len() >= 2 && number < usize::from(u16::MAX),
                "keywords have two bytes at the least"
            );
            for start in both_starts(keyword) {
                let mark = Mark::new(number as u16, keyword, start);
                for_each_cell(keyword, start, |cell, allowed| {
                    neighbours[cell] |= allowed;
                    in_cells.push((cell, mark));
                });
            }
        }
        in_cells.sort_unstable();
        in_cells.dedup();
        let mut first_of_cell = vec![0_u32; CELLS + 1];
        for (cell, _) in &in_cells {
            first_of_cell[cell + 1] += 1;
        }
        for cell in 0..CELLS {
            first_of_cell[cell + 1] += first_of_cell[cell];
        }
        let marks = in_cells.into_iter().map(|(_, mark)| mark).collect();
        Self { keywords, neighbours, first_of_cell, marks }
    }

    /// Every occurrence, overlapping ones too, ordered by its end, the longest first.
    pub(crate) fn find(&self, text: &[u8]) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(step) = text.get(at..).and_then(|rest| rest.first_chunk()) {
            self.look(step, at, text, &mut found);
            at += STEP;
        }
        // The last steps are filled up with what belongs to no keyword.
        while at < text.len() {
            let rest = &text[at..text.len().min(at + STEP + REACH)];
            let mut step = [0; STEP + REACH];
            step[..rest.len()].copy_from_slice(rest);
            self.look(&step, at, text, &mut found);
            at += STEP;
        }
        found.sort_by_key(|(number, range): &(usize, Range<usize>)| (range.end, range.start, *number));
        found
    }

    /// Looks at the even places of one step; most of the time none of them is worth a second look.
    #[inline(always)]
    fn look(
        &self,
        step: &[u8; STEP + REACH],
        at: usize,
        text: &[u8],
        found: &mut Vec<(usize, Range<usize>)>,
    ) {
        let mut places = 0_u32;
        for place in (0..STEP).step_by(2) {
            let four = four_at(step, place);
            let allowed = self.neighbours[cell(four)];
            let fits = (allowed >> (four & 31)) & (allowed >> (32 | four >> 24 & 31)) & 1;
            places |= (fits as u32) << place;
        }
        if places != 0 {
            self.check(places, step, at, text, found);
        }
    }

    /// Looks again where the table said so.
    #[inline(never)]
    fn check(
        &self,
        mut places: u32,
        step: &[u8; STEP + REACH],
        at: usize,
        text: &[u8],
        found: &mut Vec<(usize, Range<usize>)>,
    ) {
        while places != 0 {
            let place = places.trailing_zeros() as usize;
            places &= places - 1;
            let four = four_at(step, place);
            let cell = cell(four);
            let range = self.first_of_cell[cell] as usize..self.first_of_cell[cell + 1] as usize;
            for mark in self.marks[range].iter().filter(|mark| (mark.four ^ four) & mark.mask == 0) {
                let number = usize::from(mark.keyword);
                let keyword = &self.keywords[number];
                let Some(start) = (at + place).checked_add_signed(isize::from(mark.start)) else { continue };
                let here = text.get(start..start + keyword.len());
                if here.is_some_and(|here| here.eq_ignore_ascii_case(keyword)) {
                    found.push((number, start..start + keyword.len()));
                }
            }
        }
    }
}

impl Mark {
    fn new(number: u16, keyword: &[u8], start: i16) -> Self {
        let (mut four, mut mask) = ([0; 4], [0; 4]);
        for place in 0..4 {
            if let Some(byte) = byte_at(keyword, start, place as i16) {
                (four[place], mask[place]) = (byte, u8::MAX);
            }
        }
        let mask = u32::from_le_bytes(mask);
        Self { four: fold(u32::from_le_bytes(four)) & mask, mask, keyword: number, start }
    }
}

/// The keyword's byte at one of four places, when it begins `start` bytes behind the first of them.
fn byte_at(keyword: &[u8], start: i16, place: i16) -> Option<u8> {
    usize::try_from(place - start).ok().and_then(|at| keyword.get(at)).copied()
}

/// Where a keyword begins seen from two neighbouring places that tell of it, those with the rarest bytes. Such a place may
/// be the byte before the keyword, and the last of its four bytes may be the one behind it.
fn both_starts(keyword: &[u8]) -> [i16; 2] {
    let rarity = |byte: &u8| FREQUENT.iter().position(|known| known == byte).unwrap_or(FREQUENT.len());
    let worth = |place: usize| -> usize {
        // Of five bytes the second and the third, and the third and the fourth, are the middle ones.
        let five = |at: usize| (place + at).checked_sub(1).and_then(|at| keyword.get(at)).map(rarity);
        [five(0), five(1), five(2), five(3), five(4)].into_iter().flatten().sum()
    };
    // Short keywords have one choice only; what stands far inside a long one is no better than its beginning.
    let places = 0..=keyword.len().min(60).saturating_sub(3);
    let best = places.max_by_key(|place| (worth(*place), usize::MAX - place)).unwrap_or_default();
    let start = 1 - best as i16;
    [start, start - 1]
}

/// Every cell, with the neighbours it allows, that the text may show where the keyword begins `start` bytes further on.
fn for_each_cell(keyword: &[u8], start: i16, mut each: impl FnMut(usize, u64)) {
    let known = |place| byte_at(keyword, start, place);
    let neighbour = |place: i16| known(place).map_or(u64::from(u32::MAX), |byte| 1 << (byte & 31));
    let allowed = neighbour(0) | neighbour(3) << 32;
    let choices = |place: i16| known(place).map_or(0..=u8::MAX, |byte| byte..=byte);
    for second in choices(1) {
        for third in choices(2) {
            each(cell(fold(u32::from_le_bytes([0, second, third, 0]))), allowed);
        }
    }
}

/// Four bytes of a step, folded.
#[inline(always)]
fn four_at(step: &[u8; STEP + REACH], place: usize) -> u32 {
    fold(step[place..].first_chunk().map_or(0, |four| u32::from_le_bytes(*four)))
}

/// Letters in lower case. Other bytes may fall together, which costs a look and no miss.
fn fold(word: u32) -> u32 {
    word | 0x2020_2020
}

/// The cell of the word's middle bytes.
fn cell(word: u32) -> usize {
    ((word >> 8).wrapping_mul(0x4a51_0000) >> (32 - CELL_BITS)) as usize
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
        assert!(table.find(b"").is_empty() && table.find(b"pa").is_empty());
        assert_eq!(table.find(b"pat"), [(1, 0..3)]);
    }

    const WORDS: [&str; 9] = ["sk", "pass", "password", "akia", "_key", "://", ":$5$", "1//0", "hf_"];

    /// What the table promises, the slow way: every occurrence.
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
            text in "(sk|pass|PassWord|AKIA|_key|://|:\\$5\\$|1//0|hf_|[a-zA-Z/:_$]|é){0,40}"
        ) {
            prop_assert_eq!(KeywordTable::new(WORDS).find(text.as_bytes()), slowly(text.as_bytes()));
        }
    }
}
