//! What a variable of nginx may hold: values of `set` and `map`, and captures of patterns, put into the text that uses them.
//!
//! A text with variables becomes the texts it may be. What the client writes stays a variable: `$arg_x`, `$uri`; a capture
//! becomes one of three: [`DECODED`] (of the decoded path, line breaks included), [`CHOSEN`] (free text of the client's
//! without line breaks) and [`LISTED`] (one of the words that the pattern lists).

use barding_project::servers::nginx::{Directive, NginxFile, Scope};

/// A capture of the decoded path that may hold a line break.
pub(super) const DECODED: &str = "$captured_decoded";
/// A capture that the client chooses, without line breaks.
pub(super) const CHOSEN: &str = "$captured_chosen";
/// A capture that is one of a few words.
pub(super) const LISTED: &str = "$captured_listed";

/// More texts than this are not told apart.
const MOST: usize = 24;
/// Variables that are made of variables, so many times.
const DEEPEST: usize = 6;

/// The variables that a file defines.
pub(super) struct Variables<'a> {
    /// Name, value and the scope of each `set`.
    sets: Vec<(&'a str, &'a str, Scope<'a>)>,
    maps: Vec<&'a Directive>,
}

impl<'a> Variables<'a> {
    pub(super) fn of(file: &'a NginxFile) -> Self {
        let (mut sets, mut maps) = (Vec::new(), Vec::new());
        file.walk(&mut |directive, scope| match directive.name.as_str() {
            "set" => {
                sets.push((
                    directive.argument(0).trim_start_matches('$'),
                    directive.argument(1),
                    scope.clone(),
                ));
            }
            "map" if directive.block.is_some() => maps.push(directive),
            _ => {}
        });
        Self { sets, maps }
    }

