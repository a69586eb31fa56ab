//! Texts that are written in several pieces: `"ab" + "cd"`, and pieces in brackets.

use crate::assignment::{Assignment, LONGEST_VALUE};
use crate::assignment_bytes::{skip_blanks, skip_space};
use crate::literal::quoted;
use std::ops::Range;

/// A text that is written in several pieces, joined.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Folded {
    /// From the first byte of the first piece to the last byte of the last.
    pub(crate) range: Range<usize>,
    /// The text itself.
    pub(crate) joined: Vec<u8>,
}

/// Texts of more pieces than this are prose.
const MOST_PIECES: usize = 8;

/// The whole of a quoted value that goes on behind its closing quote: `"ab" + "cd"`, or pieces in brackets, as Python
/// joins them. `None` when it does not go on.
pub(crate) fn folded(text: &[u8], first: &Assignment) -> Option<Folded> {
    if !first.quoted {
        return None;
    }
    let quote = *text.get(first.value.start.checked_sub(1)?)?;
    if !matches!(quote, b'"' | b'\'') || text.get(first.value.end) != Some(&quote) {
        return None;
    }
    let before = text[..first.value.start - 1].trim_ascii_end();
    let in_brackets = before.len() + LONGEST_VALUE > first.value.start && before.ends_with(b"(");
    let mut folded = Folded { range: first.value.clone(), joined: text[first.value.clone()].to_vec() };
    for _ in 1..MOST_PIECES {
        let mut at = skip_space(text, folded.range.end + 1);
        let plus = text.get(at) == Some(&b'+') && text.get(at + 1) != Some(&b'=');
        if plus {
            at = skip_space(text, at + 1);
        }
        if !plus && !in_brackets {
            break;
        }
        // Tripled quotes and prefixes such as `f` are no plain pieces.
        match quoted(text, &first.name, at, false).filter(|next| next.value.start == at + 1) {
            Some(next) => {
                folded.joined.extend_from_slice(&text[next.value.clone()]);
                folded.range.end = next.value.end;
            }
            None if plus => return None,
            None => break,
        }
    }
    (folded.range.end > first.value.end && folded.joined.len() <= LONGEST_VALUE).then_some(folded)
}

/// Whether a plus sign behind the value makes it a part of an expression.
pub(crate) fn is_part(text: &[u8], found: &Assignment) -> bool {
    found.quoted && text.get(skip_blanks(text, found.value.end + 1)) == Some(&b'+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::read;
    use crate::context::Syntax;

    #[test]
    fn pieces_of_a_text_are_joined() {
        let joined = |text: &str| {
            let at = text.to_ascii_lowercase().find("secret").unwrap();
            let found = read(text.as_bytes(), at..at + 6, Syntax::Code)?;
            folded(text.as_bytes(), &found).map(|folded| String::from_utf8(folded.joined).unwrap())
        };
        assert_eq!(joined("SECRET_KEY = 'ab' + \"cd\"").as_deref(), Some("abcd"));
        assert_eq!(joined("SECRET_KEY = (\n  'ab'\n  'cd'\n)").as_deref(), Some("abcd"));
        assert_eq!(joined("secret = 'ab' +\n  'cd';").as_deref(), Some("abcd"));
        assert_eq!(joined("secret = 'ab' + 'cd' + name"), None, "an expression");
        assert_eq!(joined("SECRET_KEY = 'ab'\n'cd'"), None, "the next statement");
        assert_eq!(joined("SECRET_KEY = 'ab'"), None);
        assert_eq!(joined("f(secret='ab', name='cd')"), None);
    }
}
