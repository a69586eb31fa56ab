//! `unpickled-request`: request data is turned into objects.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unpickled-request"),
        title: "Request data is turned into objects",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[502],
        django_checks: &[],
        consequence: "Loading such data runs code of the sender's choice.",
        advice: "Exchange data as JSON; sign what must come back unchanged with `django.core.signing`.",
        since: "0.1.0",
        page: include_str!("unpickled_request.md"),
    },
    check: Check::Flow(&[FlowKind::Deserialize], check),
};

fn check(flow: &Flow, project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        let restricted = flow.sink_name.ends_with("Unpickler")
            && project.code.modules.iter().any(|module| {
                module.file.id == flow.sink.file
                    && ["find_class", "find_global"].iter().any(|method| module.file.text.contains(method))
            });
        let finding = tell(flow, found, format!("`{}` builds objects from {}", flow.sink_name, source(flow)));
        if restricted {
            finding.confidence = finding.confidence.min(Confidence::Low);
            finding.because([Evidence::note(
                Role::NotKnown,
                "the file says which classes may be loaded; whether those are harmless is not known",
            )]);
        }
    }
}
