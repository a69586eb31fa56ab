//! A flow as a finding: the message of its rule, the steps, and how sure we are.

use crate::Findings;
use barding_finding::{Confidence, Evidence, Finding, Role, Severity};
use barding_project::flow::{Begin, Certainty, Flow};

/// What a flow begins with, in the words of messages.
pub(super) fn source(flow: &Flow) -> &'static str {
    match &flow.begin {
        Begin::Outside(kind) => kind.words(),
        Begin::Built => "text put together from parts",
        Begin::Variable => "a value that is not constant",
        Begin::Elsewhere => "text that is written elsewhere",
    }
}

/// Says one thing about a flow, with its steps.
pub(super) fn tell<'f>(flow: &Flow, found: &'f mut Findings<'_>, message: String) -> &'f mut Finding {
    let mut confidence = match flow.certainty {
        Certainty::High => Confidence::High,
        Certainty::Medium => Confidence::Medium,
        Certainty::Low => Confidence::Low,
    };
    if flow.staff_only {
        confidence = confidence.min(Confidence::Medium);
    }
    let finding = found.at(flow.sink, confidence, message);
    let begins = match &flow.begin {
        Begin::Outside(kind) => format!("{} comes in", kind.words()),
        Begin::Built => "the text is put together from parts that are not all constant".to_owned(),
        Begin::Elsewhere => "the text is constant, but it does not stand where it is used".to_owned(),
        Begin::Variable => "the value is not constant, and where it comes from is not known".to_owned(),
    };
    let role = if matches!(flow.begin, Begin::Outside(_)) { Role::Source } else { Role::NotKnown };
    finding.because([Evidence::at(role, flow.source, begins)]);
    finding.because(flow.steps.iter().map(|step| Evidence::at(Role::Step, step.place, step.what.clone())));
    finding.because([Evidence::at(Role::Sink, flow.sink, format!("it reaches `{}`", flow.sink_name))]);
    if flow.begin == Begin::Elsewhere {
        finding.severity(Severity::Info);
    }
    if flow.staff_only {
        let lower = match finding.severity {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            _ => Severity::Low,
        };
        finding.severity(lower);
        finding.because([Evidence::note(
            Role::NotKnown,
            "only staff can get here, as far as decorators and classes tell",
        )]);
    }
    if flow.certainty != Certainty::High && matches!(flow.begin, Begin::Outside(_)) {
        finding.because([Evidence::note(
            Role::NotKnown,
            "a step was guessed, or a condition on the way could not be read",
        )]);
    }
    finding
}
