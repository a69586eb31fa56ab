//! `code-from-request`: request data is run as code.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("code-from-request"),
        title: "Request data is run as code",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[95, 94],
        django_checks: &[],
        consequence: "Whoever sends the request can run any code in the server's process.",
        advice: "Parse the text instead: `json.loads`, `ast.literal_eval`, or a table of allowed operations.",
        since: "0.1.0",
        page: include_str!("code_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Code], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` runs {} as Python", flow.sink_name, source(flow)));
    }
}
