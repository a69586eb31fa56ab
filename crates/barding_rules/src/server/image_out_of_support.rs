//! `image-out-of-support`: the image is built on software that gets no fixes.

use super::scopes::{base_image, compose_services, deployed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-out-of-support"),
        title: "The image is built on software that gets no fixes",
        severity: Severity::Medium,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "Holes that are found from now on stay open.",
        advice: "Take a version that is still maintained.",
        since: "0.1.0",
        page: include_str!("image_out_of_support.md"),
    },
    check: Check::Project(check),
};

/// The last version of each image that gets no more fixes, as of the end of 2026.
const ENDED: &[(&str, u32, u32)] = &[
    ("python", 3, 9),
    ("postgres", 13, u32::MAX),
    ("postgis/postgis", 13, u32::MAX),
    ("redis", 5, u32::MAX),
    ("mysql", 5, u32::MAX),
    ("mariadb", 10, 5),
    ("node", 18, u32::MAX),
    ("ubuntu", 18, u32::MAX),
    ("debian", 10, u32::MAX),
    ("elasticsearch", 6, u32::MAX),
];

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for from in file.last_stage().filter(|instruction| instruction.name == "FROM") {
            let image = base_image(from).unwrap_or_default();
            if has_ended(image) {
                found.at(from.span, Confidence::High, format!("`{image}` gets no fixes any more"));
            }
        }
    }
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        if let Some(node) = service.node.get("image")
            && let Some(image) = node.text().filter(|image| has_ended(image))
        {
            found.at(
                node.span,
                Confidence::High,
                format!("service `{}`: `{image}` gets no fixes any more", service.name),
            );
        }
    }
}

fn has_ended(image: &str) -> bool {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let Some((name, tag)) = image.split_once(':') else { return false };
    let ended = ["buster", "stretch", "jessie", "wheezy"];
    if ended.iter().any(|release| tag.split(['-', '@']).any(|part| part == *release)) {
        return true;
    }
    let version = tag.split(['-', '@']).next().unwrap_or_default();
    let mut numbers = version.split('.').map(str::parse::<u32>);
    let Some(Ok(major)) = numbers.next() else { return false };
    let minor = numbers.next().and_then(Result::ok);
    ENDED.iter().filter(|(known, _, _)| *known == name).any(|(_, last_major, last_minor)| {
        major < *last_major
            || major == *last_major
                && (*last_minor == u32::MAX || minor.is_some_and(|minor| minor <= *last_minor))
    })
}
