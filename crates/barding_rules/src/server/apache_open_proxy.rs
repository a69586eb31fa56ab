//! `apache-open-proxy`: Apache is a proxy for everybody.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-open-proxy"),
        title: "Apache is a proxy for everybody",
        severity: Severity::Critical,
        tip: Tip::Https,
        cwe: &[441],
        django_checks: &[],
        consequence: "Strangers reach your internal network and the world in your name.",
        advice: "`ProxyRequests Off`; a reverse proxy needs only ProxyPass.",
        since: "0.1.0",
        page: include_str!("apache_open_proxy.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name.eq_ignore_ascii_case("ProxyRequests")
                && directive.argument(0).eq_ignore_ascii_case("on")
            {
                found.at(
                    directive.span,
                    Confidence::High,
                    "`ProxyRequests On` makes this server an open forward proxy",
                );
            }
        });
    }
}
