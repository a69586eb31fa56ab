//! `api-schema-public`: the description of the API is public.

use crate::ask::{On, any_item, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("api-schema-public"),
        title: "The description of the API is public",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[200],
        django_checks: &[],
        consequence: "Everybody sees every endpoint, also those that need a login.",
        advice: "Set `SERVE_PERMISSIONS` to `[\"rest_framework.permissions.IsAdminUser\"]` in `SPECTACULAR_SETTINGS`, unless the API is meant for the public.",
        since: "0.1.0",
        page: include_str!("api_schema_public.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let open = |on: On<'_>| {
        on.ask("SPECTACULAR_SETTINGS", Truth::Yes, |settings| {
            ask_at(settings, &["SERVE_PERMISSIONS"], Truth::Yes, &|list| {
                any_item(list, |item| item.equals_text("rest_framework.permissions.AllowAny"))
            })
        })
    };
    let answer = ask(settings, |on| on.installs("drf_spectacular").and(open(on)));
    if let Some(finding) = answer.report(
        found,
        settings,
        "SPECTACULAR_SETTINGS",
        "shows the description of the API to everybody who can reach its address",
        &[],
    ) {
        finding.severity(Severity::Info);
        finding.confidence = finding.confidence.min(Confidence::Medium);
    }
}
