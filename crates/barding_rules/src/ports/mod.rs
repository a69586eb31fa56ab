//! Rules about open ports, as one address of a host shows them.
//!
//! What comes in: a [`PortScan`]. What goes out: findings that name what answers by its own words. What was seen from this
//! machine or a private network says nothing about the world, so there it is worth knowing and no more.

mod ftp_port_open;
mod other_port_open;
mod plain_port_serves_content;
mod service_port_open;
mod service_without_password;
mod ssh_port_open;

use crate::{Findings, Rule};
use barding_finding::{Confidence, Evidence, Finding, Place, Role, Severity};
use barding_live::ports::{KnownPort, PortScan, PortSeen, State};

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &ftp_port_open::RULE,
    &other_port_open::RULE,
    &plain_port_serves_content::RULE,
    &service_port_open::RULE,
    &service_without_password::RULE,
    &ssh_port_open::RULE,
];

/// Open ports beside those of the web.
fn not_for_world(scan: &PortScan) -> impl Iterator<Item = &PortSeen> {
    scan.ports.iter().filter(|port| port.state == State::Open && !matches!(port.number, 80 | 443))
}

/// Adds a finding with what the port said and where we looked from.
fn add<'f>(
    scan: &PortScan,
    port: &PortSeen,
    found: &'f mut Findings<'_>,
    confidence: Confidence,
    message: impl Into<String>,
) -> &'f mut Finding {
    let place = Place::Endpoint { host: scan.host.clone(), port: port.number };
    let said = if port.said.is_empty() {
        "it said nothing".to_owned()
    } else {
        format!("it said `{}`", port.said.replace('`', "'"))
    };
    let finding = found.add(place.clone(), confidence, message);
    finding.because([
        Evidence::new(
            Role::Observed,
            place,
            format!("{} port {} is open; {said}", scan.address, port.number),
        ),
        Evidence::note(Role::Observed, format!("seen from {}", scan.from)),
    ]);
    if scan.is_inside {
        finding.because([Evidence::note(
            Role::NotKnown,
            "whether the world reaches it: this look came from inside",
        )]);
    }
    finding
}

/// The severity by its word; from inside it is worth knowing and no more.
fn severity_of(scan: &PortScan, word: &str) -> Severity {
    match word {
        _ if scan.is_inside => Severity::Info,
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => Severity::Info,
    }
}

/// What to do about a port that is known.
fn advice(known: &KnownPort) -> String {
    format!("{} Only 80 and 443 belong to the world.", known.fix)
}
