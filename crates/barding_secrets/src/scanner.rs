//! One pass over some bytes: every keyword at once, then the detector whose keyword it was.

use crate::assignment::{self, Assignment, line_start};
use crate::checksum::{self, Checked};
use crate::context::{FileContext, Surroundings, Syntax};
use crate::detector::{Checksum, Detector, Special, detectors};
use crate::keyword_table::KeywordTable;
use crate::name::{self, NameKind};
use crate::placeholder::{is_dummy_password, is_dummy_token, is_uuid, is_words};
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
    named: Vec<&'static Detector>,
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

struct Scan<'a> {
    scanner: &'a Scanner,
    text: &'a [u8],
    path: &'a Utf8Path,
    context: FileContext,
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
            if self.context.syntax == Syntax::Code { assignment::folded(self.text, &found) } else { None };
        if folded.is_none() && assignment::is_part(self.text, &found) {
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

    /// The detector for an assigned value, or `None` when the value is hardly a secret.
    fn judge_value(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if matches!(self.context.surroundings, Surroundings::Translations) {
            return None;
        }
        let (detector, certainty) = match kind {
            NameKind::Password | NameKind::EmailPassword => self.judge_password(kind, name, value, found)?,
            NameKind::DjangoSecretKey => self.judge_django_key(name, value)?,
            NameKind::Secret | NameKind::ClientSecret | NameKind::WeakKey => {
                self.judge_token(kind, name, value, found)?
            }
            NameKind::Other => return None,
        };
        let is_dense = self.is_dense();
        match self.context.surroundings {
            Surroundings::Project if !is_dense => Some((detector, certainty)),
            Surroundings::Generated if detector.named.is_empty() => None,
            _ if is_dense => None,
            _ if certainty == Certainty::Low => None,
            _ => Some((detector, Certainty::Low)),
        }
    }

    fn judge_django_key(&self, name: &str, value: &[u8]) -> Option<(&'static Detector, Certainty)> {
        if is_dummy_django_key(value) || value.len() < 8 {
            return None;
        }
        // Django reads capitals only; elsewhere a few words name a field or show a reader what goes there.
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) && is_words(value) {
            return None;
        }
        let certainty = if value.len() >= 20 && entropy::looks_random(value) && !is_words(value) {
            Certainty::High
        } else {
            Certainty::Medium
        };
        Some((known("django-secret-key"), certainty))
    }

    fn judge_password(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if value.len() < 4
            || value.len() > 200
            || is_dummy_password(value)
            || value.eq_ignore_ascii_case(name.as_bytes())
            || is_uninteresting(value)
        {
            return None;
        }
        let in_databases = (name == "PASSWORD" || found.is_default) && self.is_in_databases(found.name.start);
        let detector = match kind {
            NameKind::EmailPassword => known("django-email-password"),
            _ if in_databases => known("django-database-password"),
            _ => known("password-in-code"),
        };
        let certain_name = kind == NameKind::EmailPassword || detector.id == "django-database-password";
        let digits = value.iter().any(u8::is_ascii_digit);
        let letters = value.iter().any(u8::is_ascii_alphabetic);
        let upper = value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
        let marks = value.iter().any(|byte| !byte.is_ascii_alphanumeric());
        let strong = letters && digits && value.len() >= 8 && (upper || marks || value.len() >= 12);
        if is_app_password(value) && kind == NameKind::EmailPassword {
            return Some((detector, Certainty::High));
        }
        if !certain_name && is_full_of_marks(value) {
            return Some((detector, Certainty::Low));
        }
        if value.iter().any(u8::is_ascii_whitespace) && !certain_name {
            // Sentences: labels, help texts, error messages.
            return None;
        }
        let only_words = is_words(value);
        if certain_name {
            return Some((detector, if strong { Certainty::High } else { Certainty::Medium }));
        }
        if only_words || !(digits || (marks && upper)) {
            // A word may be a password, a label, a field name or a choice; a name in capitals or a bare setting speaks for the first.
            let setting =
                name.bytes().all(|byte| !byte.is_ascii_lowercase()) || self.context.syntax == Syntax::Config;
            let wordlike = value.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                && value.len() >= 6;
            return (setting
                && wordlike
                && self.context.surroundings == Surroundings::Project
                && value.iter().all(u8::is_ascii_alphanumeric))
            .then_some((detector, Certainty::Low));
        }
        let certainty = match self.context.syntax {
            Syntax::Text if !found.quoted && !strong => return None,
            _ if strong && entropy::looks_random(value) => Certainty::Medium,
            _ => Certainty::Low,
        };
        Some((detector, certainty))
    }

    fn judge_token(
        &self,
        kind: NameKind,
        name: &str,
        value: &[u8],
        found: &Assignment,
    ) -> Option<(&'static Detector, Certainty)> {
        if value.len() < 8 || is_dummy_token(value) {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        if kind != NameKind::WeakKey || lower.len() > 4 {
            let fits = |detector: &&'static Detector| {
                let named = detector.named.iter().any(|word| contains_word(&lower, word));
                named
                    && entropy::bits_per_byte(value) >= detector.entropy.max(2.5)
                    && detector.value_expression().is_match(value)
            };
            let varied = value.iter().any(u8::is_ascii_digit) && !is_words(value);
            if let Some(detector) = self.scanner.named.iter().copied().find(fits)
                && varied
            {
                return Some((detector, detector.certainty()));
            }
        }
        if is_uninteresting(value)
            || is_uuid(value)
            || is_words(value)
            || value.iter().any(u8::is_ascii_whitespace)
        {
            return None;
        }
        let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        let plain = value.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'+' | b'/'
                        | b'='
                        | b'_'
                        | b'-'
                        | b'.'
                        | b'~'
                        | b'$'
                        | b'!'
                        | b'@'
                        | b'#'
                        | b'%'
                        | b'^'
                        | b'&'
                        | b'*'
                        | b':'
                )
        });
        if is_full_of_marks(value) {
            return Some((known("generic-secret"), Certainty::Low));
        }
        if !plain || letters == 0 || digits == 0 || !entropy::looks_random(value) {
            return None;
        }
        if !found.quoted && self.context.syntax == Syntax::Text && value.len() < 16 {
            return None;
        }
        match kind {
            NameKind::WeakKey => {
                let long = value.len() >= 20 && value.len() <= 200 && entropy::bits_per_byte(value) >= 3.6;
                let hex = entropy::alphabet(value) == entropy::Alphabet::Hex;
                (long && !hex && !value.contains(&b'.') && !value.contains(&b':'))
                    .then_some((known("generic-secret"), Certainty::Low))
            }
            NameKind::ClientSecret => Some((
                known("oauth-client-secret"),
                if value.len() >= 20 { Certainty::High } else { Certainty::Medium },
            )),
            _ => {
                if value.len() < 10 || entropy::bits_per_byte(value) < 2.8 {
                    return None;
                }
                let random = value.len() >= 16 && digits * 12 >= value.len();
                Some((known("generic-secret"), if random { Certainty::Medium } else { Certainty::Low }))
            }
        }
    }

    /// Whether a database engine is named nearby.
    fn is_in_databases(&self, at: usize) -> bool {
        let near = &self.text[at.saturating_sub(700)..self.text.len().min(at + 500)];
        [&b"ENGINE"[..], b"django.db.backends", b"DATABASES"]
            .iter()
            .any(|word| memchr::memmem::find(near, word).is_some())
    }

    /// Whether the text is written for machines: hardly any line ends.
    fn is_dense(&self) -> bool {
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

fn known(id: &str) -> &'static Detector {
    crate::detector(id).expect("a test looks up every detector that code names")
}

