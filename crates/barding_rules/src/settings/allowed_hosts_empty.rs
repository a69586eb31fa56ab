//! `allowed-hosts-empty`: ALLOWED_HOSTS is empty.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("allowed-hosts-empty"),
        title: "ALLOWED_HOSTS is empty",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[20],
        django_checks: &["security.W020"],
        consequence: "With DEBUG off Django answers every request with status 400; with DEBUG on it checks nothing but localhost.",
        advice: "List the host names the site answers to: `ALLOWED_HOSTS = [\"shop.example\"]`.",
        since: "0.1.0",
        page: include_str!("allowed_hosts_empty.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| !on.is_truthy("ALLOWED_HOSTS"));
    answer.report(
        found,
        settings,
        "ALLOWED_HOSTS",
        "does not name any host in ALLOWED_HOSTS",
        &["security.W020"],
    );
}
