//! `internal-ips-open`: INTERNAL_IPS holds public addresses.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("internal-ips-open"),
        title: "INTERNAL_IPS holds public addresses",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Debugging aids take visitors from outside for developers.",
        advice: "Leave `INTERNAL_IPS` empty in production.",
        since: "0.1.0",
        page: include_str!("internal_ips_open.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let public = |value: &Value| {
        any_item(value, |item| {
            text_is(item, |text| match text.parse::<std::net::IpAddr>() {
                Ok(std::net::IpAddr::V4(address)) => {
                    !address.is_loopback() && !address.is_private() && !address.is_link_local()
                }
                Ok(std::net::IpAddr::V6(address)) => {
                    !address.is_loopback() && !matches!(address.segments()[0] & 0xfe00, 0xfc00 | 0xfe00)
                }
                Err(_) => text == "*" || text.contains('/'),
            })
        })
    };
    let answer = ask(settings, |on| on.ask("INTERNAL_IPS", Truth::No, public));
    answer.report(
        found,
        settings,
        "INTERNAL_IPS",
        "counts addresses outside the local network as internal",
        &[],
    );
}
