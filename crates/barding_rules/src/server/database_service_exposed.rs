//! `database-service-exposed`: a Kubernetes service opens a database to the outside.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-service-exposed"),
        title: "A Kubernetes service opens a database to the outside",
        severity: Severity::Critical,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "The database answers on every node or at a public address.",
        advice: "`type: ClusterIP`, and a NetworkPolicy that lets only the site in.",
        since: "0.1.0",
        page: include_str!("database_service_exposed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    const PORTS: [&str; 10] =
        ["5432", "6432", "3306", "27017", "6379", "11211", "5672", "15672", "9200", "1433"];
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        for document in file
            .documents
            .iter()
            .filter(|document| document.get("kind").and_then(Node::text) == Some("Service"))
        {
            let Some(kind) = document.at(&["spec", "type"]) else { continue };
            if !matches!(kind.text(), Some("LoadBalancer" | "NodePort")) {
                continue;
            }
            // A balancer inside the cloud's own network says so in an annotation.
            let internal = document.at(&["metadata", "annotations"]).is_some_and(|list| {
                list.pairs().iter().any(|(key, _)| {
                    key.text().is_some_and(|key| key.to_ascii_lowercase().contains("internal"))
                })
            });
            for port in document.at(&["spec", "ports"]).map(Node::items).unwrap_or_default() {
                let number = port.get("port").and_then(Node::text).unwrap_or_default();
                if PORTS.contains(&number) && !internal {
                    let message = format!(
                        "Port {number} is opened to the outside by a {}",
                        kind.text().unwrap_or_default()
                    );
                    found.at(kind.span, Confidence::High, message);
                }
            }
        }
    }
}
