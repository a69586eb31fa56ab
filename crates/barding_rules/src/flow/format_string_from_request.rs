//! `format-string-from-request`: request data is a format string.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("format-string-from-request"),
        title: "Request data is a format string",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[134],
        django_checks: &[],
        consequence: "`{item.__class__.__init__.__globals__}` reads whatever the objects lead to, secrets included.",
        advice: "Keep the format constant; for text of users use `string.Template`.",
        since: "0.1.0",
        page: include_str!("format_string_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Format], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` formats with a text from {}", flow.sink_name, source(flow)));
    }
}
