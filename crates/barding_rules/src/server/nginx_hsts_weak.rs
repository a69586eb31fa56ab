//! `nginx-hsts-weak`: nginx sends an HSTS header that lasts too short.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-hsts-weak"),
        title: "nginx sends an HSTS header that lasts too short",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[523],
        django_checks: &[],
        consequence: "Browsers soon forget to use HTTPS, and the next visit can be kept on plain HTTP.",
        advice: "Raise `max-age` to 31536000, a year, step by step, and add `always`.",
        since: "0.1.0",
        page: include_str!("nginx_hsts_weak.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "add_header"
                || !directive.argument(0).eq_ignore_ascii_case("Strict-Transport-Security")
            {
                return;
            }
            let value = directive.argument(1).to_ascii_lowercase();
            let Some(age) = value.split(';').find_map(|part| part.trim().strip_prefix("max-age=")) else {
                return;
            };
            if let Ok(seconds) = age.trim_matches('"').trim().parse::<u64>()
                && seconds < 15_552_000
            {
                let message = format!("HSTS lasts {seconds} seconds, less than half a year");
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
