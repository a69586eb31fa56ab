//! `variable-in-style`: a value stands in CSS.

use super::trust::{Origin, Output, origin_of, output};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{AttributeKind, HtmlContext, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-style"),
        title: "A style holds a value escaped for HTML only",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "CSS needs none of the characters that HTML escaping replaces: a value can restyle the page and fetch addresses with `url()`.",
        advice: "Choose among fixed classes, or check the value against a strict pattern (a colour, a number) in Python.",
        since: "0.1.0",
        page: include_str!("variable_in_style.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let in_style = match &variable.context {
            HtmlContext::Style => true,
            HtmlContext::Attribute(attribute) => attribute.kind() == AttributeKind::Style,
            _ => false,
        };
        if !in_style || variable.filtered {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        let output = output(filters, variable.escaping, template.language);
        let origin = origin_of(variable);
        let last = variable.origin.rsplit('.').next().unwrap_or_default();
        if output == Output::Harmless
            || matches!(origin, Origin::Ours | Origin::Number)
            || last.ends_with("url")
            || last == "value" && variable.origin.contains("widget")
        {
            continue;
        }
        let raw = output == Output::Raw;
        let (severity, confidence) = match origin {
            Origin::Request => (Severity::Medium, Confidence::High),
            Origin::UserText => (Severity::Medium, Confidence::Medium),
            _ if raw => (Severity::Medium, Confidence::Low),
            _ => (Severity::Low, Confidence::Low),
        };
        found
            .at(variable.place, confidence, format!("`{}` stands in CSS", variable.expression.operand))
            .severity(severity)
            .because([Evidence::note(
                if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
                origin.words(),
            )]);
    }
}
