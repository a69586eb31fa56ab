//! Values assigned to telling names, in any language: `password = "…"`, `"password": "…"`, `<password>…</password>`,
//! `ENV PASSWORD …`, `os.environ.get("PASSWORD", "…")`, `${PASSWORD:-…}`. Reads bytes around one word; parses no language.

use crate::assignment_bytes::{is_name, is_quote, line_start, skip_blanks, skip_space};
use crate::context::Syntax;
use crate::literal::{bare, ends_bare_value, literal, quoted};
use std::ops::Range;

/// A name and the literal text assigned to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
    pub(crate) quoted: bool,
    /// The value stands where the environment has none: `get("NAME", "value")`.
    pub(crate) is_default: bool,
}

/// Words that begin names of secrets. The scanner looks for them and asks [`read`] where one stands.
pub(crate) const WORDS: &[&str] = &[
    "pass",
    "secret",
    "token",
    "pwd",
    "apikey",
    "api_key",
    "api-key",
    "_key",
    "-key",
    "key=",
    "key =",
    "key\":",
    "key':",
    "key:",
    "accesskey",
    "authkey",
    "privatekey",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "licensekey",
    "accountkey",
    "credential",
    "_auth",
    "creds",
    "passwort",
    "_jwt",
    "_pat",
    "_sas",
    "_pw",
    "_salt",
];

const LONGEST_NAME: usize = 80;
pub(crate) const LONGEST_VALUE: usize = 4096;

