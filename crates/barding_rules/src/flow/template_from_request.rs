//! `template-from-request`: request data is rendered as a template.

use super::tell::{source, tell};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::flow::{Begin, Flow, FlowKind};
use barding_project::{Project, Value};

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

fn check(flow: &Flow, project: &Project, found: &mut Findings<'_>) {
    if matches!(flow.begin, Begin::Outside(_)) {
        let sandboxed = flow.sink_name.ends_with("from_string") && has_sandbox(project);
        if sandboxed && asks_for_jinja(flow, project) {
            return;
        }
        let finding =
            tell(flow, found, format!("`{}` renders a template that holds {}", flow.sink_name, source(flow)));
        if sandboxed {
            finding.confidence = finding.confidence.min(Confidence::Low);
            finding.because([Evidence::note(
                Role::NotKnown,
                "the settings name a sandboxed environment, which keeps templates from most of the harm",
            )]);
        }
    }
}

/// Whether the engine is asked for by a name that speaks of Jinja2: then the sandbox of the settings is its own.
pub(super) fn asks_for_jinja(flow: &Flow, project: &Project) -> bool {
    project.code.module_of_file(flow.sink.file).is_some_and(|module| {
        let text = &module.file.text;
        text.contains("engines[\"jinja") || text.contains("engines['jinja")
    })
}

/// Whether the settings give Jinja2 an environment that restricts what templates can reach.
pub(super) fn has_sandbox(project: &Project) -> bool {
    project
        .settings
        .iter()
        .filter_map(|settings| settings.values.get("TEMPLATES"))
        .any(|set| mentions(&set.value, "Sandboxed", 8))
}

fn mentions(value: &Value, word: &str, fuel: usize) -> bool {
    let Some(fuel) = fuel.checked_sub(1) else { return false };
    match value {
        Value::Text(text) | Value::Name(text) => text.contains(word),
        Value::List(items) | Value::Tuple(items) => items.iter().any(|item| mentions(item, word, fuel)),
        Value::Dict(entries) => entries.iter().any(|(_, value)| mentions(value, word, fuel)),
        _ => false,
    }
}
