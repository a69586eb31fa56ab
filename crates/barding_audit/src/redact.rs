//! Secrets in the lines that reports show, blotted out before any report sees them.
//!
//! A report gets its files from here. Each secret is replaced by stars, byte for byte, so that every place stays where it
//! is and no format can forget to hide something.

use barding_source::{FileKind, SourceFile, Span};
use regex::Regex;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Shorter texts are hardly secrets: flags, names of backends, empty defaults.
const SHORTEST: usize = 4;

/// What a line has in which something may be blotted out: a part of each name that [`holds_secret`] knows, or the
/// sign that ends the credentials of an address.
static HINTS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is fixed, and every test of this file compiles it")]
    Regex::new("(?i-u)secret|passw|passphrase|token|api_?-?key|(?:private|access|auth|encryption|signing)[_-]key|credential|[_-](?:pass|pwd|dsn)|@")
        .expect("a fixed pattern")
});

/// The file with its secrets blotted out: the texts given to names such as `SECRET_KEY` or `PASSWORD`, credentials in
/// addresses, and `known` spans.
pub fn redacted(file: &Arc<SourceFile>, known: &[Span]) -> Arc<SourceFile> {
    let mut ranges: Vec<Range<usize>> = known
        .iter()
        .filter(|span| span.file == file.id && (span.end as usize) <= file.text.len())
        .map(|span| span.start as usize..span.end as usize)
        .collect();
    let mut read_to = 0;
    for hint in HINTS.find_iter(&file.text) {
        if hint.start() < read_to {
            continue;
        }
        let bytes = file.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..hint.start()]).map_or(0, |newline| newline + 1);
        read_to = memchr::memchr(b'\n', &bytes[hint.start()..]).map_or(bytes.len(), |at| hint.start() + at);
        let line = &file.text[start..read_to];
        in_line(line, file.kind, |range| ranges.push(range.start + start..range.end + start));
    }
    if ranges.is_empty() {
        return Arc::clone(file);
    }
    let mut bytes = file.text.as_bytes().to_vec();
    for range in ranges {
        if let Some(secret) = bytes.get_mut(range) {
            secret.iter_mut().filter(|byte| **byte != b'\n' && **byte != b'\r').for_each(|byte| *byte = b'*');
        }
    }
    // Stars replace whole characters, unless a span cut one in half; then the whole text is in doubt.
    let text = String::from_utf8(bytes).unwrap_or_else(|bad| "*".repeat(bad.as_bytes().len()));
    Arc::new(SourceFile::new(file.id, file.path.clone(), text))
}

/// Whether a name is one that holds a secret: `SECRET_KEY`, `DB_PASSWORD`, `stripe_api_key`. Names that only talk about
/// secrets (`PASSWORD_HASHERS`, `CSRF_TOKEN_NAME`) are not.
pub fn holds_secret(name: &str) -> bool {
    // Every word below has one of these letters; the hashes of a lock file have none.
    if !name.bytes().any(|byte| matches!(byte | 0x20, b's' | b'k' | b'w' | b't')) {
        return false;
    }
    let name = name.to_ascii_lowercase().replace('-', "_");
    const ABOUT: &[&str] = &[
        "_name",
        "_hashers",
        "_validators",
        "_timeout",
        "_header",
        "_headers",
        "_field",
        "_path",
        "_file",
        "_class",
        "_classes",
        "_backend",
        "_backends",
        "_prefix",
        "_url",
        "_length",
        "_age",
        "_expiry",
        "_expire",
        "_days",
        "_required",
        "_enabled",
        "_algorithm",
        "_lifetime",
        "_form",
        "_view",
        "_template",
        "_type",
        "_generator",
        "_model",
        "_id",
        "_count",
        "_format",
        "_location",
        "_ttl",
        "_scheme",
        "_endpoint",
    ];
    let says = name.contains("secret")
        || name.contains("password")
        || name.contains("passwd")
        || name.contains("passphrase")
        || name.ends_with("token")
        || name.ends_with("tokens")
        || name.contains("api_key")
        || name.contains("apikey")
        || name.contains("private_key")
        || name.contains("access_key")
        || name.contains("auth_key")
        || name.contains("encryption_key")
        || name.contains("signing_key")
        || name.contains("credential")
        || name.ends_with("_pass")
        || name.ends_with("_pwd")
        || name.ends_with("_dsn");
    says && !ABOUT.iter().any(|end| name.ends_with(end))
}

