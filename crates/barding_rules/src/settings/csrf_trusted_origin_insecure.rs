//! `csrf-trusted-origin-insecure`: A trusted origin for CSRF speaks plain HTTP.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-trusted-origin-insecure"),
        title: "A trusted origin for CSRF speaks plain HTTP",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[346, 319],
        django_checks: &[],
        consequence: "Whoever is on the way can put a form into a page of that origin, and it is trusted here.",
        advice: "Trust `https://` origins only.",
        since: "0.1.0",
        page: include_str!("csrf_trusted_origin_insecure.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let insecure = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| !is_local(host));
    let answer = ask(settings, |on| {
        on.ask("CSRF_TRUSTED_ORIGINS", Truth::No, |value| any_item(value, |item| text_is(item, insecure)))
    });
    answer.report(
        found,
        settings,
        "CSRF_TRUSTED_ORIGINS",
        "trusts an origin without TLS in CSRF_TRUSTED_ORIGINS",
        &[],
    );
}

fn is_local(host: &str) -> bool {
    let name = host.split([':', '/']).next().unwrap_or(host);
    matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "[")
        || name.ends_with(".localhost")
        || name.ends_with(".local")
}
