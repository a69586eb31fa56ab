//! `apache-version-shown`: Apache tells its version.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-version-shown"),
        title: "Apache tells its version",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[497],
        django_checks: &[],
        consequence: "A scanner knows at once which known holes to try.",
        advice: "`ServerTokens Prod` and `ServerSignature Off`.",
        since: "0.1.0",
        page: include_str!("apache_version_shown.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            let (name, value) =
                (directive.name.to_ascii_lowercase(), directive.argument(0).to_ascii_lowercase());
            let tells = match name.as_str() {
                "servertokens" => !matches!(value.as_str(), "prod" | "productonly" | ""),
                "serversignature" => matches!(value.as_str(), "on" | "email"),
                _ => false,
            };
            if tells {
                let message =
                    format!("`{} {}` shows more than the product", directive.name, directive.argument(0));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
