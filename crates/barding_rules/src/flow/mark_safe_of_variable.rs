//! `mark-safe-of-variable`: text that is not constant is marked safe.

use super::tell::tell;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mark-safe-of-variable"),
        title: "Text that is not constant is marked safe",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[80, 79, 116],
        django_checks: &[],
        consequence: "When a part of the text comes from a user, it can carry a script.",
        advice: "Build the markup with `format_html(\"<b>{}</b>\", value)`, or escape each part first.",
        since: "0.1.0",
        page: include_str!("mark_safe_of_variable.md"),
    },
    check: Check::Flow(&[FlowKind::Html], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if !matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes text that is not constant", flow.sink_name));
    }
}
