//! Secrets and personal data in log files: streaming, plain or gzipped, text or JSON lines.

use crate::assignment;
use crate::context::Syntax;
use crate::name::{self, NameKind};
use crate::{FileContext, Scanner};
use aho_corasick::{AhoCorasick, MatchKind};
use barding_source::{Problem, Redacted};
use camino::{Utf8Path, Utf8PathBuf};
use flate2::bufread::MultiGzDecoder;
use regex::bytes::Regex;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::sync::LazyLock;

/// What a log gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogKind {
    /// A password.
    Password,
    /// A token or key.
    Token,
    /// An Authorization header.
    Authorization,
    /// The id of a session, which is as good as being logged in.
    Session,
    /// The number of a payment card.
    Card,
    /// An e-mail address with its password.
    EmailAndPassword,
    /// The whole body of a form.
    PostBody,
}

impl LogKind {
    /// What to call it: "… stands in the log".
    pub fn words(self) -> &'static str {
        match self {
            Self::Password => "a password",
            Self::Token => "a token or key",
            Self::Authorization => "an Authorization header",
            Self::Session => "a session id",
            Self::Card => "a payment card number",
            Self::EmailAndPassword => "an e-mail address with its password",
            Self::PostBody => "the body of a form",
        }
    }
}

/// One thing that a log gives away.
#[derive(Clone, Debug)]
pub struct LogHit {
    /// What it is.
    pub kind: LogKind,
    /// The line, from 1.
    pub line: u64,
    /// The text.
    pub value: Redacted,
}

/// What one log gives away.
#[derive(Clone, Debug, Default)]
pub struct LogScan {
    /// The log's name.
    pub path: Utf8PathBuf,
    /// How often each kind occurs.
    pub counts: BTreeMap<LogKind, u64>,
    /// The first of each kind, in order.
    pub hits: Vec<LogHit>,
    /// How many lines were read.
    pub lines: u64,
    /// What kept us from reading on.
    pub problems: Vec<Problem>,
}

/// The name under which detectors see a log.
pub(crate) const PATH: &str = "server.log";
/// Words of names whose values must not stand in a log.
pub(crate) const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "sessionid",
    "session_key",
    "csrftoken",
    "csrfmiddlewaretoken",
    "secret",
    "apikey",
    "api_key",
    "access_token",
    "accesstoken",
    "refresh_token",
    "refreshtoken",
    "auth_token",
    "authtoken",
    "id_token",
    "idtoken",
    "cvv",
    "cvc",
    "authorization",
];
/// What stands in every text that [`bodies`] finds, in lower case.
pub(crate) const BODY_WORDS: &[&str] = &[
    "<querydict:",
    "csrfmiddlewaretoken=",
    "post body",
    "post data",
    "request body",
    "request.post",
    "request.body",
];

/// Bytes read at once, up to the next line end, but never more than twice as many.
const CHUNK: usize = 512 << 10;
/// Places kept of each kind; the count goes on.
const MOST_KEPT: u64 = 100;

/// Reads a log to its end. With `clean`, writes a copy in which everything found is replaced.
///
/// # Errors
/// When the copy cannot be written. A log that cannot be read on is a problem of the scan.
pub fn scan_log(input: &mut dyn Read, path: &Utf8Path, clean: Option<&mut dyn Write>) -> io::Result<LogScan> {
    let mut input = BufReader::with_capacity(64 << 10, input);
    let is_gzip = input.fill_buf().is_ok_and(|start| start.starts_with(&[0x1f, 0x8b]));
    if is_gzip {
        read(&mut BufReader::new(MultiGzDecoder::new(input)), path, clean)
    } else {
        read(&mut input, path, clean)
    }
}

