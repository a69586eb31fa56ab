//! `live-csp-http-source`: The content security policy admits plain HTTP.

use super::{add, csp, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-http-source"),
        title: "The content security policy admits plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Somebody on the way can change what such a source sends.",
        advice: "Name `https://` sources only; `upgrade-insecure-requests` helps while moving.",
        since: "0.1.0",
        page: include_str!("live_csp_http_source.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    if !page.is_secure() {
        return found.nothing_to_judge("the page itself came over plain HTTP");
    }
    let mut active = Vec::new();
    let mut passive = Vec::new();
    for (name, words) in policies.iter().flat_map(|policy| &policy.directives) {
        let plain = words.iter().filter(|word| {
            let word = word.to_ascii_lowercase();
            word == "http:" || word.starts_with("http://") || word.starts_with("ftp:")
        });
        let list = if matches!(name.as_str(), "img-src" | "media-src") { &mut passive } else { &mut active };
        list.extend(plain.map(|word| format!("`{name} {}`", cut(word, 60))));
    }
    let severity = if active.is_empty() { Severity::Low } else { Severity::Medium };
    active.extend(passive);
    if !active.is_empty() {
        let message =
            format!("The content security policy admits sources over plain HTTP: {}", active.join(", "));
        add(found, page, Confidence::High, message, header(page, "Content-Security-Policy"))
            .severity(severity);
    }
}
