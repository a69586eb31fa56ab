//! `redirect-from-request`: request data is an address the browser is sent to.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("redirect-from-request"),
        title: "Request data is an address the browser is sent to",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[601],
        django_checks: &[],
        consequence: "A link to your site leads to the attacker's, which looks like yours.",
        advice: "Check the address with `url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})`.",
        since: "0.1.0",
        page: include_str!("redirect_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Redirect], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(
            flow,
            found,
            format!("`{}` sends the browser to an address from {}", flow.sink_name, source(flow)),
        );
    }
}
