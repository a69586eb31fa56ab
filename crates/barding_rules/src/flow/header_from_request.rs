//! `header-from-request`: request data becomes a response header.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("header-from-request"),
        title: "Request data becomes a response header",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[113, 644, 116],
        django_checks: &[],
        consequence: "Django refuses line ends, but the meaning of the header is the visitor's: a file name, an allowed origin, a policy.",
        advice: "Allow known values; for downloads use `FileResponse(..., as_attachment=True, filename=name)`.",
        since: "0.1.0",
        page: include_str!("header_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Header], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes {}", flow.sink_name, source(flow)));
    }
}
