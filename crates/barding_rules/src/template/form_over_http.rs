//! `form-over-http`: a form sends its fields unencrypted.

use super::forms::forms;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("form-over-http"),
        title: "A form sends its fields unencrypted",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Everyone on the way can read and change what visitors enter.",
        advice: "Write the address with https.",
        since: "0.1.0",
        page: include_str!("form_over_http.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for form in forms(template) {
        let Some(action) = form.attribute("action") else { continue };
        let value = action.value.trim().to_ascii_lowercase();
        let Some(host) = value.strip_prefix("http://") else { continue };
        if super::mixed_content::is_local(host) {
            continue;
        }
        found.at(
            template.place(form.start, form.end),
            Confidence::High,
            format!("This form sends its fields to `{}` without encryption", action.value.trim()),
        );
    }
}
