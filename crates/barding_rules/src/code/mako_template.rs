//! `mako-template`: a Mako template does not escape.

use super::ask::{is_constant, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mako-template"),
        title: "A Mako template does not escape",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 80],
        django_checks: &[],
        consequence: "Everything the template prints reaches the browser as markup; whoever writes the template runs Python.",
        advice: "Pass `default_filters=[\"h\"]`, or use Django's templates.",
        since: "0.1.0",
        page: include_str!("mako_template.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &["mako.template.Template", "mako.lookup.TemplateLookup"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) {
        return;
    }
    let escapes =
        call.keyword("default_filters").is_some_and(|filters| call.module.source(filters).contains('h'));
    if escapes {
        return;
    }
    let fixed = call.positional(0).is_none_or(|text| is_constant(call, text));
    let (severity, confidence) =
        if fixed { (Severity::Low, Confidence::Low) } else { (Severity::Medium, Confidence::Medium) };
    found.at(call.span(), confidence, "Mako does not escape unless told to").severity(severity);
}
