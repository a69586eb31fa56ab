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
    let after_scheme = pattern.find("//").or(pattern.find("\\/\\/")).map(|at| at + 2);
    let host = &pattern[after_scheme.unwrap_or(0)..];
    if !host.contains('.') {
        return None;
    }
    if !pattern.starts_with('^') {
        return Some("is not tied to the beginning");
    }
    let is_tied = pattern.ends_with('$') || !is_origin && ends_host(host);
    if !is_tied {
        return Some("is not tied to the end of the name");
    }
    let ends_host_early = host
        .find(["/", "\\/"].iter().find(|end| host.contains(**end)).copied().unwrap_or("$"))
        .unwrap_or(host.len());
    let name = &host[..ends_host_early];
    has_open_dot(name).then_some("has a dot that stands for any letter")
}

/// Whether a slash, or the end, closes the name of the host.
fn ends_host(host: &str) -> bool {
    let plain = host.replace("\\/", "/").replace("[^/]", "");
    plain.contains('/') || plain.contains("($|")
}

/// Whether a dot between letters stands for itself by mistake: neither escaped, in brackets, nor repeated.
fn has_open_dot(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut in_class = false;
    (0..bytes.len()).any(|at| {
        match bytes[at] {
            b'[' if at == 0 || bytes[at - 1] != b'\\' => in_class = true,
            b']' => in_class = false,
            _ => {}
        }
        let is_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        bytes[at] == b'.' && !in_class && at > 0 && is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + 1))
            // `\w.` and the like: the letter belongs to a class.
            && (at < 2 || bytes[at - 2] != b'\\')
    })
}
