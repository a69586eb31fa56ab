//! Texts that are put together: `+`, `%`, `.format()` and f-strings.

use super::body::{Arguments, Body, Candidate, Piece};
use super::taint::{Marks, Shape, Value, add_taint, key};
use super::{Begin, FlowKind, Variant};
use crate::code::*;
use barding_source::Span;
use std::sync::Arc;

impl<'w> Body<'w> {
    pub(super) fn add(&mut self, values: Vec<Value>, span: Span, form: u32) -> Value {
        if values.iter().any(|value| matches!(value.shape, Shape::List(_) | Shape::Tuple(_))) {
            let mut values = values.into_iter();
            let mut all = values.next().unwrap_or_default();
            for value in values {
                let other = match value.shape {
                    Shape::List(item) => (*item).clone(),
                    Shape::Tuple(_) => self.element(&value, form),
                    _ => value,
                };
                all.absorb(&other);
                if let Shape::List(item) = &mut all.shape {
                    Arc::make_mut(item).join(&other);
                } else {
                    let item = self.element(&all, form);
                    all.shape = Shape::List(Arc::new(item));
                }
            }
            return all;
        }
        self.build(values.into_iter().map(Piece::Value).collect(), span, form)
    }

    /// A text from pieces.
    pub(super) fn build(&mut self, pieces: Vec<Piece>, span: Span, form: u32) -> Value {
        let mut text = String::new();
        let mut result = Value::harmless();
        let mut is_text = false;
        for piece in pieces {
            match piece {
                Piece::Text(piece) => {
                    is_text = true;
                    text.push_str(&piece);
                }
                Piece::Value(value) => {
                    is_text |= value.text.is_some();
                    let value = self.settled(value);
                    let mut before = prefix_marks(&text);
                    // `getattr(self, "do_" + action)`: names with a prefix of ours were made to be called.
                    if !text.is_empty() && !text.contains('\0') && !text.starts_with('_') {
                        before = before.with(Marks::of(FlowKind::Attribute));
                    }
                    for taint in &value.taints {
                        let mut taint = taint.clone();
                        taint.clean = taint.clean.with(before).without(Marks::RESOLVED);
                        taint.form = form << 1 | 1;
                        add_taint(&mut result.taints, &taint);
                    }
                    result.open = result.open.with(value.open);
                    if result.built.is_none() {
                        result.built = value.built;
                    }
                    let harmless = value.open == Marks::NONE
                        && value.taints.iter().all(|taint| taint.clean.holds(Marks::ALL));
                    if !harmless && result.built.is_none() {
                        result.built = Some(span);
                    }
                    match &value.text {
                        Some(known) if text.len() + known.len() < 8000 => text.push_str(known),
                        _ => text.push('\0'),
                    }
                }
            }
        }
        if !is_text {
            // Numbers, perhaps: nothing shows that this is text.
            result.built = None;
        }
        let cut = super::taint::floor(&text, text.len().min(4000));
        text.truncate(cut);
        result.text = (!text.is_empty()).then(|| text.into());
        if result.built == Some(span) {
            self.sql_text(&result, span);
        }
        result
    }

