//! `variable-in-unquoted-attribute`: a value stands in an attribute without quotes.

use super::trust::{Origin, Output, origin_of, output};
use super::variable_marked_safe::is_raw;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{AttributeKind, HtmlContext, Quote, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-unquoted-attribute"),
        title: "An attribute without quotes holds a value",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "A space in the value ends the attribute, and what follows becomes attributes of its own, such as `onfocus=…`.",
        advice: "Put the value into double quotes.",
        since: "0.1.0",
        page: include_str!("variable_in_unquoted_attribute.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Attribute(attribute) = &variable.context else { continue };
        let judged_elsewhere = is_raw(variable, template)
            || matches!(attribute.kind(), AttributeKind::EventHandler | AttributeKind::Srcdoc);
        if attribute.quote != Quote::None || judged_elsewhere || variable.filtered {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        let origin = origin_of(variable);
        if output(filters, variable.escaping, template.language) == Output::Harmless
            || matches!(origin, Origin::Ours | Origin::Number)
            || is_one_word(&variable.origin)
        {
            continue;
        }
        let (severity, confidence) = match origin {
            Origin::Request => (Severity::High, Confidence::High),
            Origin::UserText => (Severity::High, Confidence::Medium),
            Origin::Content => (Severity::Medium, Confidence::Medium),
            _ => (Severity::Medium, Confidence::Low),
        };
        let name = attribute.attribute.replace('\u{fffc}', "…");
        found
            .at(
                variable.place,
                confidence,
                format!("`{}` stands in `{name}` without quotes", variable.expression.operand),
            )
            .severity(severity)
            .because([Evidence::note(
                if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
                origin.words(),
            )]);
    }
}

/// Addresses and slugs hold no white space.
fn is_one_word(origin: &str) -> bool {
    let last = origin.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    last.ends_with("url")
        || last.ends_with("_url()")
        || matches!(last.as_str(), "slug" | "html_id" | "css_class" | "token")
        || origin.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}
