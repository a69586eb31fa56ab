//! `image-folder-writable`: everybody may write into a folder of the image.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-folder-writable"),
        title: "Everybody may write into a folder of the image",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[732],
        django_checks: &[],
        consequence: "A process that is broken into can replace the code that others run.",
        advice: "Give the folder to the one account that writes there: `COPY --chown=app:app`, `chmod 750`.",
        since: "0.1.0",
        page: include_str!("image_folder_writable.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for instruction in &file.instructions {
            let is_open = instruction.name == "RUN" && opens(&instruction.arguments)
                || matches!(instruction.name.as_str(), "COPY" | "ADD")
                    && ["--chmod=777", "--chmod=0777", "--chmod=666"]
                        .iter()
                        .any(|mode| instruction.arguments.contains(mode));
            if is_open {
                found.at(
                    instruction.span,
                    Confidence::High,
                    format!("{} lets everybody write", instruction.name),
                );
            }
        }
    }
}

/// `chmod 777 …` and its kin; `/tmp` is meant to be so.
fn opens(command: &str) -> bool {
    command.split("&&").flat_map(|part| part.split(';')).any(|part| {
        let mut words =
            part.split_whitespace().skip_while(|word| word.rsplit('/').next() != Some("chmod")).skip(1);
        let mode = words.find(|word| !word.starts_with('-'));
        let is_open = mode.is_some_and(|mode| {
            matches!(mode, "777" | "0777" | "666" | "0666" | "a+w" | "a+rwx" | "o+w" | "ugo+rwx" | "+w")
        });
        is_open && words.any(|path| !path.starts_with("/tmp") && !path.starts_with("/var/tmp"))
    })
}
