//! `password-not-checked`: set_password takes what the request holds, and no validator is asked; or an empty password.

use super::ask::{is_judged, is_started_by_hand};
use super::reading::{given, read, whole};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-not-checked"),
        title: "A password is set without asking the validators",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[521],
        django_checks: &[],
        consequence: "Empty and guessable passwords are accepted, whatever AUTH_PASSWORD_VALIDATORS says.",
        advice: "Call `validate_password(password, user)` first, or use Django's `SetPasswordForm`.",
        since: "0.1.0",
        page: include_str!("password_not_checked.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for call in project.code.calls_of(module) {
        if call.last_name() != Some("set_password") || call.site.function == FunctionId::BODY {
            continue;
        }
        let Some(password) = call.argument(0, "raw_password") else { continue };
        let value = given(module, call.site.function, password);
        if call.constant(value).is_some_and(|constant| constant.as_text() == Some("")) {
            found.at(
                call.span(),
                Confidence::Medium,
                "The empty password is a usable one; `set_unusable_password()` locks the account",
            );
            continue;
        }
        if defaults_to_empty(module, value) {
            found.at(call.span(), Confidence::Medium, "Where nothing was sent, the password becomes empty");
            continue;
        }
        let text = whole(module, call.site.function);
        let asked = ["validate_password", "password_validat", "is_valid", "validate"]
            .iter()
            .any(|word| text.contains(word));
        if !asked && read(project, module, value).is_some_and(|read| !matches!(read.bag, "META" | "headers"))
        {
            found.at(
                call.span(),
                Confidence::Low,
                "The password is set as it was sent; nothing here asks the validators",
            );
        }
    }
}

/// `request.POST.get("password", "")`
fn defaults_to_empty(module: &Module, expr: ExprId) -> bool {
    match module.expr(expr) {
        ExprKind::Call(call) => {
            call.arguments.len() == 2
                && matches!(module.expr(call.callee), ExprKind::Attribute(..))
                && call.arguments.get(1).is_some_and(
                    |argument| matches!(module.expr(argument.value), ExprKind::Text(text) if text.is_empty()),
                )
        }
        _ => false,
    }
}
