//! `fields-from-request`: the visitor names the fields that are saved.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("fields-from-request"),
        title: "The visitor names the fields that are saved",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[915],
        django_checks: &[],
        consequence: "The visitor can set fields no form shows: `is_staff`, the owner, the price.",
        advice: "Name the fields, or use a form with `fields = [...]`.",
        since: "0.1.0",
        page: include_str!("fields_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::MassAssignment], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` saves the fields that {} names", flow.sink_name, source(flow)));
    }
}
