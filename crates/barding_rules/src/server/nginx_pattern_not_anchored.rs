//! `nginx-pattern-not-anchored`: a pattern for file names matches inside a path.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-pattern-not-anchored"),
        title: "A pattern for file names matches inside a path",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[185],
        django_checks: &[],
        consequence: "`/account/settings.css/x` or `/media/photo.php.jpg` gets the handler or the caching that was meant for other files.",
        advice: "Close the pattern with `$`: `location ~ \\.(css|js)$`.",
        since: "0.1.0",
        page: include_str!("nginx_pattern_not_anchored.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let pattern = directive.argument(1);
            if directive.name == "location"
                && matches!(directive.argument(0), "~" | "~*")
                && ends_in_ending(pattern)
            {
                let message = format!("`{pattern}` has no `$` at its end");
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}

/// Whether a pattern ends in `\.name` or `\.(one|two)` and goes no further.
fn ends_in_ending(pattern: &str) -> bool {
    let Some((_, ending)) = pattern.rsplit_once("\\.") else { return false };
    let inner = match ending.strip_prefix('(') {
        Some(rest) => rest.strip_prefix("?:").unwrap_or(rest).strip_suffix(')').unwrap_or(""),
        None => ending,
    };
    !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '|' || c == '?')
}
