//! `user-url-in-link`: a whole link comes from a value, so its scheme may be `javascript:`.

use super::trust::{Origin, Output, origin_of, output};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{AttributeKind, HtmlContext, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("user-url-in-link"),
        title: "A link's scheme comes from a visitor",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 83, 601],
        django_checks: &[],
        consequence: "`javascript:` and `data:` need no character that is escaped; the link runs a script when it is followed.",
        advice: "Accept only http and https when the address is saved (`URLField`), and check `next` with `url_has_allowed_host_and_scheme`.",
        since: "0.1.0",
        page: include_str!("user_url_in_link.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Attribute(attribute) = &variable.context else { continue };
        let begins = attribute.before.trim().is_empty();
        let refresh =
            attribute.element == "meta" && attribute.attribute == "content" && is_refresh(&attribute.before);
        let followed = matches!(attribute.kind(), AttributeKind::Link | AttributeKind::Code) && begins;
        if !followed && !refresh {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        if output(filters, variable.escaping, template.language) == Output::Harmless {
            continue;
        }
        let Some((severity, confidence)) = weight(&variable.origin, origin_of(variable)) else { continue };
        let what = format!("{} {}", attribute.element, attribute.attribute);
        found
            .at(
                variable.place,
                confidence,
                format!("`{}` is the whole address of `{what}`", variable.expression.operand),
            )
            .severity(severity)
            .because([Evidence::note(Role::Source, "its name says that a visitor chooses it")]);
    }
}

fn is_refresh(before: &str) -> bool {
    before.trim_end().to_ascii_lowercase().ends_with("url=")
}

fn weight(path: &str, origin: Origin) -> Option<(Severity, Confidence)> {
    let lower = path.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    // The path of the request starts with a slash.
    if matches!(
        lower.as_str(),
        "request.path" | "request.path_info" | "request.get_full_path" | "request.build_absolute_uri"
    ) {
        return None;
    }
    if origin == Origin::Request {
        return Some((Severity::Medium, Confidence::High));
    }
    match last {
        "next" | "redirect_to" | "referer" | "referrer" | "http_referer" => {
            Some((Severity::Medium, Confidence::Medium))
        }
        "return_url" | "return_to" | "next_url" | "redirect_url" | "back_url" => {
            Some((Severity::Low, Confidence::Low))
        }
        "website" | "homepage" | "home_page" | "user_url" | "website_url" | "external_url"
        | "external_link" | "source_url" | "link" | "web_site" => Some((Severity::Low, Confidence::Low)),
        _ => None,
    }
}
