//! `image-runs-downloaded-script`: the image runs what it downloads unchecked.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-runs-downloaded-script"),
        title: "The image runs what it downloads unchecked",
        severity: Severity::Medium,
        tip: Tip::Dependencies,
        cwe: &[494],
        django_checks: &[],
        consequence: "Whoever controls the address, or the way to it, runs code in your image.",
        advice: "Download, check a digest you wrote down, then run; or install a package.",
        since: "0.1.0",
        page: include_str!("image_runs_downloaded_script.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for instruction in &file.instructions {
            let text = instruction.arguments.as_str();
            let why = match instruction.name.as_str() {
                "RUN" if pipes_into_shell(text) => "runs a download without looking at it",
                "RUN"
                    if text.contains("pip")
                        && (text.contains("--trusted-host") || text.contains("--index-url http://")) =>
                {
                    "installs packages without checking who sends them"
                }
                "ADD" if text.contains("http://") && !text.contains("--checksum") => {
                    "adds a file over plain HTTP"
                }
                _ => continue,
            };
            found.at(instruction.span, Confidence::High, format!("{} {why}", instruction.name));
        }
    }
}

/// `curl … | sh`, `wget … | sudo bash -`.
fn pipes_into_shell(text: &str) -> bool {
    text.split("&&").flat_map(|part| part.split(';')).any(|line| {
        let mut parts = line.split('|').map(str::trim);
        let downloads = parts.next().is_some_and(|first| {
            first.split_whitespace().any(|word| matches!(word.rsplit('/').next(), Some("curl" | "wget")))
        });
        downloads
            && parts.any(|part| {
                let mut words = part
                    .split_whitespace()
                    .filter(|word| *word != "sudo" && !word.starts_with('-') && !word.contains('='));
                words.next().is_some_and(|word| {
                    matches!(word.rsplit('/').next(), Some("sh" | "bash" | "python" | "python3"))
                })
            })
    })
}
