//! `variable-in-srcdoc`: a value stands in an iframe's `srcdoc`, where one level of escaping is undone.

use super::trust::{Origin, origin_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{AttributeKind, Escaping, HtmlContext, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-srcdoc"),
        title: "An iframe's srcdoc holds a value escaped once",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "The browser decodes the attribute and reads the result as a page of this site: markup in the value runs.",
        advice: "Add `sandbox` without `allow-scripts` and `allow-same-origin`, or escape twice: `srcdoc=\"{{ value|force_escape|force_escape }}\"`.",
        since: "0.1.0",
        page: include_str!("variable_in_srcdoc.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Attribute(attribute) = &variable.context else { continue };
        if attribute.kind() != AttributeKind::Srcdoc {
            continue;
        }
        let escapes = |name: &str| matches!(name, "force_escape" | "forceescape" | "escape" | "e");
        let by_hand = variable.expression.filters.iter().filter(|filter| escapes(&filter.name)).count();
        let origin = origin_of(variable);
        let twice = by_hand >= 2
            || by_hand == 1
                && variable.escaping != Escaping::Off
                && !variable.expression.has_filter("force_escape");
        if twice
            || matches!(origin, Origin::Ours | Origin::Number)
            || in_sandbox(template, variable.place.start)
        {
            continue;
        }
        let confidence = origin.confidence().max(Confidence::Medium);
        found
            .at(
                variable.place,
                confidence,
                format!("`{}` becomes a page inside `srcdoc`", variable.expression.operand),
            )
            .severity(if origin >= Origin::UserText { Severity::High } else { Severity::Medium })
            .because([Evidence::note(Role::Source, origin.words())]);
    }
}

/// Whether the element around has a sandbox that keeps scripts or the site's origin away.
fn in_sandbox(template: &Template, offset: u32) -> bool {
    let offset = offset as usize;
    let element = template.elements.iter().find(|element| element.start < offset && offset < element.end);
    element.and_then(|element| element.attribute("sandbox")).is_some_and(|sandbox| {
        !sandbox.has_holes
            && !(sandbox.value.contains("allow-scripts") && sandbox.value.contains("allow-same-origin"))
    })
}
