//! `template-of-variable`: text that is not constant is rendered as a template.

use super::tell::{source, tell};
use super::template_from_request::{asks_for_jinja, has_sandbox};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-of-variable"),
        title: "Text that is not constant is rendered as a template",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[1336, 94],
        django_checks: &[],
        consequence: "Whoever writes the text writes a program: with Jinja2 and Mako any code, with Django secrets and unescaped HTML.",
        advice: "Keep the template constant, or render what people wrote in `jinja2.sandbox.ImmutableSandboxedEnvironment`.",
        since: "0.1.0",
        page: include_str!("template_of_variable.md"),
    },
    check: Check::Flow(&[FlowKind::Template], check),
};

fn check(flow: &Flow, project: &Project, found: &mut Findings<'_>) {
    if flow.sink_name.ends_with("from_string") && has_sandbox(project) && asks_for_jinja(flow, project) {
        return;
    }
    if flow.role.may_serve() && matches!(flow.begin, Begin::Built | Begin::Variable) {
        tell(flow, found, format!("`{}` renders {} as a template", flow.sink_name, source(flow)));
    }
}
