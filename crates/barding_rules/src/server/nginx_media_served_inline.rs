//! `nginx-media-served-inline`: uploads are served as pages of the site.

use super::scopes::{includes_more, nginx_files};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-media-served-inline"),
        title: "Uploads are served as pages of the site",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[79, 434],
        django_checks: &[],
        consequence: "An uploaded HTML or SVG file runs its script with the site's cookies.",
        advice: "In the media location add `X-Content-Type-Options nosniff` and `Content-Security-Policy \"sandbox; default-src 'none'\"` (or `Content-Disposition attachment`), each with `always`, or serve media from a host of its own.",
        since: "0.1.0",
        page: include_str!("nginx_media_served_inline.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |location, scope| {
            let prefix = location.arguments.last().map_or("", String::as_str);
            let is_media = prefix
                .trim_matches('/')
                .split('/')
                .any(|part| matches!(part, "media" | "uploads" | "upload"));
            let serves =
                location.children("alias").next().is_some() || location.children("root").next().is_some();
            let mut inside = scope.clone();
            inside.push(location);
            if location.name != "location" || !is_media || !serves || includes_more(&inside) {
                return;
            }
            if location.children("internal").next().is_some() {
                return;
            }
            let headers = in_effect(&inside, "add_header");
            let has = |name: &str, word: &str| {
                headers.iter().any(|header| {
                    header.argument(0).eq_ignore_ascii_case(name)
                        && header.argument(1).to_ascii_lowercase().contains(word)
                })
            };
            let inert = has("Content-Disposition", "attachment")
                || has("Content-Security-Policy", "sandbox")
                || has("Content-Security-Policy", "default-src 'none'");
            if !inert {
                found.at(
                    location.span,
                    Confidence::Medium,
                    format!("`location {}` serves uploads as the site itself", location.arguments.join(" ")),
                );
            }
        });
    }
}
