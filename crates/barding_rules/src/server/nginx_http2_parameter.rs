//! `nginx-http2-parameter`: `listen … http2` is no longer the way.

use super::scopes::{nginx_files, nginx_images};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-http2-parameter"),
        title: "`listen … http2` is no longer the way",
        severity: Severity::Info,
        tip: Tip::Https,
        cwe: &[1104],
        django_checks: &[],
        consequence: "Newer releases warn, and will drop it: the server then does not start.",
        advice: "Write `http2 on;` into the server and take the parameter out.",
        since: "0.1.0",
        page: include_str!("nginx_http2_parameter.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let images = nginx_images(project);
    let Some(image) = images.iter().find(|image| image.version >= (1, 25, 1)) else { return };
    for file in nginx_files(project) {
        file.walk(&mut |listen, _| {
            if listen.name == "listen" && listen.arguments.iter().any(|word| word == "http2") {
                found
                    .at(listen.span, Confidence::High, "the parameter is out of date since nginx 1.25.1")
                    .because([Evidence::at(Role::Defined, image.place, "the version that runs")]);
            }
        });
    }
}
