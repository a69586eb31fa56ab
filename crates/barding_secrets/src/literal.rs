//! The literal behind an assignment's operator: quoted in the ways of many languages, or bare where one takes bare words as
//! text.

use crate::assignment::{Assignment, LONGEST_VALUE};
use crate::assignment_bytes::{is_name, is_quote, skip_blanks, skip_space};
use crate::context::Syntax;
use std::ops::Range;

/// The literal at `at`: quoted anywhere, bare where the language takes bare words as text.
pub(crate) fn literal(
    text: &[u8],
    name: &Range<usize>,
    mut at: usize,
    syntax: Syntax,
    is_default: bool,
) -> Option<Assignment> {
    let first = *text.get(at)?;
    // `["…"]` and `("…")` hold one; `(str, "…")` gives type and default.
    if matches!(first, b'[' | b'(') && syntax != Syntax::Config {
        at = skip_space(text, at + 1);
        let cast = text[at..].iter().take(20).take_while(|byte| is_name(**byte)).count();
        if cast > 0 && !is_prefix(&text[at..at + cast]) {
            let comma = skip_blanks(text, at + cast);
            if text.get(comma) != Some(&b',') || first != b'(' {
                return None;
            }
            at = skip_space(text, comma + 1);
        }
        return quoted(text, name, at, is_default);
    }
    if let Some(found) = quoted(text, name, at, is_default) {
        return Some(found);
    }
    if is_quote(first) || first == b'\\' {
        return None;
    }
    // `?api_key=…&` and `;Password=…;` may stand inside any text.
    let mark = name.start.checked_sub(1).map(|before| text[before]);
    let in_query = matches!(mark, Some(b'?' | b'&'));
    match syntax {
        Syntax::Config if !in_query => bare(text, name, at, is_default, |byte| byte.is_ascii_whitespace()),
        Syntax::Config | Syntax::Text => bare(text, name, at, is_default, ends_bare_value),
        _ if in_query => bare(text, name, at, is_default, ends_bare_value),
        Syntax::Code | Syntax::Json | Syntax::Markup => None,
    }
}

pub(crate) fn quoted(
    text: &[u8],
    name: &Range<usize>,
    mut at: usize,
    is_default: bool,
) -> Option<Assignment> {
    let prefix = text
        .get(at..)?
        .iter()
        .take(2)
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'@')
        .count();
    if prefix > 0
        && is_prefix(&text[at..at + prefix])
        && text.get(at + prefix).is_some_and(|byte| is_quote(*byte))
    {
        at += prefix;
    }
    let mut quote = *text.get(at)?;
    let escaped = quote == b'\\' && text.get(at + 1).is_some_and(|byte| is_quote(*byte));
    if escaped {
        at += 1;
        quote = text[at];
    }
    if !is_quote(quote) {
        return None;
    }
    // Python's long texts, on one line.
    let tripled =
        !escaped && text.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    let start = if tripled { at + 3 } else { at + 1 };
    let mut end = start;
    loop {
        match text.get(end)? {
            b'\\' if escaped && text.get(end + 1) == Some(&quote) => break,
            b'\\' => end += 2,
            byte if *byte == quote && (!tripled || text.get(end + 1..end + 3) == Some(&[quote, quote])) => {
                break;
            }
            b'\n' => return None,
            _ => end += 1,
        }
        if end - start > LONGEST_VALUE {
            return None;
        }
    }
    // `"a" + b` is an expression, and so is `"…" % x`; `"a" + "b"` is a text in two pieces.
    let after = skip_blanks(text, if tripled { end + 3 } else { end + 1 });
    let goes_on = text.get(after) == Some(&b'+')
        && text.get(skip_space(text, after + 1)).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    if !escaped && !goes_on && matches!(text.get(after), Some(b'+' | b'%')) {
        return None;
    }
    (end > start).then(|| Assignment { name: name.clone(), value: start..end, quoted: true, is_default })
}

pub(crate) fn bare(
    text: &[u8],
    name: &Range<usize>,
    start: usize,
    is_default: bool,
    ends: impl Fn(u8) -> bool,
) -> Option<Assignment> {
    let length = text[start..].iter().take(LONGEST_VALUE).take_while(|byte| !ends(**byte)).count();
    let mut end = start + length;
    while end > start && matches!(text[end - 1], b',' | b';' | b'"' | b'\'') {
        end -= 1;
    }
    // YAML's anchors, tags and block marks are no values; neither is a comment.
    if end == start || matches!(text[start], b'|' | b'>' | b'!' | b'#' | b'`' | b'(' | b'[') {
        return None;
    }
    Some(Assignment { name: name.clone(), value: start..end, quoted: false, is_default })
}

pub(crate) fn ends_bare_value(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'"' | b'\'' | b'`' | b'<' | b'>' | b'&' | b';' | b',' | b')' | b']' | b'}' | b'|' | b'\\'
        )
}

fn is_prefix(word: &[u8]) -> bool {
    matches!(
        word,
        b"b" | b"r" | b"u" | b"f" | b"rb" | b"br" | b"B" | b"R" | b"U" | b"@" | b"Rb" | b"s" | b"L"
    )
}
