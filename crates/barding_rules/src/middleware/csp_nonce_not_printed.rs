//! `csp-nonce-not-printed`: templates cannot print the nonce of the policy.

use crate::ask::{any_entry, any_item, ask, ask_at};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-nonce-not-printed"),
        title: "Templates cannot print the nonce of the policy",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &["security.W027"],
        consequence: "The policy names a nonce that no script tag carries, so browsers refuse every script.",
        advice: "Add `\"django.template.context_processors.csp\"` to the context processors in `TEMPLATES`.",
        since: "0.1.0",
        page: include_str!("csp_nonce_not_printed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let has_nonce =
        |policy: &Value| any_entry(policy, |_, sources| nonce(sources).or(any_item(sources, nonce)));
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V6_0 => Truth::No,
        _ => {
            let wanted = on.ask("SECURE_CSP", Truth::No, has_nonce).or(on.ask(
                "SECURE_CSP_REPORT_ONLY",
                Truth::No,
                has_nonce,
            ));
            let printed = on.ask("TEMPLATES", Truth::No, |engines| {
                any_item(engines, |engine| {
                    ask_at(engine, &["OPTIONS", "context_processors"], Truth::No, &|list| {
                        list.contains("django.template.context_processors.csp")
                    })
                })
            });
            on.lists(names::CSP).and(wanted).and(!printed)
        }
    });
    let checked = settings.django().at_least(Series::V6_1) == Truth::Yes;
    let checks: &[&str] = if checked { &["security.W027"] } else { &[] };
    answer.report(
        found,
        settings,
        "TEMPLATES",
        "asks for a nonce in its policy but lets no template print it",
        checks,
    );
}

fn nonce(source: &Value) -> Truth {
    match source {
        Value::Name(name) => Truth::from(name.ends_with("CSP.NONCE")),
        Value::Text(text) => Truth::from(&**text == "<CSP_NONCE_SENTINEL>"),
        Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::Env(_) => Truth::Maybe,
        _ => Truth::No,
    }
}
