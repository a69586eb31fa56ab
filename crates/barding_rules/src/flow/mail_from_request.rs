//! `mail-from-request`: request data becomes a recipient or a header of a mail.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mail-from-request"),
        title: "Request data becomes a recipient or a header of a mail",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[93, 640],
        django_checks: &[],
        consequence: "Your server sends mail to whomever the visitor names.",
        advice: "Send to addresses you know, or confirm them first and limit how many.",
        since: "0.1.0",
        page: include_str!("mail_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Mail], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        tell(
            flow,
            found,
            format!("`{}` sends mail with {} as recipient or header", flow.sink_name, source(flow)),
        );
    }
}
