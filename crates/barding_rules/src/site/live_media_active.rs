//! `live-media-active`: uploaded files are served so that they can run as pages.

use super::{add, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-media-active"),
        title: "Uploaded files are served so that they can run as pages",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[434, 79],
        django_checks: &[],
        consequence: "An uploaded page acts with the rights of the site.",
        advice: "Serve media from a domain of its own, or with `X-Content-Type-Options: nosniff` and `Content-Disposition: attachment` or `Content-Security-Policy: sandbox`.",
        since: "0.1.0",
        page: include_str!("live_media_active.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let files: Vec<&Exchange> = site.answered(Purpose::Media).filter(|file| file.is_success()).collect();
    if files.is_empty() {
        return found.nothing_to_judge("no uploaded file was seen on the site's own host");
    }
    for file in files {
        let sniffed =
            file.header("x-content-type-options").is_none_or(|value| !value.eq_ignore_ascii_case("nosniff"));
        let attached = file
            .header("content-disposition")
            .is_some_and(|value| value.trim().to_ascii_lowercase().starts_with("attachment"));
        let boxed = file.header("content-security-policy").is_some_and(|value| value.contains("sandbox"));
        let active = matches!(
            file.media_type().as_str(),
            "text/html" | "image/svg+xml" | "application/xhtml+xml" | "text/xml"
        );
        if attached || boxed || !(sniffed || active) {
            continue;
        }
        let message = if active {
            "An uploaded file is served as a page"
        } else {
            "An uploaded file is served so that its type may be guessed"
        };
        let severity = if active { Severity::High } else { Severity::Medium };
        add(
            found,
            file,
            Confidence::Medium,
            message,
            format!("{}; {}", header(file, "Content-Type"), header(file, "X-Content-Type-Options")),
        )
        .severity(severity);
    }
}