fn read(input: &mut dyn BufRead, path: &Utf8Path, mut clean: Option<&mut dyn Write>) -> io::Result<LogScan> {
    let mut scan = LogScan { path: path.to_owned(), ..LogScan::default() };
    let mut chunk = Vec::with_capacity(CHUNK * 2);
    let mut line = 1;
    loop {
        chunk.clear();
        let filled = (&mut *input).take(CHUNK as u64).read_to_end(&mut chunk);
        let ended = filled.and_then(|_| {
            if chunk.last().is_some_and(|byte| *byte != b'\n') {
                (&mut *input).take(CHUNK as u64).read_until(b'\n', &mut chunk)?;
            }
            Ok(())
        });
        let ranges = scan_chunk(&chunk, line, &mut scan);
        if let Some(clean) = &mut clean {
            write_clean(&chunk, &ranges, *clean)?;
        }
        line += memchr::memchr_iter(b'\n', &chunk).count() as u64;
        scan.lines = line - u64::from(chunk.is_empty() || chunk.ends_with(b"\n"));
        if let Err(error) = ended {
            scan.problems
                .push(Problem::with_file(path, format!("could not be read on from line {line}: {error}")));
            break;
        }
        if chunk.is_empty() {
            break;
        }
    }
    Ok(scan)
}

