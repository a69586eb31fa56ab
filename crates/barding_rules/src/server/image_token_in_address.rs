//! `image-token-in-address`: a token stands in the address that the image downloads from.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-token-in-address"),
        title: "A token stands in the address that the image downloads from",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[522],
        django_checks: &[],
        consequence: "Everybody who may pull the image reads it in the history.",
        advice: "`RUN --mount=type=secret` or `--mount=type=ssh`.",
        since: "0.1.0",
        page: include_str!("image_token_in_address.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for run in
            file.instructions.iter().filter(|instruction| matches!(instruction.name.as_str(), "RUN" | "ADD"))
        {
            let has_password = run.arguments.split("://").skip(1).any(|rest| {
                let authority = rest.split(['/', ' ', '"', '\'']).next().unwrap_or_default();
                authority.rsplit_once('@').is_some_and(|(user, _)| {
                    let secret = user.split_once(':').map_or(user, |(_, password)| password);
                    // A name alone (`git@`) is no secret, and a variable or a mounted secret is filled in later.
                    secret.len() >= 8 && !secret.contains(['$', '<', '{', '*'])
                })
            });
            if has_password {
                found.at(
                    run.span,
                    Confidence::High,
                    format!("{} downloads with a token in the address", run.name),
                );
            }
        }
    }
}
