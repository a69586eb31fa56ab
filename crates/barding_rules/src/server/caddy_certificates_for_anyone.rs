//! `caddy-certificates-for-anyone`: anybody can make Caddy ask for certificates.

use super::scopes::{caddy_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-certificates-for-anyone"),
        title: "Anybody can make Caddy ask for certificates",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[770],
        django_checks: &[],
        consequence: "Names that point at the server get a certificate each, until the authority stops answering; and each of them reaches Django.",
        advice: "Name an `ask` endpoint in the global `on_demand_tls` block, or write the names of the site out.",
        since: "0.1.0",
        page: include_str!("caddy_certificates_for_anyone.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        let (mut on_demand, mut asks) = (None, false);
        for top in &file.directives {
            visit(top, &mut |directive| match directive.name.as_str() {
                "on_demand" => on_demand = on_demand.or(Some(directive.span)),
                "on_demand_tls" => {
                    asks |=
                        directive.children("ask").chain(directive.children("permission")).next().is_some();
                }
                "import" => asks = true,
                _ => {}
            });
        }
        if let (Some(place), false) = (on_demand, asks) {
            let message = "`on_demand` gets certificates for every name: nobody is asked first";
            found.at(place, Confidence::High, message);
        }
    }
}
