//! `ingress-runs-snippets`: an ingress carries configuration of its own.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ingress-runs-snippets"),
        title: "An ingress carries configuration of its own",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[94],
        django_checks: &[],
        consequence: "Whoever may write an ingress writes into the controller's configuration, and reads its secrets.",
        advice: "Use the annotations made for the purpose, and keep snippets turned off in the controller.",
        since: "0.1.0",
        page: include_str!("ingress_runs_snippets.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        for document in &file.documents {
            let annotations = document.at(&["metadata", "annotations"]).map(Node::pairs).unwrap_or_default();
            for (key, value) in annotations {
                let name = key.text().unwrap_or_default();
                let on = value.text() == Some("true");
                if name.ends_with("/configuration-snippet")
                    || name.ends_with("/server-snippet")
                    || name.ends_with("/auth-snippet")
                {
                    found.at(
                        key.span,
                        Confidence::High,
                        format!("`{name}` writes into the controller's configuration"),
                    );
                } else if on && name.ends_with("/use-forwarded-headers") {
                    found.at(
                        key.span,
                        Confidence::Medium,
                        format!("`{name}` believes headers of every client"),
                    );
                }
            }
        }
    }
}
