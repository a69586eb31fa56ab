//! TOML and JSON as one tree with places, so that every reader can point at the line it speaks of.

use std::borrow::Cow;

/// A value and the bytes it stands in.
#[derive(Debug)]
pub(crate) struct Node<'i> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) data: Data<'i>,
}

#[derive(Debug)]
pub(crate) enum Data<'i> {
    Null,
    Bool(bool),
    /// A number or a date; no reader asks for one.
    Literal,
    Text(Cow<'i, str>),
    List(Vec<Node<'i>>),
    Map(Vec<Entry<'i>>),
}

#[derive(Debug)]
pub(crate) struct Entry<'i> {
    pub(crate) key: Cow<'i, str>,
    pub(crate) start: u32,
    pub(crate) value: Node<'i>,
}

impl<'i> Node<'i> {
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'i>> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The value under a chain of keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Node<'i>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text under a key.
    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(crate) fn items(&self) -> &[Node<'i>] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn entries(&self) -> &[Entry<'i>] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items_at(&self, key: &str) -> &[Node<'i>] {
        self.get(key).map_or(&[], Node::items)
    }

    pub(crate) fn entries_at(&self, key: &str) -> &[Entry<'i>] {
        self.get(key).map_or(&[], Node::entries)
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self.data, Data::Bool(true))
    }
}

/// Values nested deeper than this are not read. No lock file comes near.
const MAX_DEPTH: usize = 100;

/// What was wrong with a text, and where.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) at: u32,
    pub(crate) message: String,
}

/// Reads TOML. What can be understood of a broken text is returned with the trouble.
pub(crate) fn toml(text: &str) -> (Node<'_>, Vec<Trouble>) {
    if let Some(at) = deep_key(text) {
        let trouble = Trouble { at, message: "the keys are nested too deeply".to_owned() };
        return (Node { start: 0, end: 0, data: Data::Map(Vec::new()) }, vec![trouble]);
    }
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    let troubles = errors
        .iter()
        .map(|error| Trouble {
            at: error.span().map_or(0, |span| span.start as u32),
            message: error.message().to_owned(),
        })
        .collect();
    let span = table.span();
    (from_table(table.into_inner(), span, 0), troubles)
}

/// A dotted key makes a level of nesting per dot, which nothing else limits. Looks for a line with more dots outside
/// quotes before its `=` or `]` than any file needs.
fn deep_key(text: &str) -> Option<u32> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // So many dots need a line of more bytes than that.
        if line.len() <= MAX_DEPTH {
            at += line.len() as u32;
            continue;
        }
        let trimmed = line.trim_start();
        if memchr_count(trimmed, b'.') > MAX_DEPTH
            && !trimmed.starts_with(['"', '\'', '#', '{'])
            && trimmed
                .split(['=', ']', '"', '\''])
                .next()
                .is_some_and(|key| memchr_count(key, b'.') > MAX_DEPTH)
        {
            return Some(at);
        }
        // Quoted parts may hide the dots of a chain such as `"a"."b"`.
        if trimmed.matches("\".").count() + trimmed.matches("'.").count() > MAX_DEPTH
            || trimmed.matches(". ").count() > 2000
        {
            let key_only = !trimmed.contains("= ") && !trimmed.contains("=\"");
            if key_only {
                return Some(at);
            }
        }
        at += line.len() as u32;
    }
    None
}

fn memchr_count(text: &str, byte: u8) -> usize {
    text.bytes().filter(|known| *known == byte).count()
}

fn from_table<'i>(table: toml::de::DeTable<'i>, span: std::ops::Range<usize>, depth: usize) -> Node<'i> {
    let entries = table
        .into_iter()
        .map(|(key, value)| {
            let start = key.span().start as u32;
            let span = value.span();
            Entry { key: key.into_inner(), start, value: from_value(value.into_inner(), span, depth + 1) }
        })
        .collect();
    Node { start: span.start as u32, end: span.end as u32, data: Data::Map(entries) }
}

fn from_value<'i>(value: toml::de::DeValue<'i>, span: std::ops::Range<usize>, depth: usize) -> Node<'i> {
    use toml::de::DeValue;
    let (start, end) = (span.start as u32, span.end as u32);
    if depth > MAX_DEPTH {
        return Node { start, end, data: Data::Null };
    }
    let data = match value {
        DeValue::String(text) => Data::Text(text),
        DeValue::Boolean(known) => Data::Bool(known),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Data::Literal,
        DeValue::Array(items) => Data::List(
            items
                .into_iter()
                .map(|item| {
                    let span = item.span();
                    from_value(item.into_inner(), span, depth + 1)
                })
                .collect(),
        ),
        DeValue::Table(table) => return from_table(table, span, depth),
    };
    Node { start, end, data }
}

