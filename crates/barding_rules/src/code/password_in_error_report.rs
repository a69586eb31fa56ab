//! `password-in-error-report`: a helper that is handed a password keeps it visible in error reports.

use super::ask::{is_judged, is_started_by_hand};
use super::views::{calls_in, decorators};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-in-error-report"),
        title: "A function keeps a password visible in error reports",
        severity: Severity::Info,
        tip: Tip::LogPrivacy,
        cwe: &[209, 532],
        django_checks: &[],
        consequence: "When something fails below it, Django's error mail lists the local variables of the function, the password among them.",
        advice: "Decorate it with `@sensitive_variables(\"password\")`.",
        since: "0.1.0",
        page: include_str!("password_in_error_report.md"),
    },
    check: Check::Module(check),
};

const SECRETS: &[&str] = &[
    "password",
    "raw_password",
    "new_password",
    "old_password",
    "card_number",
    "cvv",
    "cvc",
    "private_key",
    "api_secret",
    "client_secret",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let definition = module.function(function);
        let secret = definition
            .parameters
            .iter()
            .map(|parameter| project.code.text(parameter.name))
            .find(|name| SECRETS.contains(name));
        let Some(secret) = secret else { continue };
        // What calls nothing does not fail.
        if calls_in(project, module, function).next().is_none()
            || decorators(project, module, function)
                .iter()
                .any(|decorator| decorator.last().starts_with("sensitive_") || decorator.last() == "overload")
        {
            continue;
        }
        let name = project.code.text(definition.name);
        found.at(
            module.function_span(function),
            Confidence::Low,
            format!("`{name}` shows its `{secret}` in error reports"),
        );
    }
}