/// Whether a provider's name stands in a name at the beginning of one of its words.
fn contains_word(name: &str, word: &str) -> bool {
    name.match_indices(word)
        .any(|(at, _)| at == 0 || word.len() > 4 || !name.as_bytes()[at - 1].is_ascii_alphanumeric())
}

/// Google's app passwords: four groups of four letters.
fn is_app_password(value: &[u8]) -> bool {
    value.len() == 19
        && value
            .split(|byte| *byte == b' ')
            .all(|group| group.len() == 4 && group.iter().all(u8::is_ascii_lowercase))
}

/// Paths, addresses, dotted names, versions, regular expressions: texts that no one uses as a secret.
fn is_uninteresting(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let dotted = text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        });
    text.starts_with('/') && text.matches('/').count() > 1 && !text.ends_with('=')
        || text.contains("://")
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with("sha256-")
        || text.starts_with("sha384-")
        || text.starts_with("sha512-")
        || text.starts_with("sha1-")
        || text.starts_with("sha256:")
        || text.starts_with("sha256=")
        || text.starts_with("sha384=")
        || text.starts_with("sha512=")
        || text.starts_with("data:")
        || dotted
        || text.starts_with('^')
        || text.contains("(?")
        || text.contains("\\d")
        || text.contains("\\w")
        || text.contains("()")
        || text.starts_with('#') && text.len() <= 9
        || text.ends_with(".html")
        || text.ends_with(".json")
        || text.ends_with(".py")
        || text.ends_with(".txt")
        || text.contains(".objects.")
        || text.contains("self.")
}

/// A text no one writes but to be hard to guess: many sorts of marks, and brackets that do not close.
fn is_full_of_marks(value: &[u8]) -> bool {
    if value.len() < 12 || value.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'\\') {
        return false;
    }
    let mut sorts: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| {
            byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b',')
        })
        .collect();
    let mut open = Vec::new();
    let closes = sorts.iter().all(|byte| match byte {
        b'(' | b'[' | b'{' | b'<' => {
            open.push(*byte);
            true
        }
        b')' => open.pop() == Some(b'('),
        b']' => open.pop() == Some(b'['),
        b'}' => open.pop() == Some(b'{'),
        b'>' => open.pop() == Some(b'<'),
        _ => true,
    }) && open.is_empty();
    sorts.sort_unstable();
    sorts.dedup();
    sorts.len() >= 5 && !closes && value.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 5
}

/// What stands for SECRET_KEY in examples. Words such as "insecure" and "secret" do occur in keys that are in use, so only
/// holes, known texts and repetitions are dismissed.
fn is_dummy_django_key(value: &[u8]) -> bool {
    if value.starts_with(b"django-insecure-") {
        return is_dummy_token(&value[b"django-insecure-".len()..]);
    }
    is_dummy_token(value)
}
