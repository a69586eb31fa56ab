//! `assert-as-guard`: an assertion decides about access.

use super::ask::{every_statement, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Module, StmtKind};
use barding_source::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("assert-as-guard"),
        title: "An assertion guards access",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[617, 703],
        django_checks: &[],
        consequence: "Python run with `-O` leaves assertions out, and the check is gone.",
        advice: "Write `if not …: raise PermissionDenied`.",
        since: "0.1.0",
        page: include_str!("assert_as_guard.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    every_statement(module, |statement, _| {
        let StmtKind::Assert(test) = &statement.kind else { return };
        let source = module.source(*test);
        let access = [
            "is_authenticated",
            "is_staff",
            "is_superuser",
            "has_perm",
            "permission",
            ".user ==",
            "== request.user",
            "is_admin",
            "owner",
        ]
        .iter()
        .any(|word| source.contains(word));
        let span = Span::new(module.file.id, statement.start, statement.end);
        let asserts_type = source.starts_with("isinstance(") || source.ends_with("is not None");
        if access {
            found.at(span, Confidence::Medium, format!("Access depends on `assert {source}`"));
        } else if !asserts_type {
            found
                .at(span, Confidence::Low, "This assertion is gone when Python runs with `-O`")
                .severity(Severity::Info);
        }
    });
}
