//! `name-from-request`: request data names a module or an attribute.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("name-from-request"),
        title: "Request data names a module or an attribute",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[470, 94],
        django_checks: &[],
        consequence: "The visitor chooses what is imported or called.",
        advice: "Look the name up in a table of the allowed ones.",
        since: "0.1.0",
        page: include_str!("name_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Attribute], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` gets a name from {}", flow.sink_name, source(flow)));
    }
}
