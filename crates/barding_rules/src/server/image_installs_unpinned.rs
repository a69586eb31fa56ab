//! `image-installs-unpinned`: an image installs whatever version is newest.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-installs-unpinned"),
        title: "An image installs whatever version is newest",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[1357],
        django_checks: &[],
        consequence: "Two builds of one commit differ, and a package that was taken over gets in unseen.",
        advice: "Install from a lock file: `pip install --require-hashes -r requirements.txt`.",
        since: "0.1.0",
        page: include_str!("image_installs_unpinned.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for run in file.last_stage().filter(|instruction| instruction.name == "RUN") {
            if let Some(package) = unpinned(&run.arguments) {
                found.at(run.span, Confidence::High, format!("`{package}` is installed without a version"));
            }
        }
    }
}

/// The first package that a `pip install` names without a version. Pip's own tools are left out, and lines with a list.
fn unpinned(command: &str) -> Option<String> {
    command.split("&&").flat_map(|part| part.split(';')).find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let at = words.windows(2).position(|pair| {
            pair[0].trim_start_matches("/usr/bin/").starts_with("pip") && pair[1] == "install"
        })?;
        let mut rest = words[at + 2..].iter();
        let mut named = Vec::new();
        while let Some(word) = rest.next() {
            match *word {
                "-r" | "-c" | "--requirement" | "--constraint" => return None,
                "-e" | "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "-t"
                | "--target" | "--prefix" | "--root" => {
                    rest.next();
                }
                word if word.starts_with('-') => {}
                word => named.push(word.trim_matches(['"', '\''])),
            }
        }
        let is_tool = |name: &str| matches!(name, "pip" | "setuptools" | "wheel");
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']' | ','))
                && ![".whl", ".txt", ".gz", ".zip"].iter().any(|end| name.ends_with(end))
        };
        named.into_iter().find(|name| is_name(name) && !is_tool(name)).map(str::to_owned)
    })
}
