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

/// The first package that a command names without a version, and that its registry would give in whatever version is newest.
/// Packages of the distribution are signed by it and mended under one name, so they are left out.
fn unpinned(command: &str) -> Option<String> {
    command.split("&&").flat_map(|part| part.split(';')).find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.windows(2).enumerate().find_map(|(at, pair)| {
            let tool = pair[0].rsplit('/').next().unwrap_or_default();
            let rest = &words[at + 2..];
            match (tool, pair[1]) {
                ("npm", "install" | "i" | "add") | ("yarn" | "pnpm", "add") => of_node(rest),
                ("gem", "install") => of_ruby(rest),
                (tool, "install") if tool.starts_with("pip") => of_python(rest),
                _ => None,
            }
        })
    })
}

/// Pip's own tools are left out, and lines with a list.
fn of_python(words: &[&str]) -> Option<String> {
    const WITH_VALUE: &[&str] = &[
        "-e",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "-t",
        "--target",
        "--prefix",
        "--root",
    ];
    let mut rest = words.iter();
    let mut named = Vec::new();
    while let Some(word) = rest.next() {
        match *word {
            "-r" | "-c" | "--requirement" | "--constraint" => return None,
            word if WITH_VALUE.contains(&word) => {
                rest.next();
            }
            word if word.starts_with('-') => {}
            word => named.push(word.trim_matches(['"', '\''])),
        }
    }
    let is_tool = |name: &str| matches!(name, "pip" | "setuptools" | "wheel");
    let is_name = |name: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']' | ',');
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(is_part)
            && ![".whl", ".txt", ".gz", ".zip"].iter().any(|end| name.ends_with(end))
    };
    named.into_iter().find(|name| is_name(name) && !is_tool(name)).map(str::to_owned)
}

/// `express`, `@scope/name`; a version follows an `@`.
fn of_node(words: &[&str]) -> Option<String> {
    let named = words.iter().map(|word| word.trim_matches(['"', '\'']));
    let mut packages = named.filter(|word| !word.starts_with(['-', '.', '/', '$']) && !word.contains(':'));
    packages.find(|name| !name.trim_start_matches('@').contains('@')).map(str::to_owned)
}

fn of_ruby(words: &[&str]) -> Option<String> {
    let pins = words.iter().any(|word| matches!(*word, "-v" | "--version") || word.starts_with("--version="));
    let mut packages = words.iter().filter(|word| !word.starts_with(['-', '$']) && !word.contains(':'));
    packages.find(|name| !pins && !name.ends_with(".gem")).map(|name| (*name).to_owned())
}
