//! `cors-origin-untrustworthy`: an origin that may read the answers is not trustworthy.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cors-origin-untrustworthy"),
        title: "An origin that may read the answers is not trustworthy",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[942, 346],
        django_checks: &[],
        consequence: "Sandboxed frames and local files have the origin null, and plain HTTP can be changed on the way.",
        advice: "Allow exact `https://` origins only.",
        since: "0.1.0",
        page: include_str!("cors_origin_untrustworthy.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"] {
        let null = ask(settings, |on| {
            on.ask(name, Truth::No, |list| any_item(list, |item| text_is(item, |origin| origin == "null")))
        });
        if let Some(finding) = null.report(
            found,
            settings,
            name,
            format!("lets the origin null read its answers with {name}"),
            &[],
        ) {
            finding.severity(Severity::High);
            continue;
        }
        let plain = ask(settings, |on| {
            on.ask(name, Truth::No, |list| {
                any_item(list, |item| {
                    text_is(item, |origin| {
                        origin.strip_prefix("http://").is_some_and(|host| {
                            let host = host.split([':', '/']).next().unwrap_or(host);
                            !matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "") && host.contains('.')
                        })
                    })
                })
            })
        });
        plain.report(
            found,
            settings,
            name,
            format!("lets an origin without TLS read its answers with {name}"),
            &[],
        );
        let developers = ask(settings, |on| {
            let local = on.ask(name, Truth::No, |list| {
                any_item(list, |item| {
                    text_is(item, |origin| origin.contains("://localhost") || origin.contains("://127.0.0.1"))
                })
            });
            local.and(on.is_truthy("CORS_ALLOW_CREDENTIALS"))
        });
        if let Some(finding) = developers.report(
            found,
            settings,
            name,
            format!("lets pages on the visitor's own machine read its answers with {name}"),
            &[],
        ) {
            finding.severity(Severity::Low);
        }
    }
}
