//! `secret-in-unit`: a secret stands in a systemd unit.

use super::scopes::deployed;
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
                let upper = name.to_ascii_uppercase();
                let secret = ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "API_KEY", "PRIVATE_KEY"]
                    .iter()
                    .any(|word| upper.contains(word))
                    && !["FILE", "PATH", "URL", "NAME", "EXPIR"].iter().any(|end| upper.ends_with(end));
                let filled = value.is_empty() || value.contains(['$', '%', '{', '<', '}']) || value.len() < 4;
                let placeholder = ["change", "your", "xxx", "example", "secret_key", "..."]
                    .iter()
                    .any(|word| value.to_ascii_lowercase().contains(word));
                if secret && !filled && !placeholder {
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
