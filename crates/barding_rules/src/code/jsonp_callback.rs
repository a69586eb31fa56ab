//! `jsonp-callback`: an answer is a script whose first word the visitor chooses.

use super::ask::is_judged;
use super::reading::{parts, read, whole};
use super::views::views;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("jsonp-callback"),
        title: "An answer is a script that calls what the visitor names",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 346, 352],
        django_checks: &[],
        consequence: "Any site can read the answer with the visitor's cookies, and an unchecked name is script that the site itself serves, also past its Content Security Policy.",
        advice: "Answer with JSON and let named origins read it (CORS).",
        since: "0.1.0",
        page: include_str!("jsonp_callback.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for function in views(project, module) {
        let text = whole(module, function);
        if !text.to_ascii_lowercase().contains("callback") && !text.contains("jsonp") {
            continue;
        }
        for call in project.code.calls_within(module, function) {
            let response = call.last_name().is_some_and(|name| name.ends_with("Response"));
            let script = call
                .argument(1, "content_type")
                .or_else(|| call.keyword("mimetype"))
                .is_some_and(|kind| module.source(kind).contains("javascript"));
            let Some(content) = call.argument(0, "content").filter(|_| response && script) else { continue };
            let named = parts(module, function, content).into_iter().any(|part| {
                // A call that is handed the name may prove it; a format only passes it on.
                !matches!(module.expr(part), ExprKind::Text(_))
                    && read(project, module, part).is_some_and(|read| {
                        matches!(read.bag, "GET" | "POST" | "query_params")
                            && matches!(
                                read.key,
                                "callback"
                                    | "jsonp"
                                    | "jsoncallback"
                                    | "jsonp_callback"
                                    | "cb"
                                    | "jsoncallback_"
                            )
                    })
            });
            let proved = ["match(", "fullmatch(", "isidentifier(", "isalnum(", "sub("]
                .iter()
                .any(|guard| text.contains(guard));
            if named && !proved {
                found.at(
                    call.span(),
                    Confidence::Medium,
                    "This answers with a script that begins with what the visitor sent",
                );
            }
        }
    }
}
