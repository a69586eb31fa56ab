//! `graphql-debug`: graphQL answers carry SQL.

use crate::ask::{any_item, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("graphql-debug"),
        title: "GraphQL answers carry SQL",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Whoever asks sees the queries behind the answer.",
        advice: "Remove DjangoDebugMiddleware outside development.",
        since: "0.1.0",
        page: include_str!("graphql_debug.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let debug =
        |list: &Value| any_item(list, |item| text_is(item, |path| path.ends_with("DjangoDebugMiddleware")));
    let answer = ask(settings, |on| {
        on.ask("GRAPHENE", Truth::No, |graphene| ask_at(graphene, &["MIDDLEWARE"], Truth::No, &debug))
    });
    answer.report(found, settings, "GRAPHENE", "lets GraphQL answers carry the SQL behind them", &[]);
}
