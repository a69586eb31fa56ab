//! `drift-header-lost`: a header that the settings turn on does not arrive.

use super::{add, front, header, promised};
use crate::ask::On;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-header-lost"),
        title: "A header that the settings turn on does not arrive",
        severity: Severity::Medium,
        tip: Tip::Middleware,
        cwe: &[693],
        django_checks: &[],
        consequence: "The code looks right, and visitors are not protected: something on the way takes the header away, or other settings run.",
        advice: "Look which settings module runs (`DJANGO_SETTINGS_MODULE` of the server) and what the proxy does with headers; HSTS needs `SECURE_PROXY_SSL_HEADER` behind one.",
        since: "0.1.0",
        page: include_str!("drift_header_lost.md"),
    },
    check: Check::Drift(check),
};

fn check(site: &Site, project: &Project, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let is_secure = |on: On<'_>| on.lists(names::SECURITY);
    let promised = [
        (
            "Strict-Transport-Security",
            "SECURE_HSTS_SECONDS",
            page.is_secure()
                && promised::all_say(project, |on| is_secure(on).and(on.is_truthy("SECURE_HSTS_SECONDS"))),
        ),
        (
            "X-Content-Type-Options",
            "SECURE_CONTENT_TYPE_NOSNIFF",
            promised::all_say(project, |on| is_secure(on).and(on.is_truthy("SECURE_CONTENT_TYPE_NOSNIFF"))),
        ),
        (
            "Referrer-Policy",
            "SECURE_REFERRER_POLICY",
            promised::all_say(project, |on| is_secure(on).and(on.is_truthy("SECURE_REFERRER_POLICY"))),
        ),
        (
            "Cross-Origin-Opener-Policy",
            "SECURE_CROSS_ORIGIN_OPENER_POLICY",
            page.is_secure()
                && promised::all_say(project, |on| {
                    is_secure(on).and(on.is_truthy("SECURE_CROSS_ORIGIN_OPENER_POLICY"))
                }),
        ),
        (
            "X-Frame-Options",
            "X_FRAME_OPTIONS",
            promised::all_say(project, |on| on.lists(names::FRAME_OPTIONS)),
        ),
    ];
    for (header_name, setting, is_promised) in promised {
        let framed_otherwise = header_name == "X-Frame-Options"
            && page.header("content-security-policy").is_some_and(|value| value.contains("frame-ancestors"));
        if is_promised && page.header(header_name).is_none() && !framed_otherwise {
            let message = format!("The settings promise `{header_name}`, and the site does not send it");
            let finding = add(found, page, Confidence::Medium, message, header(page, header_name));
            finding.because(promised::place(project, setting));
        }
    }
}
