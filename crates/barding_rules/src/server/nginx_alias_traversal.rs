//! `nginx-alias-traversal`: an alias lets visitors climb out of its folder.

use super::scopes::{nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::Directive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-alias-traversal"),
        title: "An alias lets visitors climb out of its folder",
        severity: Severity::Critical,
        tip: Tip::Uploads,
        cwe: &[22],
        django_checks: &[],
        consequence: "`/static../settings.py` reads files beside the folder that the alias names: source, keys, databases.",
        advice: "End the location's prefix in a slash, as the alias does: `location /static/ { alias …/; }`.",
        since: "0.1.0",
        page: include_str!("nginx_alias_traversal.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |location, _| {
            if location.name != "location" {
                return;
            }
            match location.arguments.as_slice() {
                [prefix] | [_, prefix] if is_open_prefix(location.argument(0), prefix) => {
                    for alias in location.children("alias").filter(|alias| alias.argument(0).ends_with('/')) {
                        let message = format!(
                            "`location {prefix}` has no closing slash but its alias `{}` has",
                            alias.argument(0)
                        );
                        found
                            .at(location.span, Confidence::High, message)
                            .because([place_of(alias, "the alias")]);
                    }
                }
                [operator, pattern] if matches!(operator.as_str(), "~" | "~*") => {
                    for alias in location.children("alias") {
                        if !climbs(pattern, alias.argument(0)) {
                            if continues(pattern, alias.argument(0)) {
                                neighbours(location, alias, found);
                            }
                            continue;
                        }
                        let message = format!(
                            "what `location ~ {pattern}` captures may begin with `..`, and the alias `{}` ends its folder right before it",
                            alias.argument(0)
                        );
                        found
                            .at(location.span, Confidence::Medium, message)
                            .because([place_of(alias, "the alias")]);
                    }
                }
                _ => {}
            }
        });
    }
}

/// What is captured goes on with the folder's name: `/images_old/x` is served from the folder beside, `…/images_old`.
fn neighbours(location: &Directive, alias: &Directive, found: &mut Findings<'_>) {
    let message = format!("folders beside `{}` whose names begin like it are served too", alias.argument(0));
    found
        .at(location.span, Confidence::Low, message)
        .severity(Severity::Low)
        .because([place_of(alias, "the alias")]);
}

/// Whether what follows the name of the alias's last folder is captured freely.
fn continues(pattern: &str, alias: &str) -> bool {
    let Some((folder, number)) = alias.rsplit_once('$') else { return false };
    let captured = number.parse().ok().and_then(|number| group(pattern, number));
    !folder.ends_with('/') && captured.is_some_and(|(_, group)| matches!(group, ".*" | ".+"))
}

/// A prefix that also matches when more letters follow.
fn is_open_prefix(operator: &str, prefix: &str) -> bool {
    (operator == prefix || operator == "^~") && prefix.starts_with('/') && !prefix.ends_with('/')
}

/// `~ /static(.*)` with `alias /srv/static/$1`: `/static../x` becomes `/srv/static/../x`. With a slash before the capture
/// nginx has already taken the dots out of the path.
fn climbs(pattern: &str, alias: &str) -> bool {
    let Some((folder, number)) = alias.rsplit_once('$') else { return false };
    let Ok(number) = number.parse::<usize>() else { return false };
    let Some((before, group)) = group(pattern, number) else { return false };
    let any = group == ".*" || group == ".+" || group.starts_with("[^/") || group.starts_with(".*");
    any && folder.ends_with('/') && !before.ends_with('/')
}

/// What stands before a group of a pattern, and what stands in it.
fn group(pattern: &str, number: usize) -> Option<(&str, &str)> {
    let (mut seen, mut at) = (0, 0);
    let bytes = pattern.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'(' if bytes.get(at + 1) != Some(&b'?') => {
                seen += 1;
                if seen == number {
                    let end = pattern[at..].find(')')? + at;
                    return Some((&pattern[..at], pattern.get(at + 1..end)?));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
