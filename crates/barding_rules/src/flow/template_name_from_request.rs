//! `template-name-from-request`: request data names a template.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-name-from-request"),
        title: "Request data names a template",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[73, 22, 98],
        django_checks: &[],
        consequence: "The visitor chooses which template is rendered, also ones that are not meant for visitors.",
        advice: "Pick the template from a fixed set.",
        since: "0.1.0",
        page: include_str!("template_name_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::TemplateName], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` gets the name of a template from {}", flow.sink_name, source(flow)));
    }
}
