//! `shell-command-built-from-text`: text that is put together is handed to a function that runs it in a shell.

use super::tell::tell;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Flow, FlowKind, Variant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("shell-command-built-from-text"),
        title: "A shell command is put together from parts",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[78],
        django_checks: &[],
        consequence: "A part that holds `;` or `$(` begins a command of its own, with the rights of the server.",
        advice: "Hand over a list of arguments and run it without a shell; where a shell is needed, put each part through `shlex.quote`.",
        since: "0.1.0",
        page: include_str!("shell_command_built_from_text.md"),
    },
    check: Check::Flow(&[FlowKind::Command], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if flow.variant == Variant::Wrapped {
        tell(
            flow,
            found,
            format!("`{}` runs this text in a shell, and not all of it is constant", flow.sink_name),
        );
    }
}
