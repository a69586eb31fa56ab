//! `password-kept-in-session`: a password is written into the session or a cookie.

use super::ask::{every_statement, is_judged, last_name, text, words};
use super::reading::{given, read};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-kept-in-session"),
        title: "A password is kept in the session or in a cookie",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[522, 312, 315],
        django_checks: &[],
        consequence: "Sessions are stored readable; whoever reads the store, a backup or the cookie has the password.",
        advice: "Keep that the visitor proved it, not what they typed.",
        since: "0.1.0",
        page: include_str!("password_kept_in_session.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        for target in targets {
            let ExprKind::Subscript(base, key) = module.expr(*target) else { continue };
            let session = module.source(*base).ends_with(".session");
            let ExprKind::Text(key) = module.expr(*key) else { continue };
            if session && is_password(key) && is_typed(module, project, function, *value) {
                found.at(module.span(*target), Confidence::Medium, "A password is written into the session");
            }
        }
    });
    for call in project.code.calls_of(module) {
        if call.last_name() != Some("set_cookie") || call.site.function == FunctionId::BODY {
            continue;
        }
        let (Some(key), Some(value)) = (text(&call, 0, "key"), call.argument(1, "value")) else { continue };
        if is_password(&key) && is_typed(module, project, call.site.function, value) {
            found.at(call.span(), Confidence::Medium, "A password is written into a cookie");
        }
    }
}

fn is_password(key: &str) -> bool {
    matches!(words(key).join("_").as_str(), "password" | "passwd" | "pwd" | "user_password" | "raw_password")
}

/// Whether a value is a password as it was typed: read from the request or a form under such a name.
fn is_typed(module: &Module, project: &Project, function: FunctionId, value: ExprId) -> bool {
    let value = given(module, function, value);
    read(project, module, value).is_some_and(|read| is_password(read.key))
        || last_name(project, module, value).is_some_and(is_password)
            && module.source(value).contains("cleaned_data")
}
