//! `form-without-csrf-token`: a form posts to its own site without the token against forgery.

use super::forms::{Target, Token, forms, method, sent_by_script, target, token};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Edit, Fix, FixSafety, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Language, Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("form-without-csrf-token"),
        title: "A POST form has no CSRF token",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "Either the form fails with 403, or its view is exempt from the check and any site can send it in a visitor's name.",
        advice: "Put `{% csrf_token %}` into the form, and look whether its view is exempt from the check.",
        since: "0.1.0",
        page: include_str!("form_without_csrf_token.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for form in forms(template) {
        if method(form).as_deref() != Some("post") || target(form) == Target::OtherSite {
            continue;
        }
        let confidence = match (token(form, template, project), target(form)) {
            (Token::Present, _) => continue,
            (Token::Unknown, _) | (_, Target::Unknown) => Confidence::Low,
            _ if sent_by_script(form) => Confidence::Low,
            // Its buttons say where it goes.
            _ if template
                .file
                .text
                .get(form.end..form.content_end)
                .is_some_and(|form| form.contains("formaction")) =>
            {
                Confidence::Low
            }
            (_, Target::LikelyOwnSite) => Confidence::Medium,
            _ if template.file.text.contains("csrf") => Confidence::Medium,
            _ => Confidence::High,
        };
        // The page may fill the token in with a script; then the form is as safe as with a tag.
        if template.file.text.contains("csrfmiddlewaretoken") || template.file.text.contains("X-CSRFToken") {
            continue;
        }
        let place = template.place(form.start, form.end);
        let finding = found.at(place, confidence, "This form posts to its own site without a CSRF token");
        if confidence == Confidence::Low {
            finding.severity(Severity::Low);
        }
        let (what, text) = match template.language {
            Language::Django => ("`{% csrf_token %}`", "{% csrf_token %}"),
            Language::Jinja2 => ("`{{ csrf_input }}`", "{{ csrf_input }}"),
        };
        finding.fix(Fix {
            title: format!("Put {what} into the form"),
            safety: FixSafety::NeedsReview,
            edits: vec![Edit::Replace { span: template.place(form.end, form.end), text: text.to_owned() }],
        });
    }
}
