//! `debug-in-deployment`: the deployment switches DEBUG on.

use super::scopes::{DeployedVariable, deployed_variables};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debug-in-deployment"),
        title: "The deployment switches DEBUG on",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Error pages show source, settings and SQL to every visitor.",
        advice: "Leave the variable out of the image and of the service; development files may set it.",
        since: "0.1.0",
        page: include_str!("debug_in_deployment.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for variable in deployed_variables(project) {
        let DeployedVariable { name, value, place, holder } = variable;
        let names_debug = matches!(name.as_str(), "DEBUG" | "DJANGO_DEBUG" | "DEBUG_MODE");
        if names_debug && matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on") {
            found.at(place, Confidence::High, format!("{holder} sets `{name}={value}`"));
        }
    }
}
