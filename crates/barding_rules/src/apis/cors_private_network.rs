//! `cors-private-network`: public pages may reach into private networks.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cors-private-network"),
        title: "Public pages may reach into private networks",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[942],
        django_checks: &[],
        consequence: "A page on the net makes a visitor's browser talk to machines behind the firewall.",
        advice: "Remove `CORS_ALLOW_PRIVATE_NETWORK`, unless the service is meant for that.",
        since: "0.1.0",
        page: include_str!("cors_private_network.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.lists("corsheaders.middleware.CorsMiddleware").and(on.is_truthy("CORS_ALLOW_PRIVATE_NETWORK"))
    });
    answer.report(
        found,
        settings,
        "CORS_ALLOW_PRIVATE_NETWORK",
        "lets public pages reach it in a private network",
        &[],
    );
}
