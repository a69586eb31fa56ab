//! `database-server-public`: the database answers from the internet.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, Way};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-server-public"),
        title: "The database answers from the internet",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "Every weak password and every hole of the server can be tried by everybody.",
        advice: "Bind it to a private address (`listen_addresses`, `bind-address`), close the port in the firewall (`barding generate nftables`), or reach it over a VPN.",
        since: "0.1.0",
        page: include_str!("database_server_public.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    if seen.connection.as_ref().is_some_and(|connection| connection.way == Way::Public) {
        let message = format!("{} answers at a public address", seen.name);
        found.add(place(seen), Confidence::Medium, message);
    }
}
