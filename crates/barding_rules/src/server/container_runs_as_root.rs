//! `container-runs-as-root`: the container runs as root.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("container-runs-as-root"),
        title: "The container runs as root",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "A break-in starts with all rights inside the container, and with a head start against the host.",
        advice: "Create a user and end the Dockerfile with `USER` and its number.",
        since: "0.1.0",
        page: include_str!("container_runs_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| super::scopes::deployed(&file.file)) {
        let starts =
            file.last_stage().any(|instruction| matches!(instruction.name.as_str(), "CMD" | "ENTRYPOINT"));
        let user = file.last_stage().filter(|instruction| instruction.name == "USER").last();
        match user {
            Some(user) if matches!(user.arguments.split(':').next(), Some("root" | "0")) => {
                found.at(user.span, Confidence::High, "the image's last USER is root");
            }
            None if starts => {
                let Some(from) = file.last_stage().find(|instruction| instruction.name == "FROM") else {
                    continue;
                };
                // An earlier stage of the same file may have set the user that this one inherits.
                let base = from.arguments.split_whitespace().next().unwrap_or_default();
                let inherits = file.instructions.iter().any(|instruction| {
                    instruction.name == "FROM"
                        && instruction
                            .arguments
                            .to_ascii_lowercase()
                            .ends_with(&format!(" as {}", base.to_ascii_lowercase()))
                });
                let official = matches!(
                    base.split([':', '@']).next(),
                    Some("python" | "debian" | "ubuntu" | "alpine" | "node")
                );
                if !inherits && official {
                    found.at(
                        from.span,
                        Confidence::Medium,
                        format!("no USER follows `FROM {base}`, so the container runs as root"),
                    );
                }
            }
            _ => {}
        }
    }
}
