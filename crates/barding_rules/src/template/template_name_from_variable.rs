//! `template-name-from-variable`: a value chooses which template is included or extended.

use super::trust::{Origin, origin};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Expression, Language, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-name-from-variable"),
        title: "A value chooses the template",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[98, 22, 73],
        django_checks: &[],
        consequence: "Whoever chooses the name can print any template of the project, such as mails and admin pages, with this page's context.",
        advice: "Choose among fixed names with `{% if %}`, or look the name up in a dictionary in the view.",
        since: "0.1.0",
        page: include_str!("template_name_from_variable.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for tag in &template.tags {
        if !matches!(tag.name.as_str(), "include" | "extends") {
            continue;
        }
        let Some(name) = tag.arguments.first() else { continue };
        let name = Expression::parse(name, template.language);
        if name.is_constant()
            || name.operand.starts_with(['[', '(', '"', '\'']) && template.language == Language::Jinja2
        {
            continue;
        }
        let origin = origin(&name.operand, &name);
        let (severity, confidence) = match origin {
            Origin::Request => (Severity::Medium, Confidence::High),
            Origin::UserText => (Severity::Medium, Confidence::Low),
            // A parent or part chosen by the view is how many projects are built.
            _ if tag.name == "include" => (Severity::Info, Confidence::Low),
            _ => continue,
        };
        found
            .at(
                tag.place,
                confidence,
                format!("`{}` chooses the template to {}", name.operand, tag.name.trim_end_matches('s')),
            )
            .severity(severity);
    }
}
