//! `lookup-from-request`: the visitor names the fields of a query.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("lookup-from-request"),
        title: "The visitor names the fields of a query",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[943, 89, 915],
        django_checks: &[],
        consequence: "The visitor can ask about every field and every related table, such as `user__password__startswith`.",
        advice: "Take the values of the fields you mean: `filter(name=request.GET[\"name\"])`; for sorting, pick the column from a fixed set.",
        since: "0.1.0",
        page: include_str!("lookup_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Lookup], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes the names of fields from {}", flow.sink_name, source(flow)));
    }
}
