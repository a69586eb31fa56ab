//! `client-address-spoofable`: limits per address rest on a header clients can write.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("client-address-spoofable"),
        title: "Limits per address rest on a header clients can write",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[348],
        django_checks: &[],
        consequence: "Whoever sends another address with every request is never locked out.",
        advice: "Take the address from the web server, and name the number of trusted proxies.",
        since: "0.1.0",
        page: include_str!("client_address_spoofable.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let forwarded = |value: &Value| match value.items() {
        Some([first, ..]) => text_is(first, |name| name == "HTTP_X_FORWARDED_FOR"),
        Some([]) => Truth::No,
        None => text_is(value, |name| {
            name == "HTTP_X_FORWARDED_FOR" || name.eq_ignore_ascii_case("X-Forwarded-For")
        }),
    };
    for name in [
        "AXES_IPWARE_META_PRECEDENCE_ORDER",
        "AXES_META_PRECEDENCE_ORDER",
        "RATELIMIT_IP_META_KEY",
        "ALLAUTH_TRUSTED_CLIENT_IP_HEADER",
    ] {
        let answer = ask(settings, |on| {
            let counted = match name {
                "AXES_IPWARE_META_PRECEDENCE_ORDER" => on.is_truthy("AXES_IPWARE_PROXY_COUNT"),
                _ => Truth::No,
            };
            on.ask(name, Truth::No, forwarded).and(!counted)
        });
        if let Some(finding) = answer.report(
            found,
            settings,
            name,
            format!("takes the client's address from X-Forwarded-For with {name}"),
            &[],
        ) {
            finding.confidence = Confidence::Low;
        }
    }
}
