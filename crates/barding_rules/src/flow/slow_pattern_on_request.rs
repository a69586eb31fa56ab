//! `slow-pattern-on-request`: a regular expression that takes exponential time is matched against request data.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind, Variant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("slow-pattern-on-request"),
        title: "A slow regular expression is matched against request data",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[1333, 400],
        django_checks: &[],
        consequence: "Forty characters that nearly match keep a worker busy for hours; a few requests stop the site.",
        advice: "Write the pattern so that a repeated group cannot match the same text in two ways, and limit the length of the text first.",
        since: "0.1.0",
        page: include_str!("slow_pattern_on_request.md"),
    },
    check: Check::Flow(&[FlowKind::Cost], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if flow.variant == Variant::Pattern && matches!(flow.begin, Begin::Outside(_)) {
        tell(
            flow,
            found,
            format!(
                "`{}` matches {} against a pattern that can take exponential time",
                flow.sink_name,
                source(flow)
            ),
        );
    }
}
