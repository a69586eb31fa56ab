//! `referrer-policy-leaky`: the referrer policy tells other sites whole addresses.

use crate::ask::{ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("referrer-policy-leaky"),
        title: "The referrer policy tells other sites whole addresses",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[200],
        django_checks: &[],
        consequence: "Password reset links and other addresses that are secrets reach every site a page links to.",
        advice: "Set `SECURE_REFERRER_POLICY = \"same-origin\"` or `\"strict-origin-when-cross-origin\"`.",
        since: "0.1.0",
        page: include_str!("referrer_policy_leaky.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const LEAKY: &[&str] = &["unsafe-url", "no-referrer-when-downgrade"];
    // Of several policies browsers take the last one they know.
    let last_is_leaky = |value: &Value| match value.items() {
        Some([.., last]) => text_is(last, |text| LEAKY.contains(&text)),
        Some([]) => Truth::No,
        None => text_is(value, |text| {
            text.split(',').next_back().is_some_and(|last| LEAKY.contains(&last.trim()))
        }),
    };
    let answer = ask(settings, |on| {
        on.lists(names::SECURITY).and(on.ask("SECURE_REFERRER_POLICY", Truth::No, last_is_leaky))
    });
    answer.report(
        found,
        settings,
        "SECURE_REFERRER_POLICY",
        "lets browsers send whole addresses to other sites",
        &[],
    );
}
