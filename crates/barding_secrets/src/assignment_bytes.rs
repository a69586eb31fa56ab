//! Single bytes around an assignment: what belongs to a name, what quotes, and how far blanks reach.

pub(crate) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

pub(crate) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

pub(crate) fn skip_blanks(text: &[u8], at: usize) -> usize {
    at + text
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(80)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

pub(crate) fn skip_space(text: &[u8], at: usize) -> usize {
    at + text
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(200)
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

pub(crate) fn line_start(text: &[u8], at: usize) -> usize {
    let lowest = at.saturating_sub(400);
    memchr::memrchr(b'\n', &text[lowest..at]).map_or(lowest, |newline| lowest + newline + 1)
}
