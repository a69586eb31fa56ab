//! What stands inside `{{ … }}` and in the arguments of tags: an operand and the filters it runs through.

use super::Language;

/// An operand with its filters, in the order they run.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Expression {
    /// The operand as it is written.
    pub operand: String,
    /// The filters, first applied first.
    pub filters: Vec<Filter>,
}

/// One filter of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Its name.
    pub name: String,
    /// Its argument as it is written, where it has one.
    pub argument: Option<String>,
}

impl Expression {
    /// Reads an expression. What is no expression gives an operand with odd text and no filters.
    pub fn parse(text: &str, language: Language) -> Self {
        let mut parts = split_top_level(text, b'|').into_iter();
        let operand = parts.next().unwrap_or_default().trim().to_owned();
        let mut filters: Vec<Filter> = parts.map(|part| filter(part, language)).collect();
        let mut operand = operand;
        if language == Language::Jinja2 {
            while let Some(inner) = parenthesised(&operand) {
                let inner = Self::parse(inner, language);
                operand = inner.operand;
                filters.splice(0..0, inner.filters);
            }
        }
        Self { operand, filters }
    }

    /// Whether the operand is a literal: a quoted text, a number, or a text marked for translation.
    pub fn is_constant(&self) -> bool {
        let text = self.operand.trim();
        let inside = text
            .strip_prefix("_(")
            .or_else(|| text.strip_prefix("gettext("))
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(text)
            .trim();
        is_quoted(inside)
            || inside.parse::<f64>().is_ok()
            || matches!(text, "True" | "False" | "None" | "true" | "false" | "none" | "")
    }

    /// The names of a plain dotted path (`form.title.errors`), or none when the operand is anything else.
    pub fn path(&self) -> Option<Vec<&str>> {
        let parts: Vec<&str> = self.operand.split('.').collect();
        let plain = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        (parts.iter().all(plain) && !self.is_constant()).then_some(parts)
    }

    /// Whether a filter of that name is applied anywhere.
    pub fn has_filter(&self, name: &str) -> bool {
        self.filters.iter().any(|filter| filter.name == name)
    }

    /// The name of the filter that runs last.
    pub fn last_filter(&self) -> Option<&str> {
        self.filters.last().map(|filter| filter.name.as_str())
    }
}

fn filter(text: &str, language: Language) -> Filter {
    let text = text.trim();
    let split = match language {
        Language::Django => text.split_once(':').map(|(name, argument)| (name, argument.trim())),
        Language::Jinja2 => text
            .split_once('(')
            .map(|(name, rest)| (name, rest.rsplit_once(')').map_or(rest, |(a, _)| a).trim())),
    };
    let (name, argument) = match split {
        Some((name, argument)) => (name, Some(argument.to_owned())),
        None => (text, None),
    };
    // `x|safe if y else z` and `x|safe ~ y`: the name ends where it ceases to be a name.
    let name: String =
        name.trim().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect();
    Filter { name, argument }
}

fn parenthesised(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_usize;
    for byte in inner.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    Some(inner.trim())
}

/// Whether the whole text is one quoted literal.
pub(super) fn is_quoted(text: &str) -> bool {
    let mut bytes = text.bytes();
    let Some(quote @ (b'"' | b'\'')) = bytes.next() else { return false };
    let mut escaped = false;
    while let Some(byte) = bytes.next() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return bytes.next().is_none(),
            _ => {}
        }
    }
    false
}

/// The text of a quoted literal.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    is_quoted(text).then(|| &text[1..text.len() - 1])
}

/// Splits at `separator` outside quotes and brackets.
pub(super) fn split_top_level(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut quote, mut depth, mut from, mut escaped) = (None, 0_usize, 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => match byte {
                b'"' | b'\'' => quote = Some(byte),
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ if byte == separator && depth == 0 => {
                    parts.push(&text[from..at]);
                    from = at + 1;
                }
                _ => {}
            },
        }
    }
    parts.push(&text[from..]);
    parts
}

/// The words of a tag: split at white space outside quotes, as Django's `split_contents` does.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut quote, mut from, mut escaped) = (None, None, false);
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte.is_ascii_whitespace() => {
                if let Some(start) = from.take() {
                    words.push(&text[start..at]);
                }
            }
            None => {
                if matches!(byte, b'"' | b'\'') {
                    quote = Some(byte);
                }
                from.get_or_insert(at);
            }
        }
    }
    if let Some(start) = from {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_keep_their_order_and_arguments() {
        let read = Expression::parse("form.title.errors|join:\"|, \"|safe", Language::Django);
        assert_eq!(read.path(), Some(vec!["form", "title", "errors"]));
        assert_eq!(read.filters[0].argument.as_deref(), Some("\"|, \""));
        assert_eq!(read.last_filter(), Some("safe"));
        let jinja = Expression::parse("(a.b|default('x')) | safe", Language::Jinja2);
        assert_eq!(jinja.operand, "a.b");
        assert_eq!(jinja.filters.len(), 2);
    }

    #[test]
    fn constants_are_known() {
        for text in ["\"a\"", "_('a b')", "12", "''"] {
            assert!(Expression::parse(text, Language::Django).is_constant(), "{text}");
        }
        assert!(!Expression::parse("'a' ~ b ~ 'c'", Language::Jinja2).is_constant());
    }

    #[test]
    fn words_respect_quotes() {
        assert_eq!(words("with a=\"b c\" as d"), ["with", "a=\"b c\"", "as", "d"]);
    }
}
