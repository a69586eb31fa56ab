//! `hsts-preload-missing`: strict-Transport-Security does not ask for preloading.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hsts-preload-missing"),
        title: "Strict-Transport-Security does not ask for preloading",
        severity: Severity::Info,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &["security.W021"],
        consequence: "The very first visit is not protected.",
        advice: "Set `SECURE_HSTS_PRELOAD = True` if the domain and all its subdomains are to be HTTPS only, for good.",
        since: "0.1.0",
        page: include_str!("hsts_preload_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let hsts = on.lists(names::SECURITY).and(on.is_truthy("SECURE_HSTS_SECONDS"));
        hsts.and(!on.is_true("SECURE_HSTS_PRELOAD"))
    });
    answer.report(
        found,
        settings,
        "SECURE_HSTS_PRELOAD",
        "does not set SECURE_HSTS_PRELOAD to True",
        &["security.W021"],
    );
}
