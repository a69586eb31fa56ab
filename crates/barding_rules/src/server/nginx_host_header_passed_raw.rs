//! `nginx-host-header-passed-raw`: nginx passes the Host header on unchecked.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-host-header-passed-raw"),
        title: "nginx passes the Host header on unchecked",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "Whatever a client writes into the header reaches Django; with `ALLOWED_HOSTS` open, links in mails and caches are poisoned.",
        advice: "Write `proxy_set_header Host $host;` (and the same for `X-Forwarded-Host`).",
        since: "0.1.0",
        page: include_str!("nginx_host_header_passed_raw.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "proxy_set_header" {
                return;
            }
            let header = directive.argument(0).to_ascii_lowercase();
            let value = directive.argument(1);
            let from_client = ["$http_", "$arg_", "$cookie_"].iter().any(|prefix| value.contains(prefix));
            if matches!(header.as_str(), "host" | "x-forwarded-host") && from_client {
                // Behind another proxy of one's own the header may have been checked before.
                let confidence = if value == "$http_host" { Confidence::Medium } else { Confidence::High };
                found.at(
                    directive.span,
                    confidence,
                    format!("nginx sets `{}` from `{value}`, which the client writes", directive.argument(0)),
                );
            }
        });
    }
}
