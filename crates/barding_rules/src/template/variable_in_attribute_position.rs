//! `variable-in-attribute-position`: a value names an element or stands where attributes stand.

use super::trust::{Origin, Output, origin_of, output};
use super::variable_marked_safe::is_raw;
use crate::{Check, Findings, Rule};
use barding_finding::{Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{HtmlContext, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-attribute-position"),
        title: "A value names an element or an attribute",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "The value can add attributes such as `onmouseover=…`; none of the characters needed is escaped.",
        advice: "Put the value into the quoted value of one attribute, or choose among fixed names.",
        since: "0.1.0",
        page: include_str!("variable_in_attribute_position.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        if !matches!(variable.context, HtmlContext::TagName | HtmlContext::AttributeName)
            || is_raw(variable, template)
            || variable.filtered
        {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        let origin = origin_of(variable);
        // Attributes that the project builds are SafeStrings; what is escaped here and unknown is most often an id or a flag.
        if origin < Origin::UserText
            || output(filters, variable.escaping, template.language) == Output::Harmless
        {
            continue;
        }
        let what = if variable.context == HtmlContext::TagName { "an element" } else { "an attribute" };
        found
            .at(
                variable.place,
                origin.confidence(),
                format!("`{}` stands where {what} is named", variable.expression.operand),
            )
            .severity(origin.severity())
            .because([Evidence::note(Role::Source, origin.words())]);
    }
}
