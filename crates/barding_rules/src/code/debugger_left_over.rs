//! `debugger-left-over`: a debugger stands in the code.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, FileRole};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debugger-left-over"),
        title: "A debugger stands in the code",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489, 94],
        django_checks: &[],
        consequence: "The site stops and waits for a developer, or hands visitors a console.",
        advice: "Take it out.",
        since: "0.1.0",
        page: include_str!("debugger_left_over.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "pdb.set_trace",
    "ipdb.set_trace",
    "pudb.set_trace",
    "builtins.breakpoint",
    "pdb.post_mortem",
    "ptvsd.enable_attach",
    "debugpy.listen",
    "pydevd.settrace",
    "pydevd_pycharm.settrace",
    "rpdb.set_trace",
    "IPython.embed",
    "flask.Flask().run",
    "werkzeug.debug.DebuggedApplication",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name.ends_with(".run") {
        if call.keyword("debug").and_then(|debug| call.constant(debug)) == Some(Constant::Bool(true)) {
            found
                .at(
                    call.span(),
                    Confidence::High,
                    "The server runs with its debugger: visitors get a console",
                )
                .severity(Severity::High);
        }
        return;
    }
    if name.ends_with("DebuggedApplication") {
        let console = call.argument(1, "evalex").and_then(|evalex| call.constant(evalex))
            != Some(Constant::Bool(false));
        if console {
            found
                .at(call.span(), Confidence::Medium, "Visitors get a console when an error happens")
                .severity(Severity::High);
        }
        return;
    }
    if call.module.role == FileRole::Command {
        return;
    }
    let name = name.trim_start_matches("builtins.");
    found.at(call.span(), Confidence::High, format!("`{name}` stops the site here")).severity(Severity::Low);
}
