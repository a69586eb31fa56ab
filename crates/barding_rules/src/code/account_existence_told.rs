//! `account-existence-told`: a login or reset tells whether an account exists.

use super::ask::{is_judged, is_started_by_hand};
use super::reading::whole;
use super::views::views;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("account-existence-told"),
        title: "A view tells whether an account exists",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[204, 203],
        django_checks: &[],
        consequence: "Names and addresses can be tried one by one, and those that exist attacked further.",
        advice: "Answer in the same words whether or not the account exists.",
        since: "0.1.0",
        page: include_str!("account_existence_told.md"),
    },
    check: Check::Module(check),
};

const WORDS: &[&str] = &[
    "user does not exist",
    "no user with",
    "no account with",
    "unknown user",
    "user not found",
    "account not found",
    "email not found",
    "no such user",
    "username does not exist",
    "email does not exist",
    "email is not registered",
    "not registered",
    "invalid username",
    "wrong password",
    "incorrect password",
    "password is incorrect",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for function in views(project, module) {
        let definition = module.function(function);
        let name = project.code.text(definition.name).to_ascii_lowercase();
        let class = definition
            .class
            .map(|class| project.code.text(module.class(class).name).to_ascii_lowercase())
            .unwrap_or_default();
        let entrance = ["login", "signin", "sign_in", "reset", "forgot", "authenticate"]
            .iter()
            .any(|word| name.contains(word) || class.contains(word))
            // Whatever its name: it asks for a password.
            || ["check_password(", "authenticate("].iter().any(|word| whole(module, function).contains(word));
        if !entrance {
            continue;
        }
        for expr in module.expressions_within(function) {
            let ExprKind::Text(text) = module.expr(expr) else { continue };
            let lower = text.to_ascii_lowercase();
            if WORDS.iter().any(|word| lower.contains(word)) {
                found.at(module.span(expr), Confidence::Low, "This answer tells whether the account exists");
            }
        }
    }
}
