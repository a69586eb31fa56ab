//! `user-model-malformed`: REQUIRED_FIELDS of the user model is no list, or holds the name people log in with.

use super::user_model::user_models;
use super::views::own_value;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::code::{ClassRef, ExprId, ExprKind, Module};
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("user-model-malformed"),
        title: "REQUIRED_FIELDS of the user model is not what Django takes",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["auth.E001", "auth.E002"],
        consequence: "`manage.py check` fails, and `createsuperuser` does not ask for what it should.",
        advice: "Make it a list of field names, without the one that USERNAME_FIELD names and without the password.",
        since: "0.1.0",
        page: include_str!("user_model_malformed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let mut told = Vec::new();
    for (user, certain) in user_models(project) {
        let Some((module, required)) = value_of(project, user, "REQUIRED_FIELDS") else { continue };
        let confidence = if certain == Truth::Yes { Confidence::High } else { Confidence::Medium };
        let span = module.span(required);
        let fault = match module.expr(required) {
            ExprKind::Text(_) => {
                Some("REQUIRED_FIELDS is a text, and each of its letters is taken for a field".to_owned())
            }
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                let login =
                    value_of(project, user, "USERNAME_FIELD").and_then(|(module, value)| text(module, value));
                login
                    .filter(|login| items.iter().any(|item| text(module, *item) == Some(login)))
                    .map(|login| format!("REQUIRED_FIELDS holds `{login}`, which USERNAME_FIELD names"))
            }
            _ => None,
        };
        if let Some(fault) = fault
            && !told.contains(&span)
        {
            told.push(span);
            found.at(span, confidence, fault);
        }
    }
}

/// What the nearest class that sets the name sets it to.
fn value_of<'p>(project: &'p Project, user: ClassRef, name: &str) -> Option<(&'p Module, ExprId)> {
    project.code.class_facts(user)?.order.iter().find_map(|owner| {
        let module = project.code.module(owner.module);
        own_value(project, module, owner.class, name).map(|value| (module, value))
    })
}

fn text(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
