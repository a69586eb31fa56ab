//! `image-holds-debugger`: the image holds a debugger or a login server.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-holds-debugger"),
        title: "The image holds a debugger or a login server",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Whoever gets inside, or reaches the port, finds a way to run code ready-made.",
        advice: "Install such tools in an image for development only.",
        since: "0.1.0",
        page: include_str!("image_holds_debugger.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for instruction in &file.instructions {
            if instruction.stage != file.instructions.last().map_or(0, |last| last.stage) {
                continue;
            }
            let text = instruction.arguments.as_str();
            let installs = instruction.name == "RUN" && text.contains("install") || text.contains("apk add");
            let installed = text
                .split_once("install")
                .or_else(|| text.split_once("apk add"))
                .map_or("", |(_, after)| after);
            let tool = installed.split([' ', '=', ',']).find(|word| {
                matches!(
                    *word,
                    "debugpy"
                        | "pydevd-pycharm"
                        | "pydevd"
                        | "rpdb"
                        | "web-pdb"
                        | "openssh-server"
                        | "telnetd"
                        | "ipdb"
                        | "sudo"
                )
            });
            if let (true, Some(tool)) = (installs, tool) {
                found.at(instruction.span, Confidence::High, format!("the image installs {tool}"));
            } else if instruction.name == "EXPOSE"
                && text.split_whitespace().any(|port| matches!(port, "22" | "22/tcp" | "5678" | "5678/tcp"))
            {
                found.at(
                    instruction.span,
                    Confidence::Medium,
                    "the image offers a port for logins or debuggers",
                );
            }
        }
    }
}
