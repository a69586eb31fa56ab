//! Text from audited files, made safe to show on a terminal. The only place where that happens.

use std::borrow::Cow;

/// The text without anything that a terminal would obey or that shows other than what is there: control characters
/// (escape sequences with them), bidirectional overrides, invisible characters and line separators become visible
/// escapes such as `\u{202e}`; tabs become four spaces. Line feeds stay: the caller decides about lines.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_harmless(character) {
            out.push(character);
        } else {
            out.push_str(&replacement(character));
        }
    }
    Cow::Owned(out)
}

/// As [`clean`], on one line: line feeds become spaces.
pub(crate) fn clean_line(text: &str) -> String {
    let cleaned = clean(text);
    if cleaned.contains('\n') { cleaned.replace('\n', " ") } else { cleaned.into_owned() }
}

/// What stands for a character that must not reach the terminal.
pub(crate) fn replacement(character: char) -> Cow<'static, str> {
    match character {
        '\t' => Cow::Borrowed("    "),
        '\r' => Cow::Borrowed(""),
        character => Cow::Owned(format!("\\u{{{:x}}}", u32::from(character))),
    }
}

/// Whether a character shows as what it is and moves nothing but the cursor by its width.
pub(crate) fn is_harmless(character: char) -> bool {
    match character {
        '\n' => true,
        ' '..='~' => true,
        character if character.is_control() => false,
        // Soft hyphen, Arabic letter mark, Hangul fillers, zero-width and bidirectional controls, line and paragraph
        // separators, invisible operators, variation selectors, byte order mark, interlinear marks, tags.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_comes_through() {
        assert_eq!(clean("\u{1b}[2J\u{1b}]0;owned\u{7}"), "\\u{1b}[2J\\u{1b}]0;owned\\u{7}");
        assert_eq!(clean("a\u{202e}b\u{9b}c\u{200b}"), "a\\u{202e}b\\u{9b}c\\u{200b}");
        assert_eq!(clean("a\tb\r\nc"), "a    b\nc");
        assert_eq!(clean_line("a\nb"), "a b");
        assert_eq!(clean("naïve 例え ✓"), "naïve 例え ✓");
    }

    #[test]
    fn no_control_character_of_any_kind_survives() {
        for number in 0..=0x10ffff {
            let Some(character) = char::from_u32(number) else { continue };
            let text = character.to_string();
            let cleaned = clean(&text);
            assert!(
                !cleaned.chars().any(|c| c.is_control() && c != '\n'),
                "{number:x} came through as {cleaned:?}"
            );
        }
    }
}
