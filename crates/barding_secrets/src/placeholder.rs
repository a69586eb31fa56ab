//! Values that stand where a secret would stand: placeholders, examples, defaults everybody knows, and expressions that read
//! the value from elsewhere.

/// Words that no real secret contains.
const TELLING: &[&str] = &[
    "example",
    "sample",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "change me",
    "changethis",
    "change-this",
    "change_this",
    "change this",
    "changeit",
    "replace",
    "redacted",
    "dummy",
    "fixme",
    "foobar",
    "lorem",
    "notasecret",
    "not-a-secret",
    "not_a_secret",
    "not-secret",
    "not_secret",
    "notsecret",
    "not-so-secret",
    "your-",
    "your_",
    "your ",
    "<your",
    "my-secret",
    "my_secret",
    "mysecret",
    "my-super",
    "super-secret",
    "super_secret",
    "supersecret",
    "secret-key",
    "secret_key",
    "secretkey",
    "top-secret",
    "topsecret",
    "test-secret",
    "test_secret",
    "testsecret",
    "secret-here",
    "insert",
    "enter your",
    "goes here",
    "goes_here",
    "goes-here",
    "-here",
    "_here",
    "todo",
    "xxxx",
    "****",
    "....",
    "----",
    "____",
    "…",
    "••",
    "fake",
    "mock",
    "invalid",
    "masked",
    "removed",
    "hidden",
    "unsafe",
    "do-not-use",
    "donotuse",
    "for-testing",
    "for_testing",
    "test-key",
    "test_key",
    "testkey",
    "test-token",
    "test_token",
    "testtoken",
    "asdf",
    "qwerty",
    "deadbeef",
    "cafebabe",
    "0123456789",
    "123456789",
    "abcdefgh",
    "bar-baz",
    "some-",
    "some_",
    "any-",
    "random",
    "string",
    "whatever",
    "secret123",
    "password",
    "passw0rd",
    "not set",
    "not-set",
    "notset",
    "undefined",
    "default",
    "localhost",
];

/// What people type where no secret is needed.
const KNOWN: &[&str] = &[
    "",
    "pass",
    "passwd",
    "pwd",
    "secret",
    "secrets",
    "token",
    "key",
    "apikey",
    "api_key",
    "api-key",
    "admin",
    "administrator",
    "root",
    "toor",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "redis",
    "rabbitmq",
    "guest",
    "user",
    "username",
    "test",
    "testing",
    "tests",
    "tester",
    "test123",
    "demo",
    "demo123",
    "letmein",
    "django",
    "minioadmin",
    "minio",
    "minio123",
    "admin123",
    "root123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "empty",
    "blank",
    "str",
    "text",
    "char",
    "int",
    "bool",
    "boolean",
    "object",
    "required",
    "optional",
    "nullable",
    "password1",
    "abc",
    "abc123",
    "abcd",
    "abcd1234",
    "foo",
    "bar",
    "baz",
    "spam",
    "eggs",
    "hunter2",
    "s3cr3t",
    "s3cret",
    "p@ssw0rd",
    "p@ssword",
    "pa$$word",
    "pa55word",
    "passw0rd",
    "docker",
    "vagrant",
    "oracle",
    "changeit",
    "swordfish",
    "trustno1",
    "welcome",
    "welcome1",
    "monkey",
    "dragon",
    "sekret",
    "geheim",
    "ditto",
    "unknown",
    "na",
    "n/a",
    "anonymous",
    "me",
    "me@",
    "x",
    "xx",
    "xxx",
    "pw",
    "tbd",
    "hash",
    "varchar",
    "field",
    "label",
    "input",
    "hello",
    "world",
    "open",
    "local",
    "dev",
    "prod",
    "production",
    "development",
];

/// Texts printed in manuals everywhere.
const PRINTED: &[&str] = &[
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "4eC39HqLyjWDarjtT1zdp7dc",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
    "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
    "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
];

/// Whether a token or key is a placeholder.
pub(crate) fn is_dummy_token(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let lower = text.to_ascii_lowercase();
    is_expression(&text)
        || KNOWN.contains(&lower.as_str())
        || PRINTED.iter().any(|printed| text.contains(printed))
        || is_repetitive(value)
        || (value.len() < 200
            && TELLING.iter().any(|word| lower.contains(word))
            && !only_by_chance(&lower, value.len()))
        || has_run(value)
}

/// Whether a password is a placeholder. Passwords may be words, so less is dismissed than for tokens.
pub(crate) fn is_dummy_password(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let lower = text.to_ascii_lowercase();
    let trimmed = lower.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    is_expression(&text)
        || KNOWN.contains(&lower.as_str())
        || KNOWN.contains(&trimmed)
        || is_repetitive(value)
        || TELLING.iter().any(|word| lower.contains(word))
        || has_run(value)
}

