//! `path-from-request`: request data names a file.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("path-from-request"),
        title: "Request data names a file",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[22, 23, 36, 73],
        django_checks: &[],
        consequence: "`../` or an absolute path leads to any file the server may read or write.",
        advice: "Join with `django.utils._os.safe_join`, or compare the resolved path with the base folder.",
        since: "0.1.0",
        page: include_str!("path_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Path], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes a path that holds {}", flow.sink_name, source(flow)));
    }
}
