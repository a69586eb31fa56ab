//! `origin-echoed`: Access-Control-Allow-Origin repeats the Origin header.

use super::ask::{every_statement, is_judged};
use super::reading::{given, read, whole};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("origin-echoed"),
        title: "Every origin is allowed to read answers",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[942, 346],
        django_checks: &[],
        consequence: "Any site a logged-in visitor opens can read their data here.",
        advice: "Compare with a list of origins, or use django-cors-headers with CORS_ALLOWED_ORIGINS.",
        since: "0.1.0",
        page: include_str!("origin_echoed.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        let names_header = targets.iter().any(|target| match module.expr(*target) {
            ExprKind::Subscript(_, key) => {
                matches!(module.expr(*key), ExprKind::Text(text) if text.eq_ignore_ascii_case("Access-Control-Allow-Origin"))
            }
            _ => false,
        });
        if !names_header || function == FunctionId::BODY {
            return;
        }
        let echoed = read(project, module, given(module, function, *value)).is_some_and(|read| {
            matches!(read.bag, "META" | "headers")
                && matches!(read.key.to_ascii_uppercase().as_str(), "HTTP_ORIGIN" | "ORIGIN")
        });
        // A comparison of the origin with anything stands between.
        let text = whole(module, function);
        let compared = text.lines().any(|line| {
            let line = line.trim_start();
            (line.starts_with("if ") || line.starts_with("elif "))
                && line.to_ascii_lowercase().contains("origin")
                && (line.contains(" in ")
                    || line.contains("==")
                    || line.contains("(origin")
                    || line.contains("match"))
        });
        if echoed && !compared {
            found.at(module.span(*value), Confidence::Medium, "The answer allows whichever origin asks");
        }
    });
}
