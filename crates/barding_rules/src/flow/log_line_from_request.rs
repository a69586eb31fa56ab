//! `log-line-from-request`: request data may forge lines of a log.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Flow, FlowKind, Variant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("log-line-from-request"),
        title: "Request data may forge lines of a log",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[117, 93],
        django_checks: &[],
        consequence: "A line end in the value begins a line that looks like one of yours.",
        advice: "Log the value with `%r`, or take line ends out of it; formatters that write JSON do so themselves.",
        since: "0.1.0",
        page: include_str!("log_line_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Log], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if flow.variant == Variant::Plain {
        tell(flow, found, format!("`{}` writes {} to a log", flow.sink_name, source(flow)));
    }
}
