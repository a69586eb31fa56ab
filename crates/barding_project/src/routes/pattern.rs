//! Patterns: what the parts of an address may hold.

use crate::code::{Code, Constant, ExprKind, Meaning};
use std::collections::BTreeMap;

/// A part of the address that the view is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; for unnamed groups their number.
    pub name: String,
    /// The converter (`int`), or the regular expression.
    pub converter: String,
    /// What it may hold.
    pub tameness: Tameness,
}

/// What a part of the address may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tameness {
    /// A number, a UUID, a slug: nothing that could do harm.
    Harmless,
    /// Anything but a slash.
    Segment,
    /// Anything.
    Rest,
}

/// The converters of the project, by name, with their regular expressions.
pub(crate) type Converters = BTreeMap<String, String>;

/// Reads every `register_converter(Class, "name")`.
pub(crate) fn converters(code: &Code) -> Converters {
    let mut found = Converters::new();
    for call in code.calls() {
        let Some(Meaning::External(name)) = &call.site.meaning else { continue };
        if !matches!(&**name, "django.urls.register_converter" | "django.urls.converters.register_converter")
        {
            continue;
        }
        let (Some(class), Some(name)) = (call.argument(0, "converter"), call.argument(1, "type_name")) else {
            continue;
        };
        let Some(Constant::Text(name)) = call.constant(name) else { continue };
        let regex = match code.meaning(call.module.id, call.site.scope, class) {
            Some(Meaning::Class(class)) => regex_of(code, class),
            Some(Meaning::External(outside)) => built_in(outside.rsplit('.').next().unwrap_or_default()),
            _ => None,
        };
        found.insert(name, regex.unwrap_or_else(|| ".+".to_owned()));
    }
    found
}

fn regex_of(code: &Code, class: crate::code::ClassRef) -> Option<String> {
    let facts = code.class_facts(class)?;
    let symbol = code.known_symbol("regex")?;
    for at in &facts.order {
        let module = code.module(at.module);
        let scope = module.class(at.class).scope;
        for binding in module.scope(scope).of(symbol) {
            if let crate::code::Binding::Assigned(value) = binding {
                if let Some(Constant::Text(text)) = code.constant(at.module, scope, *value) {
                    return Some(text);
                }
                if let ExprKind::Format(_) = module.expr(*value) {
                    return None;
                }
            }
        }
    }
    facts.external_bases.iter().find_map(|base| built_in(base.rsplit('.').next().unwrap_or_default()))
}

fn built_in(class: &str) -> Option<String> {
    let regex = match class {
        "IntConverter" => "[0-9]+",
        "SlugConverter" => "[-a-zA-Z0-9_]+",
        "UUIDConverter" => "[0-9a-f-]{36}",
        "StringConverter" => "[^/]+",
        "PathConverter" => ".+",
        _ => return None,
    };
    Some(regex.to_owned())
}

/// The parts of `path("<int:pk>/<slug:name>/")`.
pub(crate) fn of_route(route: &str, converters: &Converters) -> Vec<Parameter> {
    let mut parts = Vec::new();
    let mut rest = route;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else { break };
        let inside = &rest[start + 1..start + end];
        let (converter, name) = inside.split_once(':').unwrap_or(("str", inside));
        let converter = converter.trim();
        let tameness = match converter {
            "int" | "uuid" | "slug" => Tameness::Harmless,
            "path" => Tameness::Rest,
            "str" => Tameness::Segment,
            own => converters.get(own).map_or(Tameness::Rest, |regex| of_text(regex)),
        };
        parts.push(Parameter { name: name.trim().to_owned(), converter: converter.to_owned(), tameness });
        rest = &rest[start + end + 1..];
    }
    parts
}

/// The groups of a regular expression: `(?P<pk>\d+)`. Unnamed ones count only where no group has a name.
pub(crate) fn of_regex(regex: &str) -> Vec<Parameter> {
    let groups = groups(regex);
    let has_names = groups.iter().any(|(name, _)| name.is_some());
    let counted = groups.into_iter().filter(|(name, _)| name.is_some() == has_names).enumerate();
    counted
        .map(|(number, (name, body))| Parameter {
            name: name.map_or_else(|| number.to_string(), str::to_owned),
            converter: body.to_owned(),
            tameness: of_text(body),
        })
        .collect()
}

