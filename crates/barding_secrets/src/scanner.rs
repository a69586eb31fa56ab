//! One pass over some bytes: every keyword at once, then the detector whose keyword it was.

use crate::assignment;
use crate::assignment_bytes::line_start;
use crate::checksum::{self, Checked};
use crate::context::{FileContext, Surroundings, Syntax};
use crate::detector::{Checksum, Detector, Special, detectors};
use crate::folded;
use crate::keyword_table::KeywordTable;
use crate::name::{self, NameKind};
use crate::placeholder::is_dummy_token;
use crate::{Certainty, Hit, entropy, url};
use camino::Utf8Path;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

/// Finds secrets in bytes. Building one takes milliseconds, so there is one for all: [`Scanner::shared`].
#[derive(Debug)]
pub struct Scanner {
    keywords: KeywordTable,
    keyword_texts: Vec<String>,
    /// What to do where keyword number n stands; one keyword may serve several detectors.
    uses: Vec<Vec<Use>>,
    pub(crate) named: Vec<&'static Detector>,
}

#[derive(Clone, Copy, Debug)]
enum Use {
    Detector(&'static Detector),
    Assignment,
}

static SHARED: LazyLock<Scanner> = LazyLock::new(Scanner::new);

impl Scanner {
    /// The scanner with every detector.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    fn new() -> Self {
        let mut keywords: Vec<String> = Vec::new();
        let mut uses: Vec<Vec<Use>> = Vec::new();
        let mut add = |keyword: &str, purpose: Use| {
            let keyword = keyword.to_ascii_lowercase();
            match keywords.iter().position(|known| *known == keyword) {
                Some(at) => uses[at].push(purpose),
                None => {
                    keywords.push(keyword);
                    uses.push(vec![purpose]);
                }
            }
        };
        for detector in detectors() {
            for keyword in &detector.keywords {
                add(keyword, Use::Detector(detector));
            }
        }
        for word in assignment::WORDS {
            add(word, Use::Assignment);
        }
        let table = KeywordTable::new(keywords.iter().map(String::as_str));
        let named = detectors().iter().filter(|detector| !detector.named.is_empty()).collect();
        Self { keywords: table, keyword_texts: keywords, uses, named }
    }

    /// Every secret in `text`, in order, the surest where several overlap.
    pub fn scan(&self, text: &[u8], path: &Utf8Path, context: FileContext) -> Vec<Hit> {
        let mut scan = Scan::new(self, text, path, context);
        for (keyword, place) in self.keywords.find(text) {
            scan.look_at(keyword, place);
        }
        scan.finish()
    }

    /// The keywords, in lower case; the place in the list is the keyword's number.
    pub(crate) fn keywords(&self) -> &[String] {
        &self.keyword_texts
    }

    /// Like [`Self::scan`], where somebody else has found the keywords: their numbers and places, ordered by their ends.
    pub(crate) fn scan_at(
        &self,
        text: &[u8],
        path: &Utf8Path,
        context: FileContext,
        occurrences: impl Iterator<Item = (usize, Range<usize>)>,
    ) -> Vec<Hit> {
        let mut scan = Scan::new(self, text, path, context);
        for (keyword, place) in occurrences {
            scan.look_at(keyword, place);
        }
        scan.finish()
    }
}

/// One text being looked at.
pub(crate) struct Scan<'a> {
    pub(crate) scanner: &'a Scanner,
    pub(crate) text: &'a [u8],
    path: &'a Utf8Path,
    pub(crate) context: FileContext,
    hits: Vec<Hit>,
    /// Names and values before this have been read as assignments.
    read_until: usize,
    dense: OnceCell<bool>,
}

impl<'a> Scan<'a> {
    fn new(scanner: &'a Scanner, text: &'a [u8], path: &'a Utf8Path, context: FileContext) -> Self {
        Self { scanner, text, path, context, hits: Vec::new(), read_until: 0, dense: OnceCell::new() }
    }

    fn look_at(&mut self, keyword: usize, place: Range<usize>) {
        let scanner = self.scanner;
        for purpose in &scanner.uses[keyword] {
            match purpose {
                Use::Detector(detector) => self.try_detector(detector, place.clone()),
                Use::Assignment => self.try_assignment(place.clone()),
            }
        }
    }

