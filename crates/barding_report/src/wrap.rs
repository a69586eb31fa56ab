//! Lines no longer than the terminal is wide, measured in columns.

use unicode_width::UnicodeWidthStr;

/// Breaks `text` between words so that no line has more than `width` columns; a longer word stands alone. Line feeds
/// in the text are kept.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut columns = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let needed = word.width();
            if columns > 0 && columns + 1 + needed > width {
                lines.push(std::mem::take(&mut line));
                columns = 0;
            }
            if columns > 0 {
                line.push(' ');
                columns += 1;
            }
            line.push_str(word);
            columns += needed;
        }
        lines.push(line);
    }
    lines
}

/// The text cut to `width` columns, with `…` where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut columns = 0;
    for character in text.chars() {
        let needed = unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
        if columns + needed + 1 > width {
            break;
        }
        out.push(character);
        columns += needed;
    }
    out.push('…');
    out
}

/// The text filled up with spaces to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_width() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("例え 例え", 5), ["例え", "例え"]);
        assert_eq!(wrap("a-very-long-word b", 4), ["a-very-long-word", "b"]);
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("例え例え", 5), "例え…");
        assert_eq!(pad("例", 3), "例 ");
    }
}
