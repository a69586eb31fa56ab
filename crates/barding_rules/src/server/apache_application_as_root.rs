//! `apache-application-as-root`: the application runs as root under Apache.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-application-as-root"),
        title: "The application runs as root under Apache",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "A break-in through the site owns the machine.",
        advice: "Name a user of its own: `WSGIDaemonProcess shop user=shop group=shop`.",
        since: "0.1.0",
        page: include_str!("apache_application_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            let is_root = directive
                .arguments
                .iter()
                .any(|word| matches!(word.as_str(), "user=root" | "user=#0" | "user=0"));
            if directive.name.eq_ignore_ascii_case("WSGIDaemonProcess") && is_root {
                found.at(directive.span, Confidence::High, "mod_wsgi runs the application as root");
            }
        });
    }
}