    /// `left % right`
    pub(super) fn percent(&mut self, left: Value, right: Value, span: Span, form: u32) -> Value {
        let Some(text) = left.text.clone() else {
            let mut result = left.derived(form << 1, 0);
            result.absorb(&right.derived(form << 1, 0));
            if left.is_constant()
                && right.taints.is_empty()
                && !matches!(right.shape, Shape::Tuple(_) | Shape::Dict(..))
            {
                return Value::harmless();
            }
            return result;
        };
        if let Some(name) = left.external_name()
            && name.contains("Markup")
        {
            return Value { text: None, ..left };
        }
        let mut pieces = vec![];
        if !left.taints.is_empty() || left.open != Marks::NONE {
            let unknown = Value { text: Some("".into()), shape: Shape::Unknown, ..left.clone() };
            pieces.push(Piece::Value(unknown));
        }
        let mut position = 0;
        let mut rest = &*text;
        while let Some(at) = rest.find('%') {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            rest = &rest[at + 1..];
            let mut name = None;
            if rest.starts_with('(')
                && let Some(end) = rest.find(')')
            {
                name = Some(rest[1..end].to_owned());
                rest = &rest[end + 1..];
            }
            let flags = rest
                .find(|c: char| !matches!(c, '-' | '+' | ' ' | '#' | '0'..='9' | '.' | '*'))
                .unwrap_or(rest.len());
            rest = &rest[flags..];
            let Some(letter) = rest.chars().next() else { break };
            rest = &rest[letter.len_utf8()..];
            match letter {
                '%' => pieces.push(Piece::Text("%".to_owned())),
                's' | 'r' | 'a' => {
                    let value = match (&right.shape, &name) {
                        (Shape::Tuple(items), None) => items.get(position).cloned().unwrap_or_default(),
                        (Shape::Dict(items, more), Some(name)) => items
                            .iter()
                            .find(|(mine, _)| *mine == key(name))
                            .map_or_else(|| (**more).clone(), |(_, value)| value.clone()),
                        (_, Some(name)) => {
                            let name = name.clone();
                            self.part(&right, Some(&name), ExprId(form))
                        }
                        _ => right.clone(),
                    };
                    position += 1;
                    pieces.push(Piece::Value(value));
                }
                _ => {
                    position += 1;
                    pieces.push(Piece::Value(Value::harmless()));
                }
            }
        }
        pieces.push(Piece::Text(rest.to_owned()));
        self.build(pieces, span, form)
    }

    /// `left.format(…)`
    pub(super) fn format(&mut self, left: &Value, arguments: &Arguments, span: Span, form: u32) -> Value {
        let mut pieces = vec![];
        if !left.taints.is_empty() || left.open != Marks::NONE {
            let unknown = Value { text: Some("".into()), shape: Shape::Unknown, ..left.clone() };
            pieces.push(Piece::Value(unknown));
        }
        let Some(text) = left.text.clone() else {
            for (_, value, _) in &arguments.list {
                pieces.push(Piece::Text(String::new()));
                pieces.push(Piece::Value(value.clone()));
            }
            return self.build(pieces, span, form);
        };
        let mut position = 0;
        let mut rest = &*text;
        while let Some(at) = rest.find(['{', '}']) {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            let is_open = rest.as_bytes()[at] == b'{';
            rest = &rest[at + 1..];
            if rest.starts_with(if is_open { '{' } else { '}' }) {
                pieces.push(Piece::Text(if is_open { "{" } else { "}" }.to_owned()));
                rest = &rest[1..];
                continue;
            }
            if !is_open {
                continue;
            }
            let Some(end) = rest.find('}') else { break };
            let field = &rest[..end];
            rest = &rest[end + 1..];
            let (name, specification) = field.split_once(':').unwrap_or((field, ""));
            let name = name.split('!').next().unwrap_or_default();
            let root = name.split(['.', '[']).next().unwrap_or_default();
            if specification.ends_with(['d', 'f', 'x', 'X', 'e', 'g', 'b', 'o', 'n']) {
                position += usize::from(root.is_empty());
                pieces.push(Piece::Value(Value::harmless()));
                continue;
            }
            let value = if root.is_empty() {
                position += 1;
                arguments.positional(position - 1).map(|(_, value, _)| value.clone())
            } else if let Ok(number) = root.parse::<usize>() {
                arguments.positional(number).map(|(_, value, _)| value.clone())
            } else {
                arguments.keyword(self.code, root).map(|(_, value, _)| value.clone())
            };
            let value = match value {
                Some(value) if name.len() > root.len() => {
                    let mut part = value.derived(form << 1, 0);
                    part.shape = Shape::Unknown;
                    part
                }
                Some(value) => value,
                None => {
                    let mut all = Value::harmless();
                    for (how, value, _) in &arguments.list {
                        if matches!(how, ArgumentHow::Spread | ArgumentHow::SpreadKeywords) {
                            all.absorb(value);
                        }
                    }
                    all
                }
            };
            pieces.push(Piece::Value(value));
        }
        pieces.push(Piece::Text(rest.to_owned()));
        self.build(pieces, span, form)
    }

