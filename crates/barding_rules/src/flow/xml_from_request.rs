//! `xml-from-request`: request data is parsed as XML with entities.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("xml-from-request"),
        title: "Request data is parsed as XML with entities",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[611, 776],
        django_checks: &[],
        consequence: "Entities in the document can read files of the server, reach its network, or fill its memory.",
        advice: "Parse with `defusedxml`.",
        since: "0.1.0",
        page: include_str!("xml_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Xml], check),
};

fn check(flow: &Flow, _project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        let finding = tell(flow, found, format!("`{}` parses {} as XML", flow.sink_name, source(flow)));
        if flow.sink_name.starts_with("lxml.") {
            finding.confidence = finding.confidence.min(Confidence::Medium);
            finding.because([Evidence::note(
                Role::NotKnown,
                "lxml reads no entities from outside by itself since version 5; which version runs is not looked up",
            )]);
        }
    }
}
