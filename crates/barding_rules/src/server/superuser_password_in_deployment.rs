//! `superuser-password-in-deployment`: the password of the superuser stands in the deployment.

use super::scopes::deployed_variables;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("superuser-password-in-deployment"),
        title: "The password of the superuser stands in the deployment",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798],
        django_checks: &[],
        consequence: "Everybody who may read the repository or the image enters the admin.",
        advice: "Run `createsuperuser` by hand, or take the password from a secret store.",
        since: "0.1.0",
        page: include_str!("superuser_password_in_deployment.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for variable in deployed_variables(project) {
        let is_written = !variable.value.is_empty() && !variable.value.contains(['$', '{', '<']);
        if variable.name == "DJANGO_SUPERUSER_PASSWORD" && is_written {
            let message = format!("{} sets the password of the superuser", variable.holder);
            found.at(variable.place, Confidence::High, message);
        }
    }
}