    /// What a text may be in a scope. `own` is the pattern of the directive itself, where it has one (`rewrite`).
    pub(super) fn expand(&self, text: &str, scope: &[&'a Directive], own: Option<&str>) -> Vec<String> {
        self.down(text, scope, own, 0)
    }

    fn down(&self, text: &str, scope: &[&'a Directive], own: Option<&str>, depth: usize) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            texts.iter_mut().for_each(|text| text.push_str(&rest[..at]));
            let (name, after) = name_at(&rest[at + 1..]);
            let values = if depth < DEEPEST { self.values(name, scope, own, depth) } else { None };
            let values = values.unwrap_or_else(|| vec![format!("${{{name}}}")]);
            texts = texts
                .iter()
                .flat_map(|text| values.iter().map(move |value| format!("{text}{value}")))
                .take(MOST)
                .collect();
            rest = after;
        }
        texts.iter_mut().for_each(|text| text.push_str(rest));
        texts
    }

    /// What a variable may be; `None` when it is nginx's own.
    fn values(
        &self,
        name: &str,
        scope: &[&'a Directive],
        own: Option<&str>,
        depth: usize,
    ) -> Option<Vec<String>> {
        if let Some(captured) = self.captured(name, scope, own, depth) {
            return Some(vec![captured.to_owned()]);
        }
        let server =
            |scope: &[&Directive]| scope.iter().find(|level| level.name == "server").map(|level| level.span);
        let here = server(scope);
        let sets = self
            .sets
            .iter()
            .filter(|(set, _, at)| *set == name && (server(at).is_none() || server(at) == here));
        let mut values: Vec<String> =
            sets.flat_map(|(_, value, at)| self.down(value, at, None, depth + 1)).collect();
        for map in self.maps.iter().filter(|map| map.argument(1).trim_start_matches('$') == name) {
            let source = self.down(map.argument(0), scope, None, depth + 1);
            for entry in map.block.iter().flatten() {
                let pattern = entry.name.strip_prefix("~*").or(entry.name.strip_prefix('~'));
                let value = entry.argument(0);
                match pattern {
                    Some(pattern) => values.push(with_captures(value, pattern, &source)),
                    None if value == map.argument(0) => values.push(LISTED.to_owned()),
                    None => values.extend(self.down(value, scope, None, depth + 1)),
                }
            }
        }
        values.sort();
        values.dedup();
        values.truncate(MOST);
        (!values.is_empty()).then_some(values)
    }

    /// What a capture of the patterns around holds.
    fn captured(
        &self,
        name: &str,
        scope: &[&'a Directive],
        own: Option<&str>,
        depth: usize,
    ) -> Option<&'static str> {
        if let Some(group) = own.and_then(|pattern| group(pattern, name)) {
            return Some(capture(&group, true));
        }
        scope.iter().rev().find_map(|level| match level.name.as_str() {
            "location" if matches!(level.argument(0), "~" | "~*") => {
                Some(capture(&group(level.argument(1), name)?, true))
            }
            "if" => {
                let words: Vec<&str> = level.arguments.iter().map(String::as_str).collect();
                let ([variable, operator, pattern] | [variable, operator, pattern, ")"]) = words.as_slice()
                else {
                    return None;
                };
                operator.contains('~').then_some(())?;
                let group = group(pattern.strip_suffix(')').unwrap_or(pattern), name)?;
                let source = self.down(variable.trim_start_matches('('), scope, None, depth + 1);
                Some(capture(&group, source.iter().any(|text| is_decoded(text))))
            }
            "server" => {
                let names = level.children("server_name").flat_map(|line| &line.arguments);
                let group =
                    names.filter_map(|own| own.strip_prefix('~')).find_map(|pattern| group(pattern, name))?;
                // A host name holds no line break, and the pattern says which hosts are meant.
                Some(if capture(&group, false) == CHOSEN { CHOSEN } else { LISTED })
            }
            _ => None,
        })
    }
}

/// Whether a text holds the decoded path.
pub(super) fn is_decoded(text: &str) -> bool {
    ["${uri}", "${document_uri}", DECODED].iter().any(|part| text.contains(part))
}

/// Whether a text holds what the client chooses freely.
pub(super) fn is_chosen(text: &str) -> bool {
    let own = ["${arg_", "${http_", "${cookie_", "${host}", "${args}", "${query_string}"];
    own.iter().any(|part| text.contains(part)) || text.contains(CHOSEN) || text.contains(DECODED)
}

fn with_captures(value: &str, pattern: &str, source: &[String]) -> String {
    let decoded = source.iter().any(|text| is_decoded(text));
    let mut text = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let (name, after) = name_at(&rest[at + 1..]);
        match group(pattern, name) {
            Some(group) => text.push_str(capture(&group, decoded)),
            // The variable that was matched as a whole: the pattern says what it may be.
            None if source.iter().any(|source| *source == format!("${{{name}}}")) => text.push_str(LISTED),
            None => text.push_str(&format!("${{{name}}}")),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The name of a variable after its `$`, and what follows.
fn name_at(text: &str) -> (&str, &str) {
    if let Some(inside) = text.strip_prefix('{') {
        return inside.split_once('}').unwrap_or((inside, ""));
    }
    let is_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text
        .find(|c: char| if is_digit { true } else { !c.is_ascii_alphanumeric() && c != '_' })
        .unwrap_or(text.len());
    text.split_at(if is_digit { 1 } else { end })
}

/// What stands in a group of a pattern, by number or name.
fn group(pattern: &str, name: &str) -> Option<String> {
    let wanted = name.parse::<usize>().ok();
    let bytes = pattern.as_bytes();
    let (mut number, mut at, mut in_class) = (0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => {
                let rest = &pattern[at + 1..];
                let named = rest.strip_prefix("?<").or(rest.strip_prefix("?P<"));
                let own =
                    named.filter(|rest| !rest.starts_with(['=', '!'])).and_then(|rest| rest.split_once('>'));
                if own.is_some() || !rest.starts_with('?') {
                    number += 1;
                }
                let is_it = wanted == Some(number) && (own.is_some() || !rest.starts_with('?'))
                    || own.is_some_and(|(own, _)| own == name);
                if is_it {
                    return Some(inside(own.map_or(rest, |(_, rest)| rest)).to_owned());
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Up to the bracket that closes.
fn inside(text: &str) -> &str {
    let (mut depth, mut escaped, mut in_class) = (0_usize, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class && depth == 0 => return &text[..at],
            ')' if !in_class => depth -= 1,
            _ => {}
        }
    }
    text
}

/// What a group lets through. A class that excludes some letters, and `\s`, `\W`, `\D`, let line breaks through; `.` does not.
fn capture(group: &str, of_decoded: bool) -> &'static str {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '|');
    if !group.is_empty() && group.chars().all(is_word) {
        return LISTED;
    }
    let excludes_breaks = ["\\n", "\\s", "\\x0a"].iter().any(|part| group.contains(part));
    let lets = group.contains("[^") && !excludes_breaks
        || ["\\W", "\\D"].iter().any(|part| group.contains(part))
        || !group.contains("[^") && group.contains("\\s");
    if of_decoded && lets { DECODED } else { CHOSEN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_project::servers::nginx;
    use barding_source::{FileId, SourceFile};
    use std::sync::Arc;

    fn expanded(text: &str) -> Vec<String> {
        let file = nginx::read(&Arc::new(SourceFile::new(FileId(0), "nginx.conf", text))).tree;
        let variables = Variables::of(&file);
        let mut all = Vec::new();
        file.walk(&mut |directive, scope| {
            if directive.name == "proxy_pass" {
                all = variables.expand(directive.argument(0), scope, None);
            }
        });
        all
    }

    #[test]
    fn values_of_set_and_map_are_followed() {
        assert_eq!(
            expanded("server { set $a http://$arg_x; location / { proxy_pass $a/y; } }"),
            ["http://${arg_x}/y"]
        );
        assert_eq!(
            expanded(
                "map $uri $b { default app; ~^/(\\w+)/ $1; ~^/([^/]+)$ $1; } server { location / { proxy_pass http://$b; } }"
            ),
            ["http://$captured_chosen", "http://$captured_decoded", "http://app"]
        );
        assert_eq!(
            expanded("server { location ~ ^/(de|fr)/(?<rest>.*)$ { proxy_pass http://$1.app/$rest; } }"),
            ["http://$captured_listed.app/$captured_chosen"]
        );
    }

    #[test]
    fn circles_and_crowds_end() {
        let circle = "server { set $a $b$b; set $b $a$a; location / { proxy_pass $a; } }";
        assert!(expanded(circle).len() <= MOST);
    }
}
