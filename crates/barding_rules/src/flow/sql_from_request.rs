//! `sql-from-request`: request data becomes part of a query.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("sql-from-request"),
        title: "Request data becomes part of a query",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[89, 564, 943],
        django_checks: &[],
        consequence: "Whoever sends the request can read and change everything the database role may.",
        advice: "Bind the value: `cursor.execute(\"… WHERE name = %s\", [value])`; names of tables and columns cannot be bound, so pick them from a fixed set.",
        since: "0.1.0",
        page: include_str!("sql_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Sql], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` runs a query that holds {}", flow.sink_name, source(flow)));
    }
}
