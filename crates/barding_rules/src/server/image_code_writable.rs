//! `image-code-writable`: the site may write to its own code.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-code-writable"),
        title: "The site may write to its own code",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[732],
        django_checks: &[],
        consequence: "Whoever gets a file written by the site replaces its code.",
        advice: "Leave the code to root, and give the account of the site only the folder of uploads.",
        since: "0.1.0",
        page: include_str!("image_code_writable.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        let user = file.last_stage().filter(|instruction| instruction.name == "USER").last();
        let user = user.map_or("", |user| user.arguments.split(':').next().unwrap_or_default());
        if matches!(user, "" | "root" | "0") {
            continue;
        }
        let mut workdir = String::new();
        for instruction in file.last_stage() {
            let words: Vec<&str> = instruction.arguments.split_whitespace().collect();
            let owner_is_user = |owner: &str| owner.split(':').next().is_some_and(|owner| owner == user);
            let gives = match instruction.name.as_str() {
                "WORKDIR" => {
                    instruction.arguments.trim_end_matches('/').clone_into(&mut workdir);
                    false
                }
                "COPY" | "ADD" => {
                    let paths: Vec<&str> =
                        words.iter().filter(|word| !word.starts_with("--")).copied().collect();
                    let owner = words.iter().find_map(|word| word.strip_prefix("--chown="));
                    paths.first() == Some(&".") && owner.is_some_and(owner_is_user)
                }
                "RUN" => words.windows(4).any(|part| {
                    let folder = part[3].trim_end_matches(['/', ';']);
                    part[0] == "chown"
                        && part[1] == "-R"
                        && owner_is_user(part[2])
                        && !folder.is_empty()
                        && (folder == workdir || folder == ".")
                }),
                _ => false,
            };
            if gives {
                found.at(
                    instruction.span,
                    Confidence::High,
                    format!("the code belongs to `{user}`, who runs it"),
                );
            }
        }
    }
}
