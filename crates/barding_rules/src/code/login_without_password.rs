//! `login-without-password`: a view logs in a user that request data names, and no password or token is checked.

use super::ask::{is_judged, is_started_by_hand};
use super::reading::{parts, read, whole};
use super::views::{calls_in, decorators, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-without-password"),
        title: "A view logs in whom the visitor names",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[287, 306],
        django_checks: &[],
        consequence: "Whoever knows a name or a number is logged in as its owner.",
        advice: "Log in what `authenticate()` gave back, or check a signed token first.",
        since: "0.1.0",
        page: include_str!("login_without_password.md"),
    },
    check: Check::Module(check),
};

/// Words of functions that check who it is.
const CHECKS: &[&str] = &[
    "authenticate",
    "check_password",
    "check_token",
    "verify",
    "validate",
    "is_valid",
    "token",
    "signer",
    "signing",
    "unsign",
    "has_perm",
    "is_superuser",
    "is_staff",
    "hijack",
    "impersonate",
    "form_valid",
    "otp",
    "code",
    "test_func",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for function in views(project, module) {
        let Some(login) = calls_in(project, module, function)
            .find(|call| call.name().is_some_and(|name| name == "django.contrib.auth.login"))
        else {
            continue;
        };
        let text = whole(module, function);
        if CHECKS.iter().any(|word| text.contains(word)) || !decorators(project, module, function).is_empty()
        {
            continue;
        }
        let Some(user) = login.argument(1, "user") else { continue };
        let named = parts(module, function, user).into_iter().any(|part| is_lookup(module, project, part))
            && parts(module, function, user).into_iter().any(|part| read(project, module, part).is_some());
        if named {
            found.at(
                login.span(),
                Confidence::Medium,
                "This logs in whomever the request names; nothing here checks a password or a token",
            );
        }
    }
}

fn is_lookup(module: &Module, project: &Project, expr: ExprId) -> bool {
    match module.expr(expr) {
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => {
                matches!(
                    project.code.text(*name),
                    "get" | "get_object_or_404" | "filter" | "get_or_create" | "get_by_natural_key"
                )
            }
            _ => false,
        },
        _ => false,
    }
}
