//! `template-from-request`: request data is rendered as a template.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-from-request"),
        title: "Request data is rendered as a template",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[1336, 94, 79],
        django_checks: &[],
        consequence: "The visitor's tags and variables run on the server: with Jinja2 and Mako that is any code, with Django it is secrets and unescaped HTML.",
        advice: "Keep the template constant and hand the data over in its context.",
        since: "0.1.0",
        page: include_str!("template_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Template], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(flow, found, format!("`{}` renders a template that holds {}", flow.sink_name, source(flow)));
    }
}
