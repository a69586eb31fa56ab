//! `request-to-url`: request data is an address the server fetches.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("request-to-url"),
        title: "Request data is an address the server fetches",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[918],
        django_checks: &[],
        consequence: "The server can be made to fetch from its own network: cloud metadata, databases, admin pages.",
        advice: "Allow only known hosts, and refuse redirects; checking the scheme alone is not enough.",
        since: "0.1.0",
        page: include_str!("request_to_url.md"),
    },
    check: Check::Flow(&[FlowKind::Url], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` fetches an address that holds {}", flow.sink_name, source(flow)));
    }
}
