//! `allowed-hosts-malformed`: an entry of ALLOWED_HOSTS can never match.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("allowed-hosts-malformed"),
        title: "An entry of ALLOWED_HOSTS can never match",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[20],
        django_checks: &[],
        consequence: "The entry does nothing, and an empty one hides from Django's check that no host is allowed.",
        advice: "Write bare host names: no scheme, no port, no path, no empty text.",
        since: "0.1.0",
        page: include_str!("allowed_hosts_malformed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let malformed = |value: &Value| {
        any_item(value, |item| {
            text_is(item, |host| {
                let address = host.starts_with('[') && host.ends_with(']');
                host.is_empty()
                    || host.contains('/')
                    || host.contains(char::is_whitespace)
                    || (!address && host.contains(':'))
            })
        })
    };
    let answer = ask(settings, |on| on.ask("ALLOWED_HOSTS", Truth::No, malformed));
    answer.report(
        found,
        settings,
        "ALLOWED_HOSTS",
        "has an entry in ALLOWED_HOSTS that no Host header can match",
        &[],
    );
}
