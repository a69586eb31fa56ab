//! `image-not-pinned`: the image may be another one tomorrow.

use super::scopes::{compose_services, deployed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-not-pinned"),
        title: "The image may be another one tomorrow",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "A rebuild brings other software without anybody having chosen it, and nobody can say what ran yesterday.",
        advice: "Name a version, better with its digest: `python:3.13-slim@sha256:…`.",
        since: "0.1.0",
        page: include_str!("image_not_pinned.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        let mut stages: Vec<String> = Vec::new();
        for from in file.instructions.iter().filter(|instruction| instruction.name == "FROM") {
            let words: Vec<&str> =
                from.arguments.split_whitespace().filter(|word| !word.starts_with("--")).collect();
            let image = words.first().copied().unwrap_or_default();
            if !stages.iter().any(|stage| stage == image) && floats(image) {
                found.at(from.span, Confidence::High, format!("`FROM {image}` names no version"));
            }
            if let [_, word, name] = words[..]
                && word.eq_ignore_ascii_case("as")
            {
                stages.push(name.to_owned());
            }
        }
    }
    for service in
        compose_services(project).iter().filter(|service| !service.builds() && !service.for_development)
    {
        if let Some(node) = service.node.get("image")
            && node.text().is_some_and(floats)
        {
            let message = format!("service `{}` names no version of its image", service.name);
            found.at(node.span, Confidence::High, message);
        }
    }
}

/// Whether an image is named without a version, or with one that moves.
fn floats(image: &str) -> bool {
    if image.is_empty() || image == "scratch" || image.contains(['$', '{', '@']) {
        return false;
    }
    match image.rsplit('/').next().unwrap_or_default().split_once(':') {
        None => true,
        Some((_, tag)) => tag == "latest",
    }
}
