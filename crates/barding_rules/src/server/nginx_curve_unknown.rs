//! `nginx-curve-unknown`: nginx does not know a group that it is told to offer.

use super::scopes::{nginx_files, nginx_images};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-curve-unknown"),
        title: "nginx does not know a group that it is told to offer",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[1104],
        django_checks: &[],
        consequence: "nginx refuses to start, or after a reload goes on with the old configuration.",
        advice: "Take the group out, or an image with OpenSSL 3.5 or newer.",
        since: "0.1.0",
        page: include_str!("nginx_curve_unknown.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    // The Debian images of these releases are built on OpenSSL 3.0 and older.
    let images = nginx_images(project);
    let old = |version: (u32, u32, u32)| version < (1, 28, 0);
    let Some(image) = images.iter().find(|image| old(image.version) && !image.name.contains("alpine")) else {
        return;
    };
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let groups = directive.argument(0).to_ascii_uppercase();
            if directive.name == "ssl_ecdh_curve" && groups.contains("MLKEM") {
                found
                    .at(directive.span, Confidence::Medium, "groups with ML-KEM need OpenSSL 3.5")
                    .because([Evidence::at(Role::Defined, image.place, "built on an older OpenSSL")]);
            }
        });
    }
}
