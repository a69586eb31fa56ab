//! `nginx-pattern-explodes`: a pattern of nginx takes ages on some addresses.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-pattern-explodes"),
        title: "A pattern of nginx takes ages on some addresses",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[1333],
        django_checks: &[],
        consequence: "One request keeps a worker busy for seconds; a few stop the server.",
        advice: "Write the repetition once: `[a-z]+` instead of `([a-z]+)+`.",
        since: "0.1.0",
        page: include_str!("nginx_pattern_explodes.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let pattern = match directive.name.as_str() {
                "location" if directive.argument(0).starts_with('~') => directive.argument(1),
                "rewrite" => directive.argument(0),
                "if" => directive.argument(2).trim_end_matches(')'),
                "server_name" => directive.argument(0).strip_prefix('~').unwrap_or_default(),
                name if name.starts_with('~') && scope.last().is_some_and(|level| level.name == "map") => {
                    name
                }
                _ => return,
            };
            if repeats_twice(pattern) {
                let message = format!("`{pattern}` repeats what is repeated already");
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}

/// Whether a group that is repeated holds nothing but one repeated piece, so that a text can be cut up in countless ways:
/// `(a+)+`, `([^/]*)*`, `(?:\w+\s?)+`.
fn repeats_twice(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().take(2_000).collect();
    let mut open: Vec<usize> = Vec::new();
    let (mut at, mut in_class) = (0, false);
    while at < letters.len() {
        match letters[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => open.push(at + 1),
            ')' if !in_class => {
                if let Some(start) = open.pop()
                    && matches!(letters.get(at + 1), Some('*' | '+'))
                    && (is_one_repetition(&letters[start..at]) || has_any_twice(&letters[start..at]))
                {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Whether a group's inside is one repeated piece, followed only by pieces that may be missing.
fn is_one_repetition(inside: &[char]) -> bool {
    let mut rest = inside.strip_prefix(&['?', ':']).unwrap_or(inside);
    let mut first = true;
    while !rest.is_empty() {
        let Some(length) = piece(rest) else { return false };
        let after = &rest[length..];
        let (is_right, taken) = match after.first() {
            Some('+') => (first, 1),
            Some('*') => (true, 1),
            Some('?') => (!first, 1),
            _ => return false,
        };
        if !is_right {
            return false;
        }
        first = false;
        rest = &after[taken..];
    }
    !first
}

/// Whether of several alternatives of one letter each one takes any letter: `(.|x)`.
fn has_any_twice(inside: &[char]) -> bool {
    let rest = inside.strip_prefix(&['?', ':']).unwrap_or(inside);
    let alternatives: Vec<&[char]> = rest.split(|letter| *letter == '|').collect();
    alternatives.len() > 1
        && alternatives.contains(&['.'].as_slice())
        && alternatives.iter().all(|alternative| piece(alternative) == Some(alternative.len()))
}

/// How long the piece at the start is: a letter, an escape, a class or a group. `None` for alternatives.
fn piece(text: &[char]) -> Option<usize> {
    match text.first()? {
        ')' | '|' | '^' | '$' => None,
        '(' => {
            let mut depth = 0_usize;
            text.iter().enumerate().find_map(|(at, letter)| {
                match letter {
                    // What is escaped or stands in a class is not told apart here.
                    '\\' | '[' => return Some(None),
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(Some(at + 1))
            })?
        }
        '\\' => Some(2).filter(|length| *length <= text.len()),
        '[' => {
            let end = text
                .iter()
                .enumerate()
                .skip(2)
                .find(|(at, letter)| **letter == ']' && text[at - 1] != '\\')?;
            Some(end.0 + 1)
        }
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_repeated_twice() {
        for bad in [r"^/(a+)+$", r"(?:[^/]*)*x", r"^(\w+\s?)+$", r"((.*)*)", r"^/((ab)+)+$", r"^/(.|x)+$"] {
            assert!(repeats_twice(bad), "{bad}");
        }
        for fine in [
            r"^/([a-z]+/)+$",
            r"^(a|b)+$",
            r"^(a|ab)+$",
            r"^((ab)c+)+$",
            r"\(a+\)+",
            r"(.*)",
            r"[(a+)+]",
            r"(ab?)+",
            "((((",
            r"(\",
        ] {
            assert!(!repeats_twice(fine), "{fine}");
        }
    }
}
