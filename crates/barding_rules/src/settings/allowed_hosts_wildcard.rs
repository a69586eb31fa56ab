//! `allowed-hosts-wildcard`: every host name is accepted.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("allowed-hosts-wildcard"),
        title: "Every host name is accepted",
        severity: Severity::High,
        tip: Tip::HostHeader,
        cwe: &[20, 644],
        django_checks: &[],
        consequence: "A forged Host header ends up in password reset links, redirects and caches.",
        advice: "List the host names the site answers to: `ALLOWED_HOSTS = [\"shop.example\"]`.",
        since: "0.1.0",
        page: include_str!("allowed_hosts_wildcard.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.contains("ALLOWED_HOSTS", "*"));
    answer.report(
        found,
        settings,
        "ALLOWED_HOSTS",
        "accepts every host name: ALLOWED_HOSTS holds \"*\"",
        &[],
    );
}