    fn try_detector(&mut self, detector: &'static Detector, keyword: Range<usize>) {
        if detector.special == Special::Url {
            return self.try_url(detector, keyword.start);
        }
        if detector.case_sensitive
            && !detector.keywords.iter().any(|word| word.as_bytes() == &self.text[keyword.clone()])
        {
            return;
        }
        // A token that starts inside a longer word is none.
        if detector.within == 0 && !self.is_boundary(keyword.start) {
            return;
        }
        if !detector.files.is_empty() && !self.is_for_file(detector) {
            return;
        }
        let start = keyword.start.saturating_sub(detector.within);
        let end = self.text.len().min(keyword.start + detector.ahead);
        let window = &self.text[start..end];
        let expression = detector.expression();
        // Nearly always there is no match, and to say so needs no memory.
        if !expression.is_match(window) {
            return;
        }
        let mut from = 0;
        // An earlier match in the window may end before the keyword.
        let (whole, secret) = loop {
            let Some(groups) = expression.captures_at(window, from) else { return };
            let whole = groups.get(0).expect("group 0 is the match").range();
            if start + whole.end > keyword.start {
                let secret =
                    groups.iter().skip(1).flatten().next().map_or(whole.clone(), |group| group.range());
                break (start + whole.start..start + whole.end, start + secret.start..start + secret.end);
            }
            from = whole.end.max(from + 1);
            if from > window.len() {
                return;
            }
        };
        if whole.start > keyword.start || !self.is_boundary(whole.start) || !self.ends_at_boundary(secret.end)
        {
            return;
        }
        if !detector.fits_behind(&self.text[line_start(self.text, whole.start)..whole.start]) {
            return;
        }
        let bytes = &self.text[secret.clone()];
        if entropy::bits_per_byte(bytes) < detector.entropy {
            return;
        }
        let is_block = bytes.len() > 300;
        if !is_block && detector.checksum != Some(Checksum::Pem) && is_dummy_token(bytes) {
            return;
        }
        let mut certainty = detector.certainty();
        let mut checked = None;
        if let Some(checksum) = detector.checksum {
            match checksum::check(checksum, bytes, &self.text[whole]) {
                Checked::Holds(note) => checked = Some(note),
                Checked::Fails(note) => {
                    checked = Some(note.to_owned());
                    certainty = certainty.lower();
                }
                Checked::Impossible => return,
                Checked::Silent => {}
            }
        }
        if self.context.surroundings != Surroundings::Project {
            certainty = certainty.lower();
        }
        self.hits.push(Hit { detector, range: secret, certainty, name: None, checked });
    }

    fn try_url(&mut self, detector: &'static Detector, at: usize) {
        let Some((range, is_weak)) = url::password(self.text, at) else { return };
        let mut certainty = if is_weak { Certainty::Medium } else { detector.certainty() };
        match self.context.surroundings {
            Surroundings::Project => {}
            _ if is_weak => return,
            Surroundings::Translations => return,
            _ => certainty = Certainty::Low,
        }
        self.hits.push(Hit { detector, range, certainty, name: None, checked: None });
    }

    fn try_assignment(&mut self, word: Range<usize>) {
        if word.start < self.read_until {
            return;
        }
        let Some(found) = assignment::read(self.text, word, self.context.syntax) else { return };
        let name = String::from_utf8_lossy(&self.text[found.name.clone()]).into_owned();
        let kind = name::judge(&name);
        if kind == NameKind::Other {
            return;
        }
        self.read_until = found.name.end;
        let folded =
            if self.context.syntax == Syntax::Code { folded::folded(self.text, &found) } else { None };
        if folded.is_none() && folded::is_part(self.text, &found) {
            return;
        }
        let (range, value) = match &folded {
            Some(folded) => (folded.range.clone(), folded.joined.as_slice()),
            None => (found.value.clone(), &self.text[found.value.clone()]),
        };
        if let Some((detector, certainty)) = self.judge_value(kind, &name, value, &found) {
            self.read_until = range.end;
            self.hits.push(Hit { detector, range, certainty, name: Some(name), checked: None });
        }
    }

    /// Whether the text is written for machines: hardly any line ends.
    pub(crate) fn is_dense(&self) -> bool {
        *self.dense.get_or_init(|| {
            let sample = &self.text[..self.text.len().min(64 << 10)];
            sample.len() > 4000 && memchr::memchr_iter(b'\n', sample).count() * 1000 < sample.len()
        })
    }

    fn is_boundary(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return true };
        if !self.text[at].is_ascii_alphanumeric() {
            return true;
        }
        let byte = self.text[before];
        if byte.is_ascii_alphanumeric() {
            // `\n` written out is a line end.
            return matches!(byte, b'n' | b'r' | b't') && before > 0 && self.text[before - 1] == b'\\';
        }
        byte != b'_'
    }

    fn ends_at_boundary(&self, at: usize) -> bool {
        !self.text.get(at).is_some_and(u8::is_ascii_alphanumeric)
            || !self.text[at - 1].is_ascii_alphanumeric()
    }

    fn is_for_file(&self, detector: &Detector) -> bool {
        let name = self.path.file_name().unwrap_or_default();
        detector.files.iter().any(|pattern| name.contains(pattern.trim_matches('*')))
    }

    fn finish(self) -> Vec<Hit> {
        let mut hits = self.hits;
        // Where two overlap the more exact detector stays, then the surer, then the earlier.
        hits.sort_by(|a, b| {
            a.range
                .start
                .cmp(&b.range.start)
                .then(b.certainty.cmp(&a.certainty))
                .then(a.range.end.cmp(&b.range.end))
        });
        let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
        for hit in hits {
            match kept.last_mut() {
                Some(last) if last.range.end > hit.range.start => {
                    if rank(&hit) > rank(last) {
                        *last = hit;
                    }
                }
                _ => kept.push(hit),
            }
        }
        kept
    }
}

/// Shapes beat names of providers, which beat names alone.
fn rank(hit: &Hit) -> (u8, Certainty) {
    let detector = hit.detector;
    let exactness = if detector.assigned {
        0
    } else if !detector.named.is_empty() {
        1
    } else {
        2
    };
    (exactness, hit.certainty)
}

pub(crate) fn known(id: &str) -> &'static Detector {
    crate::detector(id).expect("a test looks up every detector that code names")
}
