//! `debugger-left-over`: a debugger stands in the code.

use super::ask::{is_judged, only_in_development};
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
    // A file for debugging, a self-test, or a branch that the live site does not take.
    let on_purpose = call.module.file.path.as_str().to_ascii_lowercase().contains("debug")
        || only_in_development(call.module, call.span())
        || in_self_test(call, project);
    let confidence = if on_purpose { Confidence::Low } else { Confidence::High };
    let name = name.trim_start_matches("builtins.");
    let does = match name.ends_with("listen") || name.ends_with("enable_attach") {
        true => "lets a debugger into the site here",
        false => "stops the site here",
    };
    found.at(call.span(), confidence, format!("`{name}` {does}")).severity(Severity::Low);
}

/// Whether the call stands in a function that only tests its own module.
fn in_self_test(call: &Call<'_>, project: &Project) -> bool {
    let span = call.span();
    call.module.functions.iter().any(|function| {
        let (start, end) = function.whole;
        let name = project.code.text(function.name).trim_start_matches('_');
        start <= span.start && span.end <= end && (name == "test" || name.starts_with("test_"))
    })
}
