//! `mfa-bypass-code`: A fixed code passes the second factor.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mfa-bypass-code"),
        title: "A fixed code passes the second factor",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[798],
        django_checks: &[],
        consequence: "The second factor is no factor at all.",
        advice: "Remove `MFA_TOTP_INSECURE_BYPASS_CODE`; it is for tests.",
        since: "0.1.0",
        page: include_str!("mfa_bypass_code.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.mfa")
            .and(on.ask("MFA_TOTP_INSECURE_BYPASS_CODE", Truth::No, |value| value.truthiness()))
    });
    answer.report(
        found,
        settings,
        "MFA_TOTP_INSECURE_BYPASS_CODE",
        "lets one fixed code pass everybody's second factor",
        &[],
    );
}
