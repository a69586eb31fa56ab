//! `image-copies-secrets`: the image holds files of secrets.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-copies-secrets"),
        title: "The image holds files of secrets",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "Whoever gets the image has the secrets, also where a later layer deletes the file.",
        advice: "Mount secrets when the container starts, or use `RUN --mount=type=secret` while it is built; name the files in `.dockerignore`.",
        since: "0.1.0",
        page: include_str!("image_copies_secrets.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for instruction in &file.instructions {
            if !matches!(instruction.name.as_str(), "COPY" | "ADD")
                || instruction.arguments.contains("--from=")
            {
                continue;
            }
            let words: Vec<&str> =
                instruction.arguments.split_whitespace().filter(|word| !word.starts_with("--")).collect();
            let [sources @ .., _] = words.as_slice() else { continue };
            if let Some(secret) = sources.iter().find(|path| is_secret(path)) {
                found.at(instruction.span, Confidence::High, format!("`{secret}` is copied into the image"));
            }
        }
    }
}

/// Whether a file of that name holds secrets. Examples and public halves do not.
fn is_secret(path: &str) -> bool {
    let name =
        path.trim_matches(['"', '[', ']', ',']).rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_model =
        ["example", "sample", "template", "dist", "ci", "test"].iter().any(|word| name.contains(word));
    let is_environment = name == ".env" || name.starts_with(".env.") || name == ".envrc";
    let is_key = matches!(
        name.as_str(),
        "id_rsa"
            | "id_ed25519"
            | "id_ecdsa"
            | ".pgpass"
            | ".netrc"
            | ".my.cnf"
            | ".git-credentials"
            | "credentials.json"
            | "service-account.json"
    );
    !is_model && (is_environment || is_key || name.ends_with(".key"))
}