    /// Text that looks like a query was put together here.
    pub(super) fn sql_text(&mut self, value: &Value, span: Span) {
        if !value.text.as_deref().is_some_and(looks_like_sql) {
            return;
        }
        let kind = FlowKind::Sql;
        let harmful = value.open.has(kind) || value.taints.iter().any(|taint| !taint.clean.has(kind));
        if harmful {
            let parameters = self.only_parameters(value, kind);
            self.candidate(Candidate {
                kind,
                variant: Variant::TextOnly,
                begin: Begin::Built,
                place: span,
                name: "a query".into(),
                doubt: 1,
                built: Some(span),
                trace: None,
                way: None,
                parameters,
            });
        }
    }
}

/// What text before a part takes from it: an address whose beginning is fixed leads nowhere else.
pub(super) fn prefix_marks(before: &str) -> Marks {
    let fixed = Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url));
    if before.is_empty() || matches!(before, "/" | "//" | "\\" | "http:" | "https:") {
        return Marks::NONE;
    }
    if let Some(at) = before.find("://") {
        let after = &before[at + 3..];
        return if after.contains(['/', '?', '#']) || after.contains('\0') { fixed } else { Marks::NONE };
    }
    if before.starts_with("//") && !before[2..].contains('/') {
        return Marks::NONE;
    }
    fixed
}

/// What SQL's `CREATE`, `ALTER`, `DROP` and `TRUNCATE` work on.
const OBJECTS: &[&str] = &[
    "table",
    "database",
    "index",
    "view",
    "user",
    "role",
    "schema",
    "sequence",
    "function",
    "procedure",
    "trigger",
    "type",
    "extension",
    "policy",
    "publication",
    "subscription",
    "server",
    "tablespace",
    "domain",
    "login",
];

/// What may stand between those words.
const MODIFIERS: &[&str] = &[
    "or",
    "replace",
    "unique",
    "temporary",
    "temp",
    "global",
    "local",
    "unlogged",
    "materialized",
    "external",
    "virtual",
    "foreign",
    "concurrently",
    "algorithm",
    "sql",
    "if",
    "not",
    "exists",
    "fulltext",
    "spatial",
];

/// Whether text with holes reads like a query.
pub(super) fn looks_like_sql(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '\0' | '"' | '\''));
    let head: String = start.chars().take(400).flat_map(char::to_lowercase).collect();
    let words = |needle: &str| {
        head.find(needle).is_some_and(|at| {
            let before = head[..at].chars().next_back();
            let after = head[at + needle.len()..].chars().next();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        })
    };
    let begins = |word: &str| {
        head.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || c == '*' || c == '(' || c == '\0')
        })
    };
    (begins("select") && (words("from") || head.contains("\0")) && text.len() > 12 && (words("from")))
        || (begins("insert") && words("into"))
        || (begins("update") && words("set"))
        || (begins("delete") && words("from"))
        || (begins("replace") && words("into"))
        || (begins("with") && words("as") && words("select"))
        || (begins("drop") || begins("alter") || begins("create") || begins("truncate"))
            // "Create new user for …" is a sentence.
            && head.split_whitespace().skip(1).find(|word| !MODIFIERS.contains(word)).is_some_and(|word| OBJECTS.contains(&word))
        || (begins("grant") || begins("revoke")) && words("on")
        || begins("call") && head.contains('(') && words("call") && head.contains("\0")
        || begins("explain") && words("select")
        || begins("merge") && words("into")
        || begins("set") && head.contains('=') && head.contains("\0") && words("session")
}
