//! `nginx-image-vulnerable`: the image holds an nginx with a known weakness.

use super::scopes::nginx_images;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-image-vulnerable"),
        title: "The image holds an nginx with a known weakness",
        severity: Severity::Medium,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "A session of one name may be resumed for another, past the client certificate that the other asks for (CVE-2025-23419).",
        advice: "Take an image of 1.26.3, 1.27.4 or newer.",
        since: "0.1.0",
        page: include_str!("nginx_image_vulnerable.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for image in nginx_images(project) {
        let version = image.version;
        let is_weak =
            ((1, 11, 4)..(1, 26, 3)).contains(&version) || ((1, 27, 0)..(1, 27, 4)).contains(&version);
        if is_weak {
            let message = format!("`{}` holds nginx {}.{}.{}", image.name, version.0, version.1, version.2);
            found.at(image.place, Confidence::High, message);
        }
    }
}