/// The capturing groups of a regular expression in the order of their brackets: the name, if any, and what is inside.
fn groups(regex: &str) -> Vec<(Option<&str>, &str)> {
    let bytes = regex.as_bytes();
    let mut groups = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'[' => at = class_end(bytes, at),
            b'(' => {
                let Some(rest) = regex.get(at + 1..) else { break };
                if let Some(group) = rest.strip_prefix("?P<")
                    && let Some((name, inside)) = group.split_once('>')
                {
                    groups.push((Some(name), group_body(inside)));
                } else if !rest.starts_with('?') {
                    groups.push((None, group_body(rest)));
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    groups
}

fn class_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if bytes.get(at) == Some(&b'^') {
        at += 1;
    }
    if bytes.get(at) == Some(&b']') {
        at += 1;
    }
    while at < bytes.len() && bytes[at] != b']' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// What stands inside a group, up to its closing bracket.
fn group_body(text: &str) -> &str {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                at += 2;
                continue;
            }
            b'[' => {
                at = class_end(bytes, at);
                continue;
            }
            b'(' => depth += 1,
            b')' if depth == 0 => return text.get(..at).unwrap_or(text),
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    text
}

/// What text a regular expression lets through, judged by its character classes.
pub(crate) fn of_text(regex: &str) -> Tameness {
    let bytes = regex.as_bytes();
    let mut at = 0;
    let mut worst = Tameness::Harmless;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                if matches!(bytes.get(at + 1), Some(b'W' | b'D' | b'S' | b's')) {
                    worst = Tameness::Rest;
                }
                at += 2;
            }
            b'.' | b'/' => {
                worst = Tameness::Rest;
                at += 1;
            }
            b'[' => {
                let end = class_end(bytes, at).min(bytes.len());
                let class = regex.get(at..end).unwrap_or_default();
                if class.starts_with("[^") {
                    worst = worst.max(if class.contains('/') { Tameness::Segment } else { Tameness::Rest });
                } else if ["/", "\\S", "\\W", "\\D"].iter().any(|part| class.contains(part)) {
                    worst = Tameness::Rest;
                } else if class.contains(['\'', '"', '<', ' ', ';', '|', '%', '&', '(', '.'])
                    || class.contains("\\s")
                {
                    worst = worst.max(Tameness::Segment);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    worst
}

/// A pattern as people read it: `/orders/<pk>/` for `^orders/(?P<pk>[^/.]+)/$`.
pub(super) fn shown(pattern: &str) -> String {
    let mut out = String::from("/");
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let mut step = letter.len_utf8();
        match letter {
            '^' | '$' => {}
            '\\' => match rest[step..].chars().next() {
                Some('Z' | 'A') => step += 1,
                Some(next) if !next.is_alphanumeric() => {
                    out.push(next);
                    step += next.len_utf8();
                }
                _ => out.push(letter),
            },
            '(' => match rest.strip_prefix("(?P<").and_then(|group| group.split_once('>')) {
                Some((name, inside)) => {
                    out.push_str(&format!("<{name}>"));
                    step = rest.len() - inside.len() + group_body(inside).len() + 1;
                }
                None => out.push(letter),
            },
            // `<int:pk>` of a literal pattern may hold anything but is never a regular expression.
            letter => out.push(letter),
        }
        rest = rest.get(step..).unwrap_or_default();
    }
    if out.starts_with("//") {
        out.remove(0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_readable() {
        assert_eq!(shown(r"api/^orders/(?P<pk>[^/.]+)/$"), "/api/orders/<pk>/");
        assert_eq!(shown("shop/<int:pk>/"), "/shop/<int:pk>/");
        assert_eq!(shown(r"^robots\.txt$"), "/robots.txt");
        assert_eq!(shown(r"^a/(\d+)/(?P<b>(x|y)+)/\Z"), r"/a/(\d+)/<b>/");
        assert_eq!(shown(""), "/");
    }

    #[test]
    fn converters_tell_what_may_come() {
        let own = Converters::from([("yyyy".to_owned(), "[0-9]{4}".to_owned())]);
        let tame =
            |route: &str| of_route(route, &own).into_iter().map(|part| part.tameness).collect::<Vec<_>>();
        assert_eq!(
            tame("<int:a>/<b>/<path:c>/<yyyy:d>"),
            [Tameness::Harmless, Tameness::Segment, Tameness::Rest, Tameness::Harmless]
        );
        let regex = |text: &str| {
            of_regex(text).into_iter().map(|part| (part.name, part.tameness)).collect::<Vec<_>>()
        };
        assert_eq!(regex(r"^(\d+)/(?P<slug>[\w-]+)/$"), [("slug".to_owned(), Tameness::Harmless)]);
        assert_eq!(
            regex(r"^([^/]+)/(.*)$"),
            [("0".to_owned(), Tameness::Segment), ("1".to_owned(), Tameness::Rest)]
        );
    }
}