/// Notes what the chunk gives away; returns the ranges, sorted and joined.
fn scan_chunk(chunk: &[u8], first_line: u64, scan: &mut LogScan) -> Vec<Range<usize>> {
    let mut found: Vec<(Range<usize>, LogKind)> = Vec::new();
    tokens(chunk, &mut found);
    assigned(chunk, &mut found);
    cards(chunk, &mut found);
    found.extend(pairs(chunk).map(|range| (range, LogKind::EmailAndPassword)));
    bodies(chunk, &mut found);
    found.sort_by_key(|(range, kind)| (range.start, std::cmp::Reverse(range.end), *kind));
    let mut joined: Vec<Range<usize>> = Vec::new();
    let mut noted: Vec<(Range<usize>, LogKind)> = Vec::new();
    let (mut line, mut counted) = (first_line, 0);
    for (range, kind) in found {
        line += memchr::memchr_iter(b'\n', &chunk[counted..range.start]).count() as u64;
        counted = range.start;
        let again = noted.iter().any(|(known, known_kind)| is_told_by(&range, kind, known, *known_kind));
        noted.retain(|(known, _)| known.end > range.start);
        noted.push((range.clone(), kind));
        if !again {
            let count = scan.counts.entry(kind).or_default();
            *count += 1;
            if *count <= MOST_KEPT {
                let value = Redacted::new(String::from_utf8_lossy(&chunk[range.clone()]).into_owned());
                scan.hits.push(LogHit { kind, line, value });
            }
        }
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Whether what was noted before tells of the range already: the token of a header that was noted whole, the same value
/// found in two ways. A body is noted beside what it holds.
fn is_told_by(range: &Range<usize>, kind: LogKind, known: &Range<usize>, known_kind: LogKind) -> bool {
    let is_inside = known.start <= range.start && range.end <= known.end;
    let is_whole = known_kind == kind || known_kind == LogKind::Authorization;
    is_inside && (is_whole || (known == range && kind != LogKind::PostBody))
}

fn write_clean(chunk: &[u8], ranges: &[Range<usize>], clean: &mut dyn Write) -> io::Result<()> {
    let mut from = 0;
    for range in ranges {
        clean.write_all(&chunk[from..range.start])?;
        clean.write_all(b"[redacted]")?;
        from = range.end;
    }
    clean.write_all(&chunk[from..])
}

/// Everything the detectors know by its shape.
fn tokens(chunk: &[u8], found: &mut Vec<(Range<usize>, LogKind)>) {
    let path = Utf8Path::new(PATH);
    for hit in Scanner::shared().scan(chunk, path, FileContext::of(path)) {
        let kind = match hit.detector.id.as_str() {
            "authorization-header" => LogKind::Authorization,
            "django-signed-cookie" | "gitlab-session-cookie" => LogKind::Session,
            "url-with-credentials"
            | "password-in-code"
            | "django-database-password"
            | "django-email-password"
            | "curl-user"
            | "mysql-command-password" => LogKind::Password,
            _ => LogKind::Token,
        };
        found.push((hit.range, kind));
    }
}

/// Values of telling names. What users type is weak more often than what programs make, so hardly anything is dismissed.
fn assigned(chunk: &[u8], found: &mut Vec<(Range<usize>, LogKind)>) {
    static ANY_WORD: LazyLock<AhoCorasick> = LazyLock::new(|| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(WORDS)
            .expect("a few short words always fit")
    });
    assigned_at(chunk, ANY_WORD.find_iter(chunk).map(|word| word.range()), found);
}

/// The same, where somebody else has found the words.
pub(crate) fn assigned_at(
    chunk: &[u8],
    words: impl IntoIterator<Item = Range<usize>>,
    found: &mut Vec<(Range<usize>, LogKind)>,
) {
    let mut until = 0;
    for word in words {
        if word.start < until {
            continue;
        }
        let Some(pair) = assignment::read(chunk, word, Syntax::Text) else { continue };
        let name = String::from_utf8_lossy(&chunk[pair.name.clone()]).to_ascii_lowercase();
        let value = &chunk[pair.value.clone()];
        if is_masked(value) {
            continue;
        }
        let last = name.rsplit(['.', '-']).next().unwrap_or_default();
        let session = ["sessionid", "session_key", "csrftoken", "csrfmiddlewaretoken"]
            .iter()
            .any(|word| last.ends_with(word));
        let kind = if session {
            (value.len() >= 16).then_some(LogKind::Session)
        } else if last.ends_with("authorization") {
            header_value(value).then_some(LogKind::Authorization)
        } else {
            match name::judge(last) {
                NameKind::Password | NameKind::EmailPassword => {
                    is_typed(value, pair.quoted, chunk, &pair.name).then_some(LogKind::Password)
                }
                NameKind::Other => (matches!(last, "cvv" | "cvc") && value.iter().all(u8::is_ascii_digit))
                    .then_some(LogKind::Card),
                _ => (value.len() >= 12 && value.iter().any(u8::is_ascii_digit) && !value.contains(&b' '))
                    .then_some(LogKind::Token),
            }
        };
        if let Some(kind) = kind {
            until = pair.value.end;
            found.push((pair.value, kind));
        }
    }
}

fn header_value(value: &[u8]) -> bool {
    let words: Vec<_> = value.split(|byte| *byte == b' ').collect();
    words.last().is_some_and(|last| last.len() >= 8 && last.iter().any(u8::is_ascii_digit))
        || words.len() == 2
}

/// Whether the value looks typed and not like the rest of a sentence: "password: must be longer".
fn is_typed(value: &[u8], quoted: bool, chunk: &[u8], name: &Range<usize>) -> bool {
    const SENTENCE: &[&str] = &[
        "must",
        "may",
        "is",
        "was",
        "too",
        "not",
        "the",
        "this",
        "field",
        "required",
        "invalid",
        "incorrect",
        "wrong",
        "changed",
        "reset",
        "expired",
        "missing",
        "none",
        "null",
        "true",
        "false",
        "ok",
        "failed",
        "yes",
        "no",
        "set",
        "unset",
        "empty",
        "for",
        "of",
        "accepted",
        "rejected",
        "enter",
        "please",
    ];
    if value.len() < 3 || value.len() > 200 {
        return false;
    }
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let first = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned();
    if SENTENCE.contains(&text.as_str()) || text.contains(' ') && SENTENCE.contains(&first.as_str()) {
        return false;
    }
    // `password: hunter` in prose needs a digit or a mark; `password=hunter` and quoted values do not.
    let equals = chunk.get(name.end).is_some_and(|byte| *byte == b'=');
    quoted || equals || value.iter().any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
}

/// Whether somebody has blotted the value out already.
fn is_masked(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    value.is_empty()
        || text.chars().all(|letter| matches!(letter, '*' | 'x' | '•' | '.' | '-' | '#' | '_'))
        || [
            "redact", "filtered", "masked", "hidden", "removed", "****", "cleansed", "<", "[", "${", "{{",
            "%s",
        ]
        .iter()
        .any(|mark| text.contains(mark))
}

/// Runs of 13 to 19 digits, possibly in groups, that begin like a card's and pass Luhn's check.
pub(crate) fn cards(chunk: &[u8], found: &mut Vec<(Range<usize>, LogKind)>) {
    let mut at = 0;
    while at < chunk.len() {
        if !chunk[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let (mut digits, mut separators) = (Vec::with_capacity(20), 0);
        let mut end = at;
        while let Some(byte) = chunk.get(at) {
            match byte {
                b'0'..=b'9' => {
                    digits.push(byte - b'0');
                    end = at + 1;
                }
                b' ' | b'-'
                    if chunk.get(at + 1).is_some_and(u8::is_ascii_digit)
                        && digits.len() >= 4
                        && digits.len() < 17 =>
                {
                    separators += 1
                }
                _ => break,
            }
            at += 1;
        }
        let before = start.checked_sub(1).map(|before| chunk[before]);
        let joined = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'/' | b'%')
        };
        let lone = !before.is_some_and(joined)
            && !chunk
                .get(end)
                .copied()
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/'))
            && !(chunk.get(end) == Some(&b'.') && chunk.get(end + 1).is_some_and(u8::is_ascii_digit));
        let grouped = separators == 0 || is_grouped(&chunk[start..end]);
        if lone && grouped && is_card(&digits) {
            found.push((start..end, LogKind::Card));
        }
        at = at.max(end).max(start + 1);
    }
}

