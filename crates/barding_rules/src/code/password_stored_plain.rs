//! `password-stored-plain`: a password is stored as it was typed.

use super::ask::{every_statement, is_judged, last_name, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-stored-plain"),
        title: "A password is stored as it was typed",
        severity: Severity::High,
        tip: Tip::PasswordHashing,
        cwe: &[256, 312],
        django_checks: &[],
        consequence: "Whoever reads the database has every password, for other sites too; and the user cannot log in, for Django expects a hash.",
        advice: "Use `create_user(...)` or `user.set_password(raw)`.",
        since: "0.1.0",
        page: include_str!("password_stored_plain.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let last = call.last_name().unwrap_or_default();
        let receiver = call.receiver().map(|base| module.source(base)).unwrap_or_default();
        let user = receiver.contains("User") && receiver.ends_with(".objects")
            || call.name().is_some_and(|name| name.ends_with("auth.models.User"));
        let creates = matches!(last, "create" | "update_or_create" | "get_or_create" | "User");
        if !(user && creates) {
            continue;
        }
        let Some(value) = call.keyword("password") else { continue };
        if is_hash(project, module, value) {
            continue;
        }
        let (severity, confidence) = lowered(module, Severity::High, Confidence::Medium);
        found
            .at(call.span(), confidence, "This user is created with the password as it was typed")
            .severity(severity);
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        for target in targets {
            let ExprKind::Attribute(base, name) = module.expr(*target) else { continue };
            let user = matches!(
                module.source(*base),
                "user" | "self.user" | "request.user" | "new_user" | "u" | "account.user"
            );
            let typed = last_name(project, module, *value)
                .is_some_and(|name| name.to_ascii_lowercase().contains("password"))
                && !is_hash(project, module, *value);
            if user && typed && project.code.text(*name) == "password" && !hashed_after(module, function) {
                found.at(module.span(*target), Confidence::Medium, "The password is stored as it was typed");
            }
        }
    });
}

fn is_hash(project: &Project, module: &Module, value: ExprId) -> bool {
    let source = module.source(value);
    let name = last_name(project, module, value).unwrap_or_default();
    source.contains("make_password")
        || source.contains("hash")
        || source.contains("unusable")
        || name == "None"
        || source.starts_with("\"!")
        || source == "None"
        || source.contains("encode(") && source.contains("hasher")
        || matches!(module.expr(value), ExprKind::Text(text) if text.is_empty() || text.starts_with('!') || text.starts_with("pbkdf2"))
}

fn hashed_after(module: &Module, function: FunctionId) -> bool {
    let (start, end) = module.function(function).whole;
    let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
    text.contains("set_password(") || text.contains("make_password(")
}
