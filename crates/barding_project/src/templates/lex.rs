//! Cuts a template into pieces: literal text, variables, tags and comments. Knows the brackets of the two languages and
//! what switches them off (`{% verbatim %}`, `{% raw %}`, `{% comment %}`), and no HTML.

use super::Language;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Text that is sent as it stands.
    Text,
    /// `{{ … }}`.
    Variable,
    /// `{% … %}`.
    Tag,
    /// `{# … #}` and everything between `{% comment %}` and `{% endcomment %}`.
    Comment,
}

/// A piece of a template, as bytes of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    /// The first byte, brackets included.
    pub(super) start: usize,
    /// One past the last byte, brackets included.
    pub(super) end: usize,
    /// What stands between the brackets, without white space around it.
    pub(super) inner: (usize, usize),
}

/// So many brackets and blocks may stay open before the rest of the file is taken for text.
const MOST_UNCLOSED: usize = 500;

/// The pieces of `text`, in order and without gaps.
pub(super) fn pieces(text: &str, language: Language) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut text_from = 0;
    let mut unclosed = 0;
    let bytes = text.as_bytes();
    while let Some(found) = memchr::memchr(b'{', &bytes[at..]) {
        let start = at + found;
        let Some(second @ (b'{' | b'%' | b'#')) = bytes.get(start + 1).copied() else {
            at = start + 1;
            continue;
        };
        let Some(end) = closing(text, start, second, language) else {
            // Each search may run to the end of the file, so a file full of open brackets is given up on.
            unclosed += 1;
            if unclosed > MOST_UNCLOSED {
                break;
            }
            at = start + 1;
            continue;
        };
        push_text(&mut pieces, text_from, start);
        let kind = match bytes[start + 1] {
            b'{' => PieceKind::Variable,
            b'%' => PieceKind::Tag,
            _ => PieceKind::Comment,
        };
        let piece = Piece { kind, start, end, inner: inner(text, start, end) };
        at = end;
        text_from = end;
        if kind == PieceKind::Tag
            && unclosed <= MOST_UNCLOSED
            && let Some(search) = switched_off_until(text, piece, language)
        {
            let Some(close) = search else {
                unclosed += 1;
                pieces.push(piece);
                continue;
            };
            let name = &text[piece.inner.0..piece.inner.1];
            if name.starts_with("comment") {
                pieces.push(Piece { kind: PieceKind::Comment, end: close.end, ..piece });
            } else {
                pieces.push(piece);
                push_text(&mut pieces, piece.end, close.start);
                pieces.push(close);
            }
            at = close.end;
            text_from = close.end;
            continue;
        }
        pieces.push(piece);
    }
    push_text(&mut pieces, text_from, text.len());
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, start: usize, end: usize) {
    if start < end {
        pieces.push(Piece { kind: PieceKind::Text, start, end, inner: (start, end) });
    }
}

/// Where the bracket that opens at `start` ends. Django's brackets never span lines; Jinja2's do, and strings inside
/// them may hold the closing bracket.
fn closing(text: &str, start: usize, second: u8, language: Language) -> Option<usize> {
    let close: &[u8; 2] = match second {
        b'{' => b"}}",
        b'%' => b"%}",
        b'#' => b"#}",
        _ => return None,
    };
    let bytes = text.as_bytes();
    let mut at = start + 2;
    let mut quote = None;
    while at < bytes.len() {
        let byte = bytes[at];
        match (language, quote) {
            (Language::Django, _) if byte == b'\n' => return None,
            (Language::Jinja2, Some(open)) => {
                if byte == b'\\' {
                    at += 1;
                } else if byte == open {
                    quote = None;
                }
                at += 1;
                continue;
            }
            (Language::Jinja2, None) if second != b'#' && matches!(byte, b'"' | b'\'') => {
                quote = Some(byte);
                at += 1;
                continue;
            }
            _ => {}
        }
        if byte == close[0] && bytes.get(at + 1) == Some(&close[1]) {
            // `{{ {"a": {}}}}`: the last two braces of a run close a Jinja2 variable.
            let mut end = at + 2;
            while language == Language::Jinja2 && second == b'{' && bytes.get(end) == Some(&b'}') {
                end += 1;
            }
            return Some(end);
        }
        at += 1;
    }
    None
}

/// The text between the brackets, without Jinja2's white space control marks.
fn inner(text: &str, start: usize, end: usize) -> (usize, usize) {
    let (mut from, mut to) = (start + 2, end.saturating_sub(2).max(start + 2));
    let bytes = text.as_bytes();
    if from < to && matches!(bytes[from], b'-' | b'+') {
        from += 1;
    }
    if from < to && bytes[to - 1] == b'-' {
        to -= 1;
    }
    let raw = &text[from..to];
    let from = from + (raw.len() - raw.trim_start().len());
    (from, from + raw.trim().len())
}

/// The closing tag of a block whose content is not template language.
/// `None` for tags that open no such block, `Some(None)` when the block is never closed.
fn switched_off_until(text: &str, open: Piece, language: Language) -> Option<Option<Piece>> {
    let mut words = text[open.inner.0..open.inner.1].split_ascii_whitespace();
    let end_name = match (words.next()?, language) {
        ("comment", Language::Django) => "endcomment".to_owned(),
        ("verbatim", Language::Django) => match words.next() {
            Some(name) => format!("endverbatim {name}"),
            None => "endverbatim".to_owned(),
        },
        ("raw", Language::Jinja2) => "endraw".to_owned(),
        _ => return None,
    };
    let mut at = open.end;
    while let Some(found) = text[at..].find("{%") {
        let start = at + found;
        if let Some(end) = closing(text, start, b'%', language) {
            let inner = inner(text, start, end);
            if text[inner.0..inner.1].split_ascii_whitespace().eq(end_name.split_ascii_whitespace()) {
                return Some(Some(Piece { kind: PieceKind::Tag, start, end, inner }));
            }
        }
        at = start + 2;
    }
    Some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, language: Language) -> Vec<(PieceKind, &str)> {
        pieces(text, language).iter().map(|piece| (piece.kind, &text[piece.inner.0..piece.inner.1])).collect()
    }

    #[test]
    fn brackets_comments_and_verbatim_are_told_apart() {
        use PieceKind::*;
        assert_eq!(
            kinds(
                "a{{ b|c }}{% verbatim %}{{ no }}{% endverbatim %}{# x #}{% comment %}{{ y }}{% endcomment %}z",
                Language::Django
            ),
            [
                (Text, "a"),
                (Variable, "b|c"),
                (Tag, "verbatim"),
                (Text, "{{ no }}"),
                (Tag, "endverbatim"),
                (Comment, "x"),
                (Comment, "comment"),
                (Text, "z"),
            ]
        );
    }

    #[test]
    fn only_jinja2_spans_lines_and_reads_strings() {
        use PieceKind::*;
        assert_eq!(kinds("{{ a\n }}", Language::Django), [(Text, "{{ a\n }}")]);
        assert_eq!(kinds("{{ a\n }}", Language::Jinja2), [(Variable, "a")]);
        assert_eq!(kinds("{{- '}}' -}}", Language::Jinja2), [(Variable, "'}}'")]);
    }

    #[test]
    fn unclosed_brackets_are_text() {
        assert_eq!(kinds("{{ a {% b", Language::Jinja2), [(PieceKind::Text, "{{ a {% b")]);
    }
}
