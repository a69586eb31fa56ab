//! `secret-in-unit`: a secret stands in a systemd unit.

use super::scopes::{deployed, is_written_secret};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::dockerfile;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-unit"),
        title: "A secret stands in a systemd unit",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[522],
        django_checks: &[],
        consequence: "Every user of the machine reads it with `systemctl show`.",
        advice: "Put it into a file of mode 0600 and name that with EnvironmentFile=, or use LoadCredential=.",
        since: "0.1.0",
        page: include_str!("secret_in_unit.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        for entry in unit.all("Service", "Environment") {
            for word in dockerfile::split(&entry.value) {
                let Some((name, value)) = word.split_once('=') else { continue };
                if is_written_secret(name, value) {
                    found.at(
                        entry.span,
                        Confidence::High,
                        format!("`Environment=` gives {name} to everybody on the machine"),
                    );
                }
            }
        }
    }
}
