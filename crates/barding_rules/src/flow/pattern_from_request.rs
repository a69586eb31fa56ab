//! `pattern-from-request`: request data is compiled as a regular expression.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pattern-from-request"),
        title: "Request data is compiled as a regular expression",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[1333, 730, 400],
        django_checks: &[],
        consequence: "A pattern such as `(a+)+$` keeps a worker busy for hours.",
        advice: "Search for plain text, or escape it with `re.escape`.",
        since: "0.1.0",
        page: include_str!("pattern_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Regex], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes a pattern from {}", flow.sink_name, source(flow)));
    }
}
