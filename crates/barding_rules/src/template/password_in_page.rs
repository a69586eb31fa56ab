//! `password-in-page`: a password field is filled in by the template.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-in-page"),
        title: "A page holds a password",
        severity: Severity::Medium,
        tip: Tip::LogPrivacy,
        cwe: &[522, 549, 200],
        django_checks: &[],
        consequence: "The password stands in the page's source, in caches and in the browser, and it must be stored readable to get there.",
        advice: "Leave password fields empty; let an empty field mean \"unchanged\".",
        since: "0.1.0",
        page: include_str!("password_in_page.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for input in template.elements.iter().filter(|element| element.name == "input") {
        let password =
            input.attribute("type").is_some_and(|kind| kind.value.trim().eq_ignore_ascii_case("password"));
        let Some(value) = input.attribute("value").filter(|_| password) else { continue };
        if !value.value.contains("{{") {
            continue;
        }
        found
            .at(
                template.place(input.start, input.end),
                Confidence::Medium,
                "A password field is filled in when the page is made",
            )
            .severity(Severity::Low);
    }
}
