//! `mail-links-insecure`: links in mails use plain HTTP.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mail-links-insecure"),
        title: "Links in mails use plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "The token in a confirmation or reset link can be read on the way.",
        advice: "Set `ACCOUNT_DEFAULT_HTTP_PROTOCOL = \"https\"`.",
        since: "0.1.0",
        page: include_str!("mail_links_insecure.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.account")
            .and(on.ask("ACCOUNT_DEFAULT_HTTP_PROTOCOL", Truth::No, |value| value.equals_text("http")))
    });
    answer.report(
        found,
        settings,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL",
        "writes links with plain HTTP into mails",
        &[],
    );
}
