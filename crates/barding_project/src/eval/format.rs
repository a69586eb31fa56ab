//! Building texts: f-strings, `%`, `str.format`, `str()` and `repr()`.

use super::Evaluator;
use super::val::{Object, Val};
use crate::value::{Cast, Why};
use barding_source::Span;
use ruff_python_ast::{ConversionFlag, ExprFString, FStringPart, InterpolatedStringElement};
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    pub(super) fn f_string(&mut self, node: &'a ExprFString) -> Val<'a> {
        let place = self.span(node);
        let mut parts = Vec::new();
        for part in node.value.iter() {
            match part {
                FStringPart::Literal(literal) => parts.push(Val::text(&*literal.value)),
                FStringPart::FString(string) => {
                    for element in &string.elements {
                        let part = self.f_element(element, place);
                        parts.push(part);
                    }
                }
            }
        }
        self.concatenate(parts, place)
    }

    fn f_element(&mut self, element: &'a InterpolatedStringElement, place: Span) -> Val<'a> {
        match element {
            InterpolatedStringElement::Literal(literal) => Val::text(&*literal.value),
            InterpolatedStringElement::Interpolation(node) => {
                let value = self.expression(&node.expression);
                let spec = match &node.format_spec {
                    None => Val::text(""),
                    Some(spec) => {
                        let mut parts = Vec::new();
                        for element in &spec.elements {
                            parts.push(self.f_element(element, place));
                        }
                        self.concatenate(parts, place)
                    }
                };
                if node.debug_text.is_some() {
                    return self.not_modelled(place);
                }
                let conversion = node.conversion;
                self.each_pair(&value, &spec, &mut |me, value, spec| {
                    let Val::Text(spec) = spec else { return spec.clone() };
                    match conversion {
                        ConversionFlag::Repr | ConversionFlag::Ascii => match me.repr(value) {
                            Some(text) => me.formatted(&Val::text(text), spec, place),
                            None => me.text_unknown(value, place),
                        },
                        ConversionFlag::Str => {
                            let value = me.as_text(value, place);
                            me.formatted(&value, spec, place)
                        }
                        ConversionFlag::None => me.formatted(value, spec, place),
                    }
                })
            }
        }
    }

    /// Joins parts that are texts, or not known.
    fn concatenate(&mut self, parts: Vec<Val<'a>>, place: Span) -> Val<'a> {
        let mut merged: Vec<Val<'a>> = Vec::new();
        for part in parts {
            match (merged.last_mut(), part) {
                (Some(Val::Text(last)), Val::Text(next)) => *last = format!("{last}{next}").into(),
                (_, part) => merged.push(part),
            }
        }
        self.each_of(&merged, &mut |me, parts| {
            let mut text = String::new();
            for part in parts {
                match part {
                    Val::Text(part) => text.push_str(part),
                    Val::Unknown(_) => return part.clone(),
                    other => return me.text_unknown(other, place),
                }
                if text.len() > 1_000_000 {
                    return me.unknown(Why::TooDeep, "the text is too long", Some(place));
                }
            }
            Val::text(text)
        })
    }

    /// `format(value, spec)`.
    fn formatted(&mut self, value: &Val<'a>, spec: &str, place: Span) -> Val<'a> {
        if spec.is_empty() {
            return self.as_text(value, place);
        }
        match (value, spec) {
            (Val::Text(_), "s") => value.clone(),
            (Val::Int(number), "d") => Val::text(number.to_string()),
            (Val::Int(number), _) if spec.starts_with('0') && spec.trim_end_matches('d').len() <= 3 => {
                match spec.trim_end_matches('d').parse::<usize>() {
                    Ok(width) if *number >= 0 => Val::text(format!("{number:0width$}")),
                    _ => self.not_modelled(place),
                }
            }
            (Val::Float(number), _) if spec.starts_with('.') && spec.ends_with('f') => {
                match spec[1..spec.len() - 1].parse::<usize>() {
                    Ok(digits) if digits < 20 => Val::text(format!("{number:.digits$}")),
                    _ => self.not_modelled(place),
                }
            }
            (Val::Unknown(_), _) => value.clone(),
            _ => self.not_modelled(place),
        }
    }

    /// The unknown text that a value which is not known makes.
    pub(super) fn text_unknown(&mut self, value: &Val<'a>, place: Span) -> Val<'a> {
        match value {
            Val::Unknown(unknown) => {
                let unknown = (**unknown).clone();
                self.unknown(unknown.why, unknown.text, unknown.place)
            }
            Val::Env(env) => {
                let text = format!("it holds the environment variable `{}`", env.variable);
                self.unknown(Why::Environment, text, Some(place))
            }
            _ => self.not_modelled(place),
        }
    }

    /// `str(value)`.
    pub(super) fn as_text(&mut self, value: &Val<'a>, place: Span) -> Val<'a> {
        match value {
            Val::Text(_) => value.clone(),
            Val::Path(path) => Val::Text(path.clone()),
            Val::Call(call) if &*call.callee == "environ.Path" => match Self::environ_path_of(value) {
                Some(path) => Val::Text(path),
                None => self.text_unknown(value, place),
            },
            Val::Env(env) if env.cast == Cast::Text => value.clone(),
            Val::OneOf(_) => self.each(value, &mut |me, value| me.as_text(value, place)),
            Val::Instance(instance) => match self.class_attribute(&instance.class.clone(), "__str__") {
                Some(Val::Function(function)) => {
                    self.call_function(&function, Some(value.clone()), Vec::new(), Vec::new(), place)
                }
                _ => self.text_unknown(value, place),
            },
            _ => match self.repr(value) {
                Some(text) => Val::text(text),
                None => self.text_unknown(value, place),
            },
        }
    }

    /// `repr(value)` where it is known.
    pub(super) fn repr(&self, value: &Val<'a>) -> Option<String> {
        let sequence = |items: &[Val<'a>], open: &str, close: &str| -> Option<String> {
            let parts: Option<Vec<String>> = items.iter().map(|item| self.repr(item)).collect();
            Some(format!("{open}{}{close}", parts?.join(", ")))
        };
        Some(match value {
            Val::None => "None".to_owned(),
            Val::Bool(true) => "True".to_owned(),
            Val::Bool(false) => "False".to_owned(),
            Val::Int(number) => number.to_string(),
            Val::Float(number) => crate::value::float_repr(*number),
            Val::Text(text) => crate::value::text_repr(text),
            Val::Tuple(items) if items.len() == 1 => sequence(items, "(", ",)")?,
            Val::Tuple(items) => sequence(items, "(", ")")?,
            Val::Object(id) => match self.heap.get(*id) {
                Object::List(items) => sequence(items, "[", "]")?,
                Object::Dict(entries) => {
                    let parts: Option<Vec<String>> = entries
                        .iter()
                        .map(|(key, value)| Some(format!("{}: {}", self.repr(key)?, self.repr(value)?)))
                        .collect();
                    format!("{{{}}}", parts?.join(", "))
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// `format % value`.
    pub(super) fn percent(&mut self, format: &Arc<str>, value: &Val<'a>, place: Span) -> Val<'a> {
        let mut pieces: Vec<Val<'a>> = Vec::new();
        let mut letters = format.chars().peekable();
        let mut literal = String::new();
        let mut position = 0;
        let arguments: Vec<Val<'a>> = match value {
            Val::Tuple(items) => items.to_vec(),
            other => vec![other.clone()],
        };
        while let Some(letter) = letters.next() {
            if letter != '%' {
                literal.push(letter);
                continue;
            }
            let mut key = None;
            if letters.peek() == Some(&'(') {
                letters.next();
                let name: String = letters.by_ref().take_while(|letter| *letter != ')').collect();
                key = Some(name);
            }
            let argument = match (letters.next(), key) {
                (Some('%'), None) => {
                    literal.push('%');
                    continue;
                }
                (Some(kind @ ('s' | 'd' | 'i' | 'r')), key) => {
                    let argument = match key {
                        Some(name) => self.item(value, &Val::text(name), place),
                        None => {
                            position += 1;
                            match arguments.get(position - 1) {
                                Some(argument) => argument.clone(),
                                None => {
                                    return self.raised(
                                        "TypeError",
                                        "there are too few arguments",
                                        Some(place),
                                    );
                                }
                            }
                        }
                    };
                    let argument = self.demand(argument, "KeyError", "the key is not there", Some(place));
                    self.each(&argument, &mut |me, argument| match (kind, argument) {
                        ('r', argument) => match me.repr(argument) {
                            Some(text) => Val::text(text),
                            None => me.text_unknown(argument, place),
                        },
                        ('d' | 'i', Val::Int(number)) => Val::text(number.to_string()),
                        ('d' | 'i', _) => me.not_modelled(place),
                        _ => me.as_text(argument, place),
                    })
                }
                _ => return self.not_modelled(place),
            };
            pieces.push(Val::text(std::mem::take(&mut literal)));
            pieces.push(argument);
        }
        pieces.push(Val::text(literal));
        self.concatenate(pieces, place)
    }

    /// `template.format(…)`.
    pub(super) fn format_method(
        &mut self,
        template: &Arc<str>,
        arguments: &[Val<'a>],
        keywords: &[(Arc<str>, Val<'a>)],
        place: Span,
    ) -> Val<'a> {
        let mut pieces: Vec<Val<'a>> = Vec::new();
        let mut literal = String::new();
        let mut letters = template.chars().peekable();
        let mut next = 0;
        while let Some(letter) = letters.next() {
            match letter {
                '{' if letters.peek() == Some(&'{') => {
                    letters.next();
                    literal.push('{');
                }
                '}' => {
                    if letters.peek() == Some(&'}') {
                        letters.next();
                    }
                    literal.push('}');
                }
                '{' => {
                    let field: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                    if field.contains(['{', '[', '!']) {
                        return self.not_modelled(place);
                    }
                    let (name, spec) = field.split_once(':').unwrap_or((&field, ""));
                    let mut path = name.split('.');
                    let first = path.next().unwrap_or_default();
                    let mut value = if first.is_empty() {
                        next += 1;
                        arguments.get(next - 1).cloned()
                    } else if let Ok(at) = first.parse::<usize>() {
                        arguments.get(at).cloned()
                    } else {
                        keywords.iter().find(|(known, _)| &**known == first).map(|(_, value)| value.clone())
                    };
                    for attribute in path {
                        value = value.map(|value| self.attribute(&value, attribute, place));
                    }
                    let Some(value) = value else {
                        if keywords.iter().any(|(name, _)| name.is_empty())
                            || arguments.iter().any(|argument| matches!(argument, Val::Rest(_)))
                        {
                            return self.not_modelled(place);
                        }
                        return self.raised("KeyError", "an argument of the format is missing", Some(place));
                    };
                    let spec: Arc<str> = spec.into();
                    let part = self.each(&value, &mut |me, value| me.formatted(value, &spec, place));
                    pieces.push(Val::text(std::mem::take(&mut literal)));
                    pieces.push(part);
                }
                letter => literal.push(letter),
            }
        }
        pieces.push(Val::text(literal));
        self.concatenate(pieces, place)
    }
}
