//! `jinja2-without-autoescape`: a Jinja2 environment does not escape.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, ExprId, ExprKind, Meaning};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("jinja2-without-autoescape"),
        title: "A Jinja2 environment does not escape",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 116, 94],
        django_checks: &[],
        consequence: "Everything its templates print reaches the browser as markup.",
        advice: "Pass `autoescape=True` or `autoescape=select_autoescape()`.",
        since: "0.1.0",
        page: include_str!("jinja2_without_autoescape.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "jinja2.Environment",
    "jinja2.environment.Environment",
    "jinja2.sandbox.SandboxedEnvironment",
    "jinja2.sandbox.ImmutableSandboxedEnvironment",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) || call.has_hidden_arguments() {
        return;
    }
    let (message, confidence) = match call.keyword("autoescape") {
        None => ("This environment does not escape: that is Jinja2's default", Confidence::Medium),
        Some(value) => match call.constant(value) {
            Some(Constant::Bool(true)) => return,
            Some(Constant::Bool(false)) => {
                ("Escaping is switched off for this environment", Confidence::High)
            }
            Some(_) => ("Escaping is switched off for this environment", Confidence::Medium),
            None if chooses(call, value) => return,
            None => ("What switches escaping on here is not known", Confidence::Low),
        },
    };
    let severity = if confidence == Confidence::Low { Severity::Low } else { Severity::Medium };
    found.at(call.span(), confidence, message).severity(severity);
}

/// Whether the value is a call of `select_autoescape` or a function that decides by name.
fn chooses(call: &Call<'_>, value: ExprId) -> bool {
    match call.module.expr(value) {
        ExprKind::Call(inner) => {
            call.name_of(inner.callee).is_some_and(|name| name == "jinja2.select_autoescape")
        }
        ExprKind::Lambda(_) => true,
        _ => matches!(
            call.code.meaning(call.module.id, call.site.scope, value),
            Some(Meaning::Function(_) | Meaning::Method(..))
        ),
    }
}
