//! `nginx-origin-check-loose`: a check of the origin lets other sites through.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-origin-check-loose"),
        title: "A check of the origin lets other sites through",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[942, 346],
        django_checks: &[],
        consequence: "A site whose name only looks like the one that is meant passes the check, and reads answers or sends forms in the visitor's name.",
        advice: "Anchor the pattern at both ends and escape its dots: `^https://shop\\.example$`.",
        since: "0.1.0",
        page: include_str!("nginx_origin_check_loose.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let pattern = match directive.name.as_str() {
                "if" => {
                    let words: Vec<&str> = directive
                        .arguments
                        .iter()
                        .map(|word| word.trim_matches(['(', ' ']))
                        .filter(|word| !matches!(*word, "" | ")"))
                        .collect();
                    let [variable, operator, pattern] = words.as_slice() else { return };
                    let asks = matches!(*variable, "$http_origin" | "$http_referer");
                    if !asks || !matches!(*operator, "~" | "~*" | "!~" | "!~*") {
                        return;
                    }
                    vec![(directive, closed(pattern), *variable == "$http_origin")]
                }
                "map" if matches!(directive.argument(0), "$http_origin" | "$http_referer") => {
                    let entries = directive.block.iter().flatten();
                    let lets = |value: &str| !matches!(value, "" | "0" | "off" | "false" | "none");
                    entries
                        .filter(|entry| lets(entry.argument(0)))
                        .filter_map(|entry| {
                            Some((
                                entry,
                                entry.name.strip_prefix("~*").or(entry.name.strip_prefix('~'))?,
                                directive.argument(0) == "$http_origin",
                            ))
                        })
                        .collect()
                }
                _ => return,
            };
            for (place, pattern, is_origin) in pattern {
                if let Some(why) = fault(pattern, is_origin) {
                    found.at(place.span, Confidence::Medium, format!("the pattern `{pattern}` {why}"));
                }
            }
        });
    }
}

/// The pattern of an `if` without the bracket that closes the condition, which may stick to it.
fn closed(pattern: &str) -> &str {
    let open = pattern.matches('(').count() - pattern.matches("\\(").count();
    let close = pattern.matches(')').count() - pattern.matches("\\)").count();
    if close > open { pattern.strip_suffix(')').unwrap_or(pattern) } else { pattern }
}

/// What lets other names through; `None` when nothing does that we can see.
fn fault(pattern: &str, is_origin: bool) -> Option<&'static str> {
    // Only patterns that are about a host are judged.
    let after_scheme = pattern.find("//").or(pattern.find("\\/\\/").map(|at| at + 2)).map(|at| at + 2);
    let host = &pattern[after_scheme.unwrap_or(0)..];
    if !host.contains('.') {
        return None;
    }
    let before = pattern.find("http").map_or("", |at| &pattern[..at]);
    let is_any = |text: &str| ["[^", ".*", ".+"].iter().any(|part| text.contains(part));
    if !pattern.starts_with('^') || is_any(before) || alternatives(pattern).any(|one| !one.starts_with('^')) {
        return Some("is not tied to the beginning");
    }
    let is_tied = pattern.ends_with('$') || !is_origin && ends_host(host);
    if !is_tied {
        return Some("is not tied to the end of the name");
    }
    let name = name_of(host);
    if joins_any(name) {
        return Some("lets any letters stand right beside the name");
    }
    has_open_dot(name).then_some("has a dot that stands for any letter")
}

/// The alternatives of a pattern, where `|` stands outside all brackets.
fn alternatives(pattern: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    pattern.split(move |letter: char| {
        let is_escaped = escaped;
        escaped = letter == '\\' && !is_escaped;
        match letter {
            _ if is_escaped => {}
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth = depth.saturating_sub(1),
            '|' => return depth == 0 && !in_class,
            _ => {}
        }
        false
    })
}

/// The host's part of a pattern: up to the first slash outside a class.
fn name_of(host: &str) -> &str {
    let mut in_class = false;
    for (at, letter) in host.char_indices() {
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return host[..at].trim_end_matches('\\'),
            _ => {}
        }
    }
    host
}

/// Whether a part of any letters touches the name without a dot between them: `([^/]+)?shop\.example`.
fn joins_any(name: &str) -> bool {
    let classes = name.match_indices("[^").filter_map(|(at, _)| Some(at + name[at..].find(']')? + 1));
    let dots = name.match_indices(".").filter(|(at, _)| !name[..*at].ends_with('\\')).map(|(at, _)| at + 1);
    classes.chain(dots).any(|end| {
        let rest = &name[end..];
        let repeats = rest.starts_with(['*', '+']);
        let after = rest.trim_start_matches(['*', '+', '?', ')']);
        repeats && !after.starts_with("\\.")
    })
}

/// Whether a slash, or the end, closes the name of the host.
fn ends_host(host: &str) -> bool {
    let plain = host.replace("\\/", "/").replace("[^/]", "");
    plain.contains('/') || plain.contains("($|")
}

/// Whether the dot before the registered name, or one in it, stands for any letter. One further left only joins names of the
/// same owner.
fn has_open_dot(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let mut in_class = false;
    (0..bytes.len()).any(|at| {
        match bytes[at] {
            b'[' => in_class = true,
            b']' => in_class = false,
            _ => {}
        }
        let between = at > 0 && is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + 1));
        // The letter of `\w` and the like is no letter.
        let is_class = at > 1 && bytes[at - 2] == b'\\';
        bytes[at] == b'.' && !in_class && between && !is_class && name[at..].matches("\\.").count() <= 1
    })
}
