//! `ldap-from-request`: request data becomes part of an LDAP filter.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ldap-from-request"),
        title: "Request data becomes part of an LDAP filter",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[90],
        django_checks: &[],
        consequence: "The visitor can widen the search, or log in as anyone.",
        advice: "Escape each value with `ldap.filter.escape_filter_chars`.",
        since: "0.1.0",
        page: include_str!("ldap_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Ldap], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` searches with a filter that holds {}", flow.sink_name, source(flow)));
    }
}
