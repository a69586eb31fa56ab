//! `image-holds-compilers`: the image that is shipped holds compilers.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-holds-compilers"),
        title: "The image that is shipped holds compilers",
        severity: Severity::Info,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &[],
        consequence: "Whoever breaks in finds what turns a small foothold into a large one.",
        advice: "Build in a stage of its own, and copy the result: `COPY --from=build`.",
        since: "0.1.0",
        page: include_str!("image_holds_compilers.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    const TOOLS: &[&str] =
        &["gcc", "g++", "build-essential", "build-base", "make", "cargo", "rustc", "clang"];
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        let starts =
            file.last_stage().any(|instruction| matches!(instruction.name.as_str(), "CMD" | "ENTRYPOINT"));
        for run in file.last_stage().filter(|instruction| starts && instruction.name == "RUN") {
            let installs = ["apt-get install", "apt install", "apk add", "dnf install", "yum install"]
                .iter()
                .any(|command| run.arguments.replace("apt-get -y", "apt-get").contains(command));
            let removes = ["purge", "remove", "apk del", "--virtual", "autoremove"]
                .iter()
                .any(|word| run.arguments.contains(word));
            let tool = run.arguments.split_whitespace().find(|word| TOOLS.contains(word));
            if let (true, false, Some(tool)) = (installs, removes, tool) {
                found.at(run.span, Confidence::High, format!("`{tool}` stays in the image"));
            }
        }
    }
}
