//! `html-from-request`: request data becomes part of a page unescaped.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind, Variant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("html-from-request"),
        title: "Request data becomes part of a page unescaped",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 80, 116],
        django_checks: &[],
        consequence: "A link that a victim opens runs the attacker's script with the victim's session.",
        advice: "Let a template print the value, or build the markup with `format_html(\"<b>{}</b>\", value)`.",
        since: "0.1.0",
        page: include_str!("html_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Html], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        let page = if flow.variant == Variant::Mail { "the HTML of a mail" } else { "a page" };
        tell(
            flow,
            found,
            format!("`{}` puts {} into {page} without escaping it", flow.sink_name, source(flow)),
        );
    }
}
