//! `request-logged`: secrets of a request are written to a log.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Flow, FlowKind, Variant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("request-logged"),
        title: "Secrets of a request are written to a log",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[532, 200, 117],
        django_checks: &[],
        consequence: "Logs are read by more people, and kept longer, than what they hold should be.",
        advice: "Log what you need by name, and leave out passwords, tokens, cookies and headers.",
        since: "0.1.0",
        page: include_str!("request_logged.md"),
    },
    check: Check::Flow(&[FlowKind::Log], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if flow.variant == Variant::Sensitive {
        tell(flow, found, format!("`{}` writes {} to a log", flow.sink_name, source(flow)));
    }
}
