//! `raw-sql-built-from-text`: a query is put together from text.

use super::tell::tell;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("raw-sql-built-from-text"),
        title: "A query is put together from text",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[89, 564, 943],
        django_checks: &[],
        consequence: "When one of the parts comes from a visitor, it can end the query and begin another.",
        advice: "Bind values as parameters; pick names of tables and columns from a fixed set, or quote them with `connection.ops.quote_name`.",
        since: "0.1.0",
        page: include_str!("raw_sql_built_from_text.md"),
    },
    check: Check::Flow(&[FlowKind::Sql], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if !matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes text that is put together from parts", flow.sink_name));
    }
}
