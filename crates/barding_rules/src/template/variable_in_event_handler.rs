//! `variable-in-event-handler`: a value stands in an `on…` attribute, where HTML escaping is undone before the script runs.

use super::trust::{Origin, Output, origin_of, output};
use super::variable_marked_safe::is_raw;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{AttributeKind, HtmlContext, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-event-handler"),
        title: "An event handler holds a value escaped for HTML only",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "The browser decodes `&#x27;` to a quote before it runs the handler, so a quote in the value ends the string and the rest is code.",
        advice: "Put the value into a `data-` attribute and read it from a script, or use `|escapejs` inside quotes.",
        since: "0.1.0",
        page: include_str!("variable_in_event_handler.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Attribute(attribute) = &variable.context else { continue };
        let kind = attribute.kind();
        let in_script_link = kind == AttributeKind::Link && is_script_link(&attribute.before);
        let runs =
            matches!(kind, AttributeKind::EventHandler | AttributeKind::FrontEndExpression) || in_script_link;
        if !runs || variable.filtered {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        if output(filters, variable.escaping, template.language) == Output::Harmless {
            continue;
        }
        let origin = origin_of(variable);
        let raw = is_raw(variable, template);
        let skip = matches!(origin, Origin::Ours | Origin::Number) || origin == Origin::Markup && !raw;
        if skip || is_address(&variable.origin) {
            continue;
        }
        let name = &attribute.attribute;
        let written = &variable.expression.operand;
        let (severity, confidence) = match (origin, raw) {
            (Origin::Request, _) => (Severity::High, Confidence::High),
            (Origin::UserText, _) => (Severity::High, Confidence::Medium),
            (Origin::Content, _) => (Severity::Medium, Confidence::Medium),
            (_, true) => (Severity::Medium, Confidence::Medium),
            _ => (Severity::Medium, Confidence::Low),
        };
        found
            .at(variable.place, confidence, format!("`{written}` stands in the script of `{name}`"))
            .severity(severity)
            .because([Evidence::note(
                if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
                origin.words(),
            )]);
    }
}

fn is_script_link(before: &str) -> bool {
    before.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"))
}

/// Addresses that Django builds; quotes in them are percent-encoded.
fn is_address(origin: &str) -> bool {
    let last = origin.rsplit('.').next().unwrap_or_default();
    last.ends_with("url") || last.ends_with("_url()") || last == "slug"
}
