//! `nginx-header-over-lines`: a header of nginx goes over several lines.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-header-over-lines"),
        title: "A header of nginx goes over several lines",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[113],
        django_checks: &[],
        consequence: "Browsers and proxies refuse such a header or read its second line as another one.",
        advice: "Write the value on one line.",
        since: "0.1.0",
        page: include_str!("nginx_header_over_lines.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            // `more_set_headers` also takes options; what it sets holds a colon.
            let is_broken = match directive.name.as_str() {
                "add_header" | "proxy_set_header" => has_break(directive.argument(1)),
                "more_set_headers" => {
                    directive.arguments.iter().any(|word| word.contains(':') && has_break(word))
                }
                _ => false,
            };
            if is_broken {
                let message = format!("the value of `{}` holds a line break", directive.argument(0));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}

fn has_break(text: &str) -> bool {
    text.contains(['\n', '\r'])
}
