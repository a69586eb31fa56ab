//! `secret-in-image`: a secret is part of the image or of the deployment files.

use super::scopes::{DeployedVariable, deployed_variables};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-image"),
        title: "A secret is part of the image or of the deployment files",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798, 522],
        django_checks: &[],
        consequence: "Whoever gets the image or the repository has the secret; it stays in the image's history.",
        advice: "Pass it at run time from a secret store; for `collectstatic` set a dummy for that one command (`RUN SECRET_KEY=x …`).",
        since: "0.1.0",
        page: include_str!("secret_in_image.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for variable in deployed_variables(project) {
        let DeployedVariable { name, value, place, holder } = variable;
        if !names_secret(&name) || !is_literal(&value) {
            continue;
        }
        let shown = barding_source::Redacted::new(value);
        found.at(place, Confidence::Medium, format!("{holder} holds a value for `{name}`: {shown}"));
    }
}

fn names_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    if upper.ends_with("_FILE")
        || upper.ends_with("_PATH")
        || upper.ends_with("_NAME")
        || upper.contains("PUBLIC")
    {
        return false;
    }
    ["SECRET_KEY", "PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY"]
        .iter()
        .any(|word| upper.ends_with(word))
        || upper == "DATABASE_URL"
}

/// A value that is a secret itself, not a reference to one, a placeholder or a switch.
fn is_literal(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let placeholder = [
        "${",
        "$(",
        "{{",
        "<",
        "changeme",
        "change-me",
        "change_me",
        "example",
        "placeholder",
        "your",
        "xxx",
        "dummy",
        "build",
        "unused",
        "not-used",
        "fake",
        "insecure",
    ]
    .iter()
    .any(|word| lower.contains(word));
    let switch = matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "1" | "0" | "none" | "null");
    let url_without_password = value.contains("://")
        && !value.split("://").nth(1).is_some_and(|rest| {
            rest.split('@').next().is_some_and(|user| rest.contains('@') && user.contains(':'))
        });
    !placeholder
        && !switch
        && !url_without_password
        && !value.starts_with(['$', '/'])
        && value.chars().count() >= 6
}