/// Four letters of a long random text may spell a word; a word of a placeholder fills a good part of it.
fn only_by_chance(lower: &str, length: usize) -> bool {
    length >= 30
        && TELLING
            .iter()
            .filter(|word| lower.contains(**word))
            .all(|word| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Whether the text reads the value from elsewhere or leaves a hole for it.
pub(crate) fn is_expression(text: &str) -> bool {
    const MARKS: &[&str] = &[
        "$(",
        "{%",
        "#{",
        "@{",
        "<%",
        "%(",
        "[[",
        "]]",
        "\\(",
        "process.env",
        "os.environ",
        "getenv",
        "System.",
        "secrets.",
        "vault:",
        "!Ref",
        "!Sub",
        "arn:aws",
        "ssm:",
        "op://",
        "sm://",
        "resolve:",
    ];
    if MARKS.iter().any(|mark| text.contains(mark)) {
        return true;
    }
    if has_pair(text, "${", "}") || has_pair(text, "{{", "}}") || (text.contains("}}") && !text.contains('{'))
    {
        return true;
    }
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'<'), Some(b'>'))
        | (Some(b'['), Some(b']'))
        | (Some(b'{'), Some(b'}'))
        | (Some(b'('), Some(b')')) => true,
        (Some(b'%'), Some(b'%' | b's')) => true,
        // `$DB_PASSWORD`, but not `$ecret!`.
        (Some(b'$'), _) => {
            bytes.len() > 1
                && bytes[1..]
                    .iter()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_')
        }
        (Some(b'@' | b'&' | b'*'), _) if bytes.len() > 1 => {
            bytes[1..].iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        }
        _ => text.contains("%s") && text.len() < 12 || is_hole(text),
    }
}

/// Whether an expression stands between two marks: text whose brackets close, or that is cut off before the second mark.
fn has_pair(text: &str, opening: &str, closing: &str) -> bool {
    text.match_indices(opening).any(|(at, _)| {
        let inside = &text[at + opening.len()..];
        let inside = inside.find(closing).map_or(inside, |end| &inside[..end]);
        let mut open = Vec::new();
        inside.chars().all(|c| match c {
            '(' | '[' | '{' => {
                open.push(c);
                true
            }
            ')' => open.pop() == Some('('),
            ']' => open.pop() == Some('['),
            '}' => open.pop() == Some('{'),
            _ => true,
        }) && !inside.contains('\\')
    })
}

/// `{password}` somewhere in the text.
fn is_hole(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let inside: &str = &text[at + 1..];
        !text[..at].ends_with('{')
            && inside.find('}').is_some_and(|end| {
                inside[..end].bytes().all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || matches!(byte, b'_' | b'.' | b'!' | b':' | b'[' | b']' | b'"' | b'\'')
                })
            })
    })
}

/// Few different characters, or one block over and over.
fn is_repetitive(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    value.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    if value.len() >= 6 && different <= 3 {
        return true;
    }
    (1..=value.len() / 3).take(12).any(|period| value.iter().zip(&value[period..]).all(|(a, b)| a == b))
}

/// Whether a good part of the value counts up or down or stays: `abcdef`, `12345678`, `aaaaaa`.
fn has_run(value: &[u8]) -> bool {
    let mut longest = 1;
    for step in [1_i16, -1, 0] {
        let mut run = 1;
        for pair in value.windows(2) {
            run = if i16::from(pair[1]) - i16::from(pair[0]) == step { run + 1 } else { 1 };
            // Some formats pad with one letter in their midst.
            longest = longest.max(if step == 0 && run >= 10 { run - 4 } else { run });
        }
    }
    longest >= 6 && longest * 4 >= value.len() || longest >= 10
}

/// Only words: letters of one case, joined by `-`, `_`, `.`, `/`, `:` or blanks.
pub(crate) fn is_words(value: &[u8]) -> bool {
    value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b' ' | b',')).all(|word| {
        let capitalised =
            word.len() > 1 && word[0].is_ascii_uppercase() && word[1..].iter().all(u8::is_ascii_lowercase);
        word.iter().all(u8::is_ascii_lowercase)
            || word.iter().all(u8::is_ascii_uppercase)
            || capitalised
            || word.len() <= 3 && word.iter().all(u8::is_ascii_digit)
    })
}

/// `8-4-4-4-12` hexadecimal digits.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_secrets() {
        for dummy in [
            "${DB_PASSWORD}",
            "$DB_PASSWORD",
            "<password>",
            "{{ password }}",
            "changeme",
            "xxxxxxxxxxxx",
            "abcabcabcabcabc",
            "your-api-key-1",
            "%(password)s",
            "12345678",
            "abcdefghijkl1234",
        ] {
            assert!(is_dummy_token(dummy.as_bytes()), "{dummy}");
            assert!(is_dummy_password(dummy.as_bytes()), "{dummy}");
        }
        for real in [
            "k3J9x0QmZp7TtRw2LbVn",
            "q{{h}o)p${e]n0b(ody[Wd>-_$#t}}",
            "$ecret!Garden42",
            "tulip42garden",
            "9f86d081884c7d659a2feaa0c55ad015",
        ] {
            assert!(!is_dummy_token(real.as_bytes()), "{real}");
            assert!(!is_dummy_password(real.as_bytes()), "{real}");
        }
    }
}
