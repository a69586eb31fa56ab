//! `session-kept-at-login`: a view of the project's own logs visitors in and keeps the session they came with.

use super::ask::{every_statement, is_judged};
use super::reading::whole;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-kept-at-login"),
        title: "Logging in keeps the session that the visitor came with",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[384, 287],
        django_checks: &[],
        consequence: "Whoever planted the session's key in the browser before is logged in with it.",
        advice: "Log in with `django.contrib.auth.login`, or call `request.session.cycle_key()` first.",
        since: "0.1.0",
        page: include_str!("session_kept_at_login.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, .. } = &statement.kind else { return };
        if function == FunctionId::BODY {
            return;
        }
        for target in targets {
            let ExprKind::Subscript(base, key) = module.expr(*target) else { continue };
            if !module.source(*base).ends_with(".session") {
                continue;
            }
            let text = whole(module, function);
            if ["cycle_key", "flush()", "auth.login(", "auth_login(", " login(request"]
                .iter()
                .any(|word| text.contains(word))
            {
                continue;
            }
            let written = module.source(*key);
            let djangos = written.trim_matches(['"', '\'']) == "_auth_user_id"
                || project
                    .code
                    .name_of(module.id, module.function(function).scope, *key)
                    .is_some_and(|name| name == "django.contrib.auth.SESSION_KEY");
            // A key of the project's own says who it is only where a password was just compared.
            let own = ["user_id", "userid", "uid", "user", "username", "logged_in", "is_login", "member_id"]
                .contains(&written.trim_matches(['"', '\'']))
                && ["check_password", "password ==", "password=", "verify_password", "checkpw"]
                    .iter()
                    .any(|word| text.contains(word));
            if !djangos && !own {
                continue;
            }
            let name = project.code.text(module.function(function).name);
            let confidence = if djangos { Confidence::Medium } else { Confidence::Low };
            found.at(
                module.span(*target),
                confidence,
                format!("`{name}` logs the visitor in and keeps the session's key"),
            );
        }
    });
}
