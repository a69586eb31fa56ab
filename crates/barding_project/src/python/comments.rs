//! Comments, as the tokenizer tells them from strings that look alike.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;
use std::ops::Range;

/// The comments of a Python text as byte ranges, `#` included, in order.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    if super::parse::nests_too_deep(text).is_some() {
        return Vec::new();
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let comments = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
    comments.map(|token| token.range().start().to_usize()..token.range().end().to_usize()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_string_is_no_comment() {
        let text = "a = '# no'  # yes\n# also\n";
        let found: Vec<_> = super::comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["# yes", "# also"]);
    }
}
