//! `caddy-forwarded-from-client`: Caddy passes on what a client says of itself.

use super::scopes::{caddy_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-forwarded-from-client"),
        title: "Caddy passes on what a client says of itself",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "Anybody sets the scheme, the host or the address that Django sees.",
        advice: "Drop the `header_up` line: Caddy sets these headers itself. In `trusted_proxies` name the balancer's own networks.",
        since: "0.1.0",
        page: include_str!("caddy_forwarded_from_client.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for top in &file.directives {
            visit(top, &mut |line| {
                let copies = line.name == "header_up"
                    && ["X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-For", "X-Real-IP"]
                        .iter()
                        .any(|name| line.argument(0).trim_start_matches('+').eq_ignore_ascii_case(name))
                    && (line.argument(1).contains("{header.")
                        || line.argument(1).contains("{http.request.header."));
                if copies {
                    let message = format!("`{}` is copied from the visitor's own request", line.argument(0));
                    found.at(line.span, Confidence::High, message);
                }
                let everybody = line.name == "trusted_proxies"
                    && line.arguments.iter().any(|word| matches!(word.as_str(), "0.0.0.0/0" | "::/0"));
                if everybody {
                    found.at(
                        line.span,
                        Confidence::High,
                        "Everybody is a trusted proxy: their X-Forwarded headers are believed",
                    );
                }
            });
        }
    }
}