/// Reads JSON. Broken text gives what came before the trouble.
pub(crate) fn json(text: &str) -> (Node<'_>, Vec<Trouble>) {
    let mut reader = Json { text, at: 0, trouble: None };
    if text.starts_with('\u{feff}') {
        reader.at = 3;
    }
    let node = reader.value(0);
    reader.space();
    if reader.at < text.len() {
        reader.fail("text after the end of the document");
    }
    (node, reader.trouble.into_iter().collect())
}

struct Json<'i> {
    text: &'i str,
    at: usize,
    trouble: Option<Trouble>,
}

impl<'i> Json<'i> {
    fn value(&mut self, depth: usize) -> Node<'i> {
        self.space();
        let start = self.at as u32;
        let data = match self.peek() {
            _ if depth > MAX_DEPTH => self.fail("nested too deeply"),
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Data::Text(self.string()),
            Some(byte) if byte.is_ascii_alphanumeric() || byte == b'-' => self.literal(),
            _ => self.fail("a value is missing"),
        };
        Node { start, end: self.at as u32, data }
    }

    fn map(&mut self, depth: usize) -> Data<'i> {
        let mut entries = Vec::new();
        self.at += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let start = self.at as u32;
                    let key = self.string();
                    self.space();
                    if self.peek() != Some(b':') {
                        self.fail("a colon is missing");
                        break;
                    }
                    self.at += 1;
                    let value = self.value(depth + 1);
                    entries.push(Entry { key, start, value });
                }
                _ => {
                    self.fail("a key is missing");
                    break;
                }
            }
            if self.trouble.is_some() {
                break;
            }
        }
        Data::Map(entries)
    }

    fn list(&mut self, depth: usize) -> Data<'i> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(_) => items.push(self.value(depth + 1)),
                None => {
                    self.fail("a list does not end");
                    break;
                }
            }
            if self.trouble.is_some() {
                break;
            }
        }
        Data::List(items)
    }

    fn string(&mut self) -> Cow<'i, str> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    let plain = &self.text[start..self.at];
                    self.at += 1;
                    return if plain.contains('\\') {
                        Cow::Owned(unescape(plain))
                    } else {
                        Cow::Borrowed(plain)
                    };
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        self.fail("a string does not end");
        Cow::Borrowed("")
    }

    fn literal(&mut self) -> Data<'i> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)) {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "null" => Data::Null,
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            _ => Data::Literal,
        }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail(&mut self, message: &str) -> Data<'i> {
        if self.trouble.is_none() {
            let at = self.at.min(self.text.len()) as u32;
            self.trouble = Some(Trouble { at, message: format!("this is not valid JSON: {message}") });
        }
        Data::Null
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = rest.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                out.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_places() {
        let text = r#"{"a": {"b": ["x", 1, true]}}"#;
        let (node, trouble) = json(text);
        assert!(trouble.is_empty());
        let x = &node.at(&["a", "b"]).unwrap().items()[0];
        assert_eq!(&text[x.start as usize..x.end as usize], "\"x\"");
        assert_eq!(x.text(), Some("x"));
    }

    #[test]
    fn broken_json_keeps_what_came_before() {
        let (node, trouble) = json(r#"{"a": "b", "c" "d"}"#);
        assert_eq!(node.text_at("a"), Some("b"));
        assert_eq!(trouble.len(), 1);
        assert!(json(&"[".repeat(1_000_000)).1[0].message.contains("deeply"));
    }

    #[test]
    fn deep_toml_does_not_exhaust_the_stack() {
        for text in [
            format!("{}=1", vec!["a"; 300_000].join(".")),
            format!("[{}]", vec!["a"; 300_000].join(".")),
            format!("[{}]", vec!["\"a\""; 300_000].join(".")),
            format!("[{}]", vec!["a"; 300_000].join(" . ")),
            format!("a = {}", "[".repeat(300_000)),
            format!("a = {}", "{a=".repeat(300_000)),
            format!("a = {{ {} = 1 }}", vec!["a"; 300_000].join(".")),
        ] {
            let _ = toml(&text);
        }
    }
}
