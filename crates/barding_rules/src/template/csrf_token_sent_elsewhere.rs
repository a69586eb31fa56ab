//! `csrf-token-sent-elsewhere`: a form hands the site's CSRF token to another site.

use super::forms::{Target, forms, method, target};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::Template;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-token-sent-elsewhere"),
        title: "A form sends the CSRF token to another site",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352, 201, 200],
        django_checks: &[],
        consequence: "The other site learns the visitor's token and can forge requests to this one.",
        advice: "Take `{% csrf_token %}` out of forms that post to other sites.",
        since: "0.1.0",
        page: include_str!("csrf_token_sent_elsewhere.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for form in forms(template) {
        if target(form) != Target::OtherSite || method(form).as_deref() == Some("dialog") {
            continue;
        }
        let inside = |start: u32, end: u32| start as usize >= form.end && end as usize <= form.content_end;
        let tag = template
            .tags
            .iter()
            .find(|tag| tag.name == "csrf_token" && inside(tag.place.start, tag.place.end))
            .map(|tag| tag.place);
        let variable = template
            .variables
            .iter()
            .find(|variable| {
                matches!(variable.expression.operand.as_str(), "csrf_token" | "csrf_input")
                    && inside(variable.place.start, variable.place.end)
            })
            .map(|variable| variable.place);
        if let Some(place) = tag.or(variable) {
            found.at(place, Confidence::High, "This form sends the CSRF token to another site");
        }
    }
}
