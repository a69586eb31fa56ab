//! `spreadsheet-cell-from-request`: request data becomes a cell of a spreadsheet.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("spreadsheet-cell-from-request"),
        title: "Request data becomes a cell of a spreadsheet",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[1236],
        django_checks: &[],
        consequence: "A cell that begins with `=` is a formula when the file is opened.",
        advice: "Put an apostrophe before cells that begin with `=`, `+`, `-`, `@`, a tab or a carriage return.",
        since: "0.1.0",
        page: include_str!("spreadsheet_cell_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Csv], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` writes {} into a cell", flow.sink_name, source(flow)));
    }
}
