//! `command-from-request`: request data becomes part of a command.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("command-from-request"),
        title: "Request data becomes part of a command",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[78, 77, 88],
        django_checks: &[],
        consequence: "Whoever sends the request can run any program on the server.",
        advice: "Run the program without a shell: `subprocess.run([program, value])`, with the program itself constant.",
        since: "0.1.0",
        page: include_str!("command_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Command], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` runs a command that holds {}", flow.sink_name, source(flow)));
    }
}
