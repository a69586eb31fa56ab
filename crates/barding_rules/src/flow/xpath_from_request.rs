//! `xpath-from-request`: request data becomes part of an XPath expression.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("xpath-from-request"),
        title: "Request data becomes part of an XPath expression",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[643],
        django_checks: &[],
        consequence: "The visitor can ask for other parts of the document.",
        advice: "Hand the value over as a variable: `tree.xpath(\"//item[@name=$name]\", name=value)`.",
        since: "0.1.0",
        page: include_str!("xpath_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::XPath], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` takes an expression that holds {}", flow.sink_name, source(flow)));
    }
}