/// Cards are printed 4-4-4-4 or, for American Express, 4-6-5.
fn is_grouped(text: &[u8]) -> bool {
    let lengths: Vec<usize> = text.split(|byte| matches!(byte, b' ' | b'-')).map(<[u8]>::len).collect();
    lengths == [4, 6, 5] || lengths == [4, 6, 4] || lengths.len() >= 4 && lengths[..3] == [4, 4, 4]
}

fn is_card(digits: &[u8]) -> bool {
    let prefix =
        |count: usize| digits.iter().take(count).fold(0_u32, |number, digit| number * 10 + u32::from(*digit));
    let begins = match digits.len() {
        13 | 19 => digits[0] == 4 && digits.len() == 13 || prefix(2) == 62,
        14 => matches!(prefix(2), 36 | 38) || matches!(prefix(3), 300..=305),
        15 => matches!(prefix(2), 34 | 37),
        16 => {
            digits[0] == 4
                || matches!(prefix(2), 51..=55 | 62 | 65)
                || matches!(prefix(4), 2221..=2720 | 6011 | 3528..=3589)
        }
        _ => false,
    };
    let different = digits.iter().collect::<std::collections::BTreeSet<_>>().len();
    begins && different > 1 && luhn(digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(*digit);
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// `maria@shop.example:password`.
pub(crate) fn pairs(chunk: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    static PAIR: LazyLock<Regex> = LazyLock::new(|| {
        expression(
            r#"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}[:;|]([^\s:;|,"'@/<>()\[\]{}]{6,64})"#,
        )
    });
    PAIR.captures_iter(chunk).filter_map(|groups| {
        let password = groups.get(1)?.as_bytes();
        let has = |test: fn(&u8) -> bool| password.iter().any(test);
        (has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic))
            .then(|| groups.get(0).map(|whole| whole.range()))
            .flatten()
    })
}

/// Whole forms: Django's QueryDict, and url-encoded bodies with a CSRF token.
pub(crate) fn bodies(chunk: &[u8], found: &mut Vec<(Range<usize>, LogKind)>) {
    static BODY: LazyLock<Regex> = LazyLock::new(|| {
        expression(
            r#"(?:<QueryDict: \{'[^\n]{1,20000}?\}>|(?:[A-Za-z0-9_.%+-]{1,80}=[^\s"'<>]{0,4000}&)?csrfmiddlewaretoken=[A-Za-z0-9]{32,64}&[^\s"'<>]{3,8000}|(?i:POST (?:body|data)|request body|request\.POST|request\.body)["']?\s{0,3}[:=]\s{0,3}(?:b?['"]?[^\s"'=&]{1,80}=[^\s"'&]{0,400}&[^\s"']{1,8000}|\{[^\n]{5,8000}?\}))"#,
        )
    });
    found.extend(BODY.find_iter(chunk).map(|body| (body.range(), LogKind::PostBody)));
}

fn expression(text: &str) -> Regex {
    regex::bytes::RegexBuilder::new(text)
        .unicode(false)
        .size_limit(32 << 20)
        .build()
        .expect("the tests below compile it")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(u64, LogKind)> {
        let scan = scan_log(&mut text.as_bytes(), Utf8Path::new("a.log"), None).unwrap();
        scan.hits.iter().map(|hit| (hit.line, hit.kind)).collect()
    }

    #[test]
    fn a_log_gives_away_what_stands_in_it() {
        let cases = [
            ("INFO login user=maria password=hunter", LogKind::Password),
            (r#"{"event": "login", "password": "tulip"}"#, LogKind::Password),
            (r#"body "{\"password\": \"tulip7\"}""#, LogKind::Password),
            ("GET /reset?password=tulip&x=1 200", LogKind::Password),
            ("Cookie: sessionid=k3j9x0qmzp7ttrw2lbvn8s5d4f6g1h0a", LogKind::Session),
            ("charged 4111 1111 1111 1111 for order 7", LogKind::Card),
            ("card=5555555555554444", LogKind::Card),
            ("imported maria@shop.example:Tulip42x", LogKind::EmailAndPassword),
            ("POST data: name=maria&colour=red&size=7", LogKind::PostBody),
            ("<QueryDict: {'name': ['maria'], 'size': ['7']}>", LogKind::PostBody),
            ("Authorization: Basic bWFyaWE6czNjci10dWxpcA==", LogKind::Authorization),
        ];
        for (text, kind) in cases {
            let text = format!("first line\n{text}\nlast line\n");
            assert!(kinds(&text).contains(&(2, kind)), "{text}: {:?}", kinds(&text));
        }
    }

    #[test]
    fn ordinary_lines_give_nothing_away() {
        for text in [
            "2026-11-23 13:04:39,123 INFO request 4111111111111112 took 12 ms",
            "password: this field is required",
            "Invalid password for user maria",
            "password=******** token=[FILTERED]",
            "GET /accounts/password/reset/ 200 5123",
            "order 1234567812345678 shipped, batch 20261123130439001",
            "uuid 4539578763621486-aaaa-bbbb",
            "mail sent to maria@shop.example: accepted",
            "took 4539578763621486.123 ms",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn the_clean_copy_keeps_all_but_the_secrets() {
        let log = b"a password=hunter b\nnothing\ncard 4111111111111111\n";
        let mut clean = Vec::new();
        let scan = scan_log(&mut &log[..], Utf8Path::new("a.log"), Some(&mut clean)).unwrap();
        assert_eq!(String::from_utf8(clean).unwrap(), "a password=[redacted] b\nnothing\ncard [redacted]\n");
        assert_eq!(scan.lines, 3);
    }

    #[test]
    fn what_is_found_in_two_ways_counts_once() {
        for line in [
            r#"{"event": "call", "headers": {"Authorization": "Bearer 3q7Zt0PxLm52RvNc8YwKd1Hb"}}"#,
            "Authorization: Bearer 3q7Zt0PxLm52RvNc8YwKd1Hb",
            r#"{"Authorization": "Bearer 3q7Zt0PxLm52RvNc8YwKd1Hb", "next": 1}"#,
        ] {
            let twice = format!("{line}\n{line}\n");
            let scan = scan_log(&mut twice.as_bytes(), Utf8Path::new("a.log"), None).unwrap();
            let counts: Vec<_> = scan.counts.into_iter().collect();
            assert_eq!(counts, [(LogKind::Authorization, 2)], "{line}");
        }
    }

    #[test]
    fn gzip_is_read_by_its_magic() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"x\npassword=hunter\n").unwrap();
        let packed = packed.finish().unwrap();
        let scan = scan_log(&mut &packed[..], Utf8Path::new("a.log.gz"), None).unwrap();
        assert_eq!(scan.hits[0].line, 2);
        let cut = &packed[..packed.len() - 12];
        assert_eq!(scan_log(&mut &*cut, Utf8Path::new("a.log.gz"), None).unwrap().problems.len(), 1);
    }
}
