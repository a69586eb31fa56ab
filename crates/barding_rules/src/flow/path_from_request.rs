//! `path-from-request`: request data names a file.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::{Begin, Flow, FlowKind, SourceKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("path-from-request"),
        title: "Request data names a file",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[22, 23, 36, 73],
        django_checks: &[],
        consequence: "`../` or an absolute path leads to any file the server may read or write.",
        advice: "Join with `django.utils._os.safe_join`, or compare the resolved path with the base folder.",
        since: "0.1.0",
        page: include_str!("path_from_request.md"),
    },
    check: Check::Flow(&[FlowKind::Path], check),
};

fn check(flow: &Flow, project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        let finding =
            tell(flow, found, format!("`{}` takes a path that holds {}", flow.sink_name, source(flow)));
        if finding.confidence == Confidence::High && a_serializer_judged(flow, project) {
            finding.confidence = Confidence::Medium;
            finding.because([Evidence::note(
                Role::NotKnown,
                "a serializer looks at the same data first; a file field of it lets no text through",
            )]);
        }
    }
}

/// Whether the function where `request.data` comes in asks a serializer whether it is valid, or is handed one.
fn a_serializer_judged(flow: &Flow, project: &Project) -> bool {
    if flow.begin != Begin::Outside(SourceKind::Api) {
        return false;
    }
    let Some(module) = project.code.module_of_file(flow.source.file) else { return false };
    module.functions.iter().skip(1).any(|function| {
        let (start, end) = function.whole;
        let handed =
            || function.parameters.iter().any(|parameter| project.code.text(parameter.name) == "serializer");
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        start <= flow.source.start && flow.source.end <= end && (text.contains(".is_valid(") || handed())
    })
}
