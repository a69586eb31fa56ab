//! `ingress-without-tls`: an Ingress serves the site over plain HTTP.

use super::scopes::{deployed, tls_ends_before};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ingress-without-tls"),
        title: "An Ingress serves the site over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Passwords and sessions travel in clear.",
        advice: "Add `tls:` with hosts and a secret, and leave `ssl-redirect` on.",
        since: "0.1.0",
        page: include_str!("ingress_without_tls.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    if tls_ends_before(project) {
        return;
    }
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        for document in file
            .documents
            .iter()
            .filter(|document| document.get("kind").and_then(Node::text) == Some("Ingress"))
        {
            if let (Some(rules), None) = (document.at(&["spec", "rules"]), document.at(&["spec", "tls"])) {
                // A cloud's balancer may hold the certificate in an annotation.
                let annotated = document.at(&["metadata", "annotations"]).is_some_and(|list| {
                    list.pairs().iter().any(|(key, _)| {
                        key.text().is_some_and(|key| {
                            key.contains("cert") || key.contains("ssl") || key.contains("tls")
                        })
                    })
                });
                if !annotated {
                    found.at(rules.span, Confidence::Medium, "The Ingress has rules and no `tls`");
                }
            }
            for (key, value) in document.at(&["metadata", "annotations"]).map(Node::pairs).unwrap_or_default()
            {
                if key
                    .text()
                    .is_some_and(|key| key.ends_with("/ssl-redirect") || key.ends_with("/force-ssl-redirect"))
                    && value.text() == Some("false")
                {
                    found.at(key.span, Confidence::Medium, "The Ingress does not redirect to HTTPS");
                }
            }
        }
    }
}
