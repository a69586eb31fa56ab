//! `code-evaluation`: text is run as Python.

use super::ask::{is_constant, is_judged, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("code-evaluation"),
        title: "Text is run as Python",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[95, 94],
        django_checks: &[],
        consequence: "Whoever can write a part of the text runs code in the site.",
        advice: "Use `ast.literal_eval` for literals, `json.loads` for data, a dictionary of functions for choices.",
        since: "0.1.0",
        page: include_str!("code_evaluation.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "builtins.eval",
    "builtins.exec",
    "builtins.compile",
    "builtins.execfile",
    "code.interact",
    "code.InteractiveInterpreter",
    "numexpr.evaluate",
    "pandas.eval",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let Some(text) = call.positional(0).or_else(|| call.keyword("expr")) else { return };
    let fixed = is_constant(call, text);
    if name == "builtins.compile" && (fixed || is_tree_or_file(call, text)) {
        return;
    }
    let (severity, confidence) = if fixed || is_tree_or_file(call, text) {
        (Severity::Low, Confidence::Low)
    } else {
        lowered(
            call.module,
            Severity::High,
            if name == "builtins.compile" { Confidence::Low } else { Confidence::Medium },
        )
    };
    let name = name.trim_start_matches("builtins.");
    let message = if fixed {
        format!("`{name}` runs a fixed text")
    } else {
        format!("`{name}` runs a text that is not fixed")
    };
    found.at(call.span(), confidence, message).severity(severity);
}

/// `exec(compile(open(path).read(), path, "exec"))` runs a file, which is what settings and plug-ins do.
fn is_tree_or_file(call: &Call<'_>, text: ExprId) -> bool {
    let source = call.module.source(text);
    source.starts_with("compile(") || source.contains(".read()") || source.contains("ast.")
}