/// The literal assigned to the name that contains `word`, if there is one.
pub(crate) fn read(text: &[u8], word: Range<usize>, syntax: Syntax) -> Option<Assignment> {
    let name = name_around(text, &word)?;
    let quote_before = name.start.checked_sub(1).map(|at| text[at]).filter(|byte| is_quote(*byte));
    let mut at = name.end;
    let key_quoted = at < text.len() && is_quote(text[at]) && quote_before == Some(text[at]);
    if key_quoted {
        at += 1;
    } else if text.get(at..at + 2) == Some(b"\\\"") {
        at += 2;
    }
    if text.get(at) == Some(&b'[') {
        // `char password[25] =`
        let digits = text[at + 1..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        if text.get(at + 1 + digits) == Some(&b']') {
            at += digits + 2;
        }
    } else if matches!(text.get(at), Some(b']')) {
        at += 1;
    }
    let before_blank = at;
    at = skip_blanks(text, at);
    let rest = text.get(at..)?;
    // A call that reads the environment: the default is the next argument.
    if key_quoted && rest.starts_with(b",") {
        return default_argument(text, &name, at + 1);
    }
    if key_quoted && rest.starts_with(b")") {
        return or_default(text, &name, at + 1);
    }
    if rest.starts_with(b"||") || rest.starts_with(b"??") {
        return literal(text, &name, skip_blanks(text, at + 2), syntax, true);
    }
    if rest.starts_with(b":-") && text[..name.start].ends_with(b"${") {
        let start = at + 2;
        let end =
            text[start..].iter().take(LONGEST_VALUE).position(|byte| *byte == b'}' || *byte == b'\n')?
                + start;
        return (end > start).then_some(Assignment {
            name,
            value: start..end,
            quoted: false,
            is_default: true,
        });
    }
    if rest.starts_with(b">") && syntax != Syntax::Config {
        return element(text, &name, at);
    }
    if let Some(length) = comparison(rest) {
        return quoted(text, &name, skip_blanks(text, at + length), false);
    }
    if let Some(length) = operator(rest) {
        let mut after = skip_blanks(text, at + length);
        // `password: str = "…"` names a type first.
        if rest[0] == b':'
            && syntax == Syntax::Code
            && let Some(equals) = annotation_end(text, after)
        {
            after = skip_blanks(text, equals);
        }
        // JSON and Python may break the line after the colon or the bracket.
        if matches!(text.get(after), Some(b'\n' | b'\r')) && syntax == Syntax::Json {
            after = skip_space(text, after);
        }
        if rest[0] == b':'
            && matches!(syntax, Syntax::Config | Syntax::Text)
            && let Some(block) = block_scalar(text, &name, after)
        {
            return Some(block);
        }
        return literal(text, &name, after, syntax, false);
    }
    if let Some(found) = compared_with(text, &name) {
        return Some(found);
    }
    // Go names the type behind the name: `var password string = "…"`.
    if before_blank < at
        && let Some(after) = rest.strip_prefix(b"string =")
    {
        return quoted(text, &name, skip_blanks(text, text.len() - after.len()), false);
    }
    // A table's row: `name,value,`.
    if syntax == Syntax::Text && !key_quoted && before_blank == at && rest.starts_with(b",") {
        return bare(text, &name, at + 1, false, ends_bare_value);
    }
    // `ENV NAME value`, `--password value`, `password value` in .netrc.
    let separated = before_blank < at && !key_quoted;
    let line = line_start(text, name.start);
    let command = text[line..name.start].trim_ascii_start();
    let option = text[name.start..].starts_with(b"--");
    if separated
        && (command.eq_ignore_ascii_case(b"env")
            || command.eq_ignore_ascii_case(b"env ")
            || command.starts_with(b"ENV ")
            || (option && syntax != Syntax::Code))
    {
        return literal(text, &name, at, Syntax::Config, false);
    }
    // `name "value";` in nginx's language and its like.
    if separated && rest.first().is_some_and(|byte| is_quote(*byte)) {
        let found = quoted(text, &name, at, false)?;
        return (text.get(found.value.end + 1) == Some(&b';')).then_some(found);
    }
    None
}

/// `"…" == name`: the literal before the name.
fn compared_with(text: &[u8], name: &Range<usize>) -> Option<Assignment> {
    let before = text[line_start(text, name.start)..name.start].trim_ascii_end();
    let before = before.strip_suffix(b"=")?;
    let before =
        before.strip_suffix(b"=").unwrap_or(before).strip_suffix(b"!").or(before.strip_suffix(b"="))?;
    let before = before.trim_ascii_end();
    let quote = *before.last().filter(|byte| is_quote(**byte))?;
    let end = line_start(text, name.start) + before.len() - 1;
    let start = line_start(text, name.start) + memchr::memrchr(quote, &before[..before.len() - 1])? + 1;
    (end > start && !text[start..end].contains(&b'\\')).then(|| Assignment {
        name: name.clone(),
        value: start..end,
        quoted: true,
        is_default: false,
    })
}

/// YAML's `|` and `>` with one line below.
fn block_scalar(text: &[u8], name: &Range<usize>, at: usize) -> Option<Assignment> {
    let mark = text[at..].iter().take(4).take_while(|byte| matches!(byte, b'|' | b'>' | b'-' | b'+')).count();
    if !matches!(text.get(at), Some(b'|' | b'>')) || !matches!(text.get(at + mark), Some(b'\n' | b'\r')) {
        return None;
    }
    let start = skip_space(text, at + mark);
    let found = bare(text, name, start, false, |byte| byte.is_ascii_whitespace())?;
    // Several words are prose, and several lines a block that another detector knows.
    matches!(text.get(found.value.end), None | Some(b'\n' | b'\r')).then_some(found)
}

fn name_around(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let lowest = word.start.saturating_sub(LONGEST_NAME);
    let mut start = word.start;
    while start > lowest && is_name(text[start - 1]) {
        start -= 1;
    }
    // A word such as `key":` ends behind its name.
    let mut end = word.end;
    while end > word.start && !is_name(text[end - 1]) {
        end -= 1;
    }
    let highest = text.len().min(end + LONGEST_NAME);
    while end < highest && is_name(text[end]) {
        end += 1;
    }
    // `${NAME:-…}` and `-DNAME=` carry marks that are not part of the name; `NAME:-` must not swallow the dash.
    while end > word.start && matches!(text[end - 1], b'-' | b'.') {
        end -= 1;
    }
    (end - start < LONGEST_NAME).then_some(start..end)
}

/// Behind the comma of `get("NAME", …`: a quoted text, possibly as `default=`. Other keyword arguments are passed over.
fn default_argument(text: &[u8], name: &Range<usize>, mut at: usize) -> Option<Assignment> {
    let called = name.start.checked_sub(2).filter(|open| text[*open] == b'(')?;
    if !reads_configuration(&text[called.saturating_sub(60)..called]) {
        return None;
    }
    for _ in 0..4 {
        at = skip_space(text, at);
        let word_end = at + text[at..].iter().take(40).take_while(|byte| is_name(**byte)).count();
        let after_word = skip_blanks(text, word_end);
        if word_end > at && text.get(after_word) == Some(&b'=') && text.get(after_word + 1) != Some(&b'=') {
            let keyword = &text[at..word_end];
            let value_at = skip_space(text, after_word + 1);
            if matches!(keyword, b"default" | b"fallback" | b"failobj") {
                return quoted(text, name, value_at, true);
            }
            let skipped = text[value_at..].iter().take(60).take_while(|byte| is_name(**byte)).count();
            at = skip_blanks(text, value_at + skipped);
        } else if word_end > at {
            // A positional cast: `env("NAME", str, "…")`.
            at = after_word;
        } else {
            return quoted(text, name, at, true);
        }
        if text.get(at) != Some(&b',') {
            return None;
        }
        at += 1;
    }
    None
}

/// Whether the function called reads or writes named values, going by its name.
fn reads_configuration(before: &[u8]) -> bool {
    const TELLING: &[&str] = &[
        "env", "config", "get", "setting", "secret", "value", "param", "conf", "set", "put", "header", "add",
        "append", "property", "option",
    ];
    let start = before.iter().rposition(|byte| !is_name(*byte)).map_or(0, |at| at + 1);
    let called = String::from_utf8_lossy(&before[start..]).to_ascii_lowercase();
    let last = called.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && (TELLING.iter().any(|word| last.contains(word)) || called.contains("env"))
}

/// Behind `getenv("NAME")`: ` or "…"`, ` || "…"`, ` ?? "…"`.
fn or_default(text: &[u8], name: &Range<usize>, at: usize) -> Option<Assignment> {
    let at = skip_blanks(text, at);
    let rest = text.get(at..)?;
    let length = [&b"or "[..], b"||", b"??"].iter().find(|or| rest.starts_with(or))?.len();
    quoted(text, name, skip_blanks(text, at + length), true)
}

/// `<name>value</`.
fn element(text: &[u8], name: &Range<usize>, at: usize) -> Option<Assignment> {
    if name.start == 0 || text[name.start - 1] != b'<' {
        return None;
    }
    let start = skip_space(text, at + 1);
    let mut end =
        start + text[start..].iter().take(LONGEST_VALUE).position(|byte| *byte == b'<' || *byte == b'\n')?;
    let tag = skip_space(text, end);
    while end > start && text[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    (text.get(tag..tag + 2) == Some(b"</") && end > start).then(|| Assignment {
        name: name.clone(),
        value: start..end,
        quoted: true,
        is_default: false,
    })
}

/// The length of an assignment operator; comparisons are none.
fn operator(rest: &[u8]) -> Option<usize> {
    const LONG: &[&[u8]] = &[b":::=", b"::=", b":=", b"=>", b"??=", b"?=", b"||=", b"<-", b"+=", b".="];
    if let Some(operator) = LONG.iter().find(|operator| rest.starts_with(operator)) {
        return Some(operator.len());
    }
    if rest.starts_with(b"==") || rest.starts_with(b"=~") || rest.starts_with(b"::") {
        return None;
    }
    matches!(rest.first(), Some(b'=' | b':')).then_some(1)
}

/// The length of a comparison: what a secret is compared with is that secret.
fn comparison(rest: &[u8]) -> Option<usize> {
    const ALL: &[&[u8]] = &[b"===", b"!==", b"==", b"!="];
    ALL.iter().find(|operator| rest.starts_with(operator)).map(|operator| operator.len())
}

/// Where the `=` behind a type annotation ends.
fn annotation_end(text: &[u8], at: usize) -> Option<usize> {
    let length = text[at..]
        .iter()
        .take(60)
        .take_while(|byte| is_name(**byte) || matches!(byte, b'[' | b']' | b'|' | b' '))
        .count();
    (length > 0 && text.get(at + length) == Some(&b'=') && text.get(at + length + 1) != Some(&b'='))
        .then_some(at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, syntax: Syntax) -> Option<&str> {
        let lower = text.to_ascii_lowercase();
        let found = lower
            .match_indices("pass")
            .find_map(|(at, word)| read(text.as_bytes(), at..at + word.len(), syntax))?;
        Some(&text[found.value])
    }

    #[test]
    fn literals_are_read_in_many_languages() {
        let code = [
            r#"password = "v-1""#,
            r#"config["password"] = 'v-1'"#,
            r#"{"password": "v-1"}"#,
            r#"password: str = "v-1""#,
            r#"DB_PASSWORD = os.environ.get("DB_PASSWORD", "v-1")"#,
            r#"p = config('PASSWORD', cast=str, default='v-1')"#,
            r#"p = os.getenv("PASSWORD") or "v-1""#,
            r#"env = Env(PASSWORD=(str, "v-1"))"#,
            r#"p = process.env.PASSWORD || "v-1""#,
            r#":password => "v-1""#,
            r#"password := "v-1""#,
            r#"password == "v-1""#,
            r#"if ("v-1" !== password) {"#,
            r#"char password[25] = "v-1";"#,
            r#"var password string = "v-1""#,
            r#"password = """v-1""""#,
            r#"$password .= "v-1""#,
            r#"password[] = "v-1""#,
            r#"url = "https://x/?password=v-1&y""#,
        ];
        for text in code {
            assert_eq!(value(text, Syntax::Code), Some("v-1"), "{text}");
        }
        for text in [
            "password=v-1",
            "password: v-1",
            "ENV PASSWORD v-1",
            "export PASSWORD=v-1",
            "x=${PASSWORD:-v-1}",
            "--password v-1",
            "password: |\n  v-1\n",
            "password ::= v-1",
            "password \"v-1\";",
        ] {
            assert_eq!(value(text, Syntax::Config), Some("v-1"), "{text}");
        }
        assert_eq!(value("<password>v-1</password>", Syntax::Markup), Some("v-1"));
        assert_eq!(value("<password>\n  v-1\n</password>", Syntax::Markup), Some("v-1"));
        assert_eq!(value("password,v-1,", Syntax::Text), Some("v-1"));
    }

    #[test]
    fn expressions_are_no_literals() {
        for text in [
            "password = get()",
            "password == x",
            "password = x",
            "f(password)",
            "password: str",
            "(\"password\", \"Password\")",
            "password = \"a\" + b",
        ] {
            assert_eq!(value(text, Syntax::Code), None, "{text}");
        }
    }
}
