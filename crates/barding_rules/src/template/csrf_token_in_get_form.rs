//! `csrf-token-in-get-form`: a GET form puts the token into addresses.

use super::forms::{Target, forms, method, sent_by_script, target};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::Template;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-token-in-get-form"),
        title: "A GET form holds the CSRF token",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[598, 352],
        django_checks: &[],
        consequence: "The token ends up in the address, and with it in logs, histories and referrers.",
        advice: "Take `{% csrf_token %}` out, or make the form `method=\"post\"` if it changes something.",
        since: "0.1.0",
        page: include_str!("csrf_token_in_get_form.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for form in forms(template) {
        if method(form).as_deref() != Some("get") || target(form) == Target::OtherSite || sent_by_script(form)
        {
            continue;
        }
        // `<form {% if … %}method="post"{% else %}method="get"{% endif %}>`
        let opening = template.file.text.get(form.start..form.end).unwrap_or_default();
        if opening.contains("{%") && opening.to_ascii_lowercase().contains("post") {
            continue;
        }
        let token = template.tags.iter().find(|tag| {
            tag.name == "csrf_token"
                && tag.place.start as usize >= form.end
                && tag.place.end as usize <= form.content_end
        });
        if let Some(tag) = token {
            // Without a method written down, a script often sends the form.
            let confidence =
                if form.attribute("method").is_some() { Confidence::High } else { Confidence::Low };
            found.at(tag.place, confidence, "This GET form puts the CSRF token into the address");
        }
    }
}