fn in_line(line: &str, kind: FileKind, mut found: impl FnMut(Range<usize>)) {
    credentials_in_addresses(line, &mut found);
    if line.len() > 20_000 {
        return;
    }
    let words = words(line);
    for word in words {
        if !holds_secret(&line[word.clone()]) {
            continue;
        }
        let after = line[word.end..].trim_start_matches(['"', '\'', ']', ' ', '\t', ')']);
        let is_given = after.starts_with(['=', ':', ',']) && !after.starts_with("==");
        if !is_given {
            continue;
        }
        let value = line.len() - after.len() + 1;
        let quoted = literals(&line[value..], value, &mut found);
        let plain = matches!(kind, FileKind::Env | FileKind::Container | FileKind::Data | FileKind::Shell);
        if !quoted && plain {
            let text = line[value..].trim();
            if text.len() >= SHORTEST && !text.starts_with(['$', '{', '&', '*', '!']) {
                let start = line.len() - line[value..].trim_start().len();
                found(start..start + text.len());
            }
        }
        break;
    }
}

/// Runs of letters, digits, `_` and `-`.
fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let bytes = line.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_word(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

/// Finds the text literals of a value. The first literal inside a call or an index is the name of a variable
/// (`env("SECRET_KEY")`), which is no secret; its default, further on, may be one.
fn literals(value: &str, offset: usize, found: &mut impl FnMut(Range<usize>)) -> bool {
    let bytes = value.as_bytes();
    let (mut at, mut any) = (0, false);
    while at < bytes.len() {
        let quote = bytes[at];
        if quote == b'#' {
            break;
        }
        if quote != b'"' && quote != b'\'' {
            at += 1;
            continue;
        }
        let start = at + 1;
        let mut end = start;
        while end < bytes.len() && bytes[end] != quote {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        any = true;
        let before = value[..at].trim_end();
        let names_variable = before.ends_with(['(', '[']) && before.len() > 1;
        if !names_variable && end - start >= SHORTEST {
            found(start + offset..end + offset);
        }
        at = end + 1;
    }
    any
}

/// `scheme://user:password@host`: the password.
fn credentials_in_addresses(line: &str, found: &mut impl FnMut(Range<usize>)) {
    let mut from = 0;
    while let Some(at) = line[from..].find("://").map(|at| from + at + 3) {
        from = at;
        let end = line[at..]
            .find(|character: char| character.is_whitespace() || "/\"'`<>?#".contains(character))
            .map_or(line.len(), |end| at + end);
        let Some(sign) = line[at..end].rfind('@').map(|sign| at + sign) else { continue };
        let Some(colon) = line[at..sign].find(':').map(|colon| at + colon + 1) else { continue };
        let password = &line[colon..sign];
        if !password.is_empty() && !password.starts_with(['$', '{', '%', '<']) {
            found(colon..sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn shown(path: &str, text: &str) -> String {
        let file = Arc::new(SourceFile::new(FileId(0), path, text));
        let hidden = redacted(&file, &[]);
        assert_eq!(hidden.text.len(), text.len(), "every place stays where it is");
        hidden.text.to_string()
    }

    #[test]
    fn secrets_are_blotted_out_and_nothing_else() {
        let cases = [
            ("a.py", "SECRET_KEY = 'hunter2é'", "SECRET_KEY = '*********'"),
            (
                "a.py",
                "SECRET_KEY = env('SECRET_KEY', default='dev-key')",
                "SECRET_KEY = env('SECRET_KEY', default='*******')",
            ),
            ("a.py", "SECRET_KEY = os.environ['SECRET_KEY']", "SECRET_KEY = os.environ['SECRET_KEY']"),
            ("a.py", "'PASSWORD': \"hunter2\",  # it's", "'PASSWORD': \"*******\",  # it's"),
            ("a.py", "os.environ.get('API_TOKEN', 'abcdef')", "os.environ.get('API_TOKEN', '******')"),
            ("a.py", "CACHE = 'redis://me:hunter2@host:1/0'", "CACHE = 'redis://me:*******@host:1/0'"),
            ("a.py", "PASSWORD_HASHERS = ['django.MD5']", "PASSWORD_HASHERS = ['django.MD5']"),
            ("a.py", "CSRF_HEADER_NAME = 'HTTP_X'", "CSRF_HEADER_NAME = 'HTTP_X'"),
            ("a.py", "if password == 'hunter2':", "if password == 'hunter2':"),
            (".env", "SECRET_KEY=hunter2\n", "SECRET_KEY=*******\n"),
            (".env", "SECRET_KEY=${OTHER}\n", "SECRET_KEY=${OTHER}\n"),
            ("compose.yml", "  POSTGRES_PASSWORD: hunter2", "  POSTGRES_PASSWORD: *******"),
        ];
        for (path, text, wanted) in cases {
            assert_eq!(shown(path, text), wanted);
        }
    }
}
