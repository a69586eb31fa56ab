//! `barding ports`: what is open that should not be.

use crate::args::{FormatArg, ReportArgs};
use crate::context::Context;
use crate::deliver::{deliver, print};
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_audit::{AuditOptions, audit_live};
use barding_finding::Severity;
use barding_live::dial::{Dialer, Limits, Vantage, addresses};
use barding_live::ports::{PortScan, State, Wish, known_of, known_ports, quick_ports, scan};
use barding_live::site::Url;
use barding_rules::Facts;
use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

/// Look which ports of a host are open, and what answers there: your own, or one you may test.
///
/// Each open port is asked one harmless thing and named by what it says, never by its number alone. No password is tried.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding ports shop.example                 the ports that hosts of Django sites leave open by mistake\n  \
    barding ports shop.example --all-ports     all 65,535\n  \
    barding ports 192.0.2.7 --port 5432,6379   these\n\n\
    What is seen from this machine or a private network says nothing about the world: look from outside.\n\n\
    Exit codes: 0 clean at the chosen level, 1 findings, 2 the look did not happen.")]
pub(crate) struct Args {
    /// The host: a name or an address
    #[arg(value_name = "HOST")]
    host: String,
    /// Try all 65,535 ports
    #[arg(long)]
    all_ports: bool,
    /// Try only the commonest ports
    #[arg(long, conflicts_with = "all_ports")]
    quick: bool,
    /// Try these ports (comma-separated or repeated)
    #[arg(long = "port", value_name = "PORT", value_delimiter = ',', conflicts_with_all = ["all_ports", "quick"])]
    ports: Vec<u16>,
    /// SSH is open to given networks only, and this look comes from one of them
    #[arg(long)]
    ssh_restricted: bool,
    /// The host is yours, or you may test it: do not ask
    #[arg(long)]
    yes: bool,
    /// Connections per second [default: 100 to public addresses, no limit inside]
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Seconds that the whole scan may take
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=36_000))]
    timeout: u64,
    /// IPv4 only
    #[arg(long = "ipv4", short = '4', conflicts_with = "ipv6")]
    ipv4: bool,
    /// IPv6 only
    #[arg(long = "ipv6", short = '6')]
    ipv6: bool,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Looks, judges and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let host = host(&args.host)?;
    let found: Vec<IpAddr> = addresses(&host, 0)
        .ok()
        .with_context(|| format!("{host} has no address"))?
        .into_iter()
        .map(|address| address.ip())
        .filter(|ip| !(args.ipv4 && ip.is_ipv6() || args.ipv6 && ip.is_ipv4()))
        .collect();
    if found.is_empty() {
        bail!("{host} has no address of that family");
    }
    let is_inside = found.iter().all(|ip| Vantage { from: *ip, to: *ip }.is_inside());
    if !is_inside && !args.yes {
        crate::commands::scan::confirm("A look at the ports of a public host")?;
    }
    let mut ports: Vec<u16> = match () {
        () if args.all_ports => (1..=u16::MAX).collect(),
        () if args.quick => quick_ports().to_vec(),
        () if !args.ports.is_empty() => args.ports.clone(),
        () => known_ports().iter().filter(|port| !port.is_udp).map(|port| port.number).collect(),
    };
    ports.sort_unstable();
    ports.dedup();
    let how = How {
        rate: args.rate,
        datagrams: args.ports.is_empty(),
        whole: Duration::from_secs(args.timeout),
        ssh_is_restricted: args.ssh_restricted,
    };
    let scans = scan_host(&host, &found, &ports, how);
    if scans.iter().all(|scan| scan.tried == 0) {
        bail!("no port could be tried");
    }
    let mut options = AuditOptions { target: host.clone(), ..AuditOptions::default() };
    options.select = args.select.clone();
    options.ignore = args.ignore.clone();
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    options.today = Some(context.today.clone());
    let facts = Facts { ports: Some(scans), ..Facts::default() };
    let result = audit_live(&facts, &options)?;
    let is_terminal =
        matches!(args.report.format, None | Some(FormatArg::Terminal)) && args.report.output.is_none();
    if is_terminal && !args.report.quiet {
        let worst = result.findings.iter().map(|finding| finding.severity).max();
        for scan in facts.ports.iter().flatten() {
            print(&view(scan, worst))?;
        }
    }
    deliver(&result, &args.report, context)
}

/// The host of what was typed.
fn host(text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.parse::<IpAddr>().is_ok() {
        return Ok(text.to_owned());
    }
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) };
    Ok(url.with_context(|| format!("{text:?} is no host"))?.host)
}

/// How to scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) rate: Option<f64>,
    pub(crate) datagrams: bool,
    pub(crate) whole: Duration,
    pub(crate) ssh_is_restricted: bool,
}

/// The ports of the first address of each family: firewalls often have rules for one of them only.
pub(crate) fn scan_host(host: &str, found: &[IpAddr], ports: &[u16], how: How) -> Vec<PortScan> {
    let mut chosen: Vec<IpAddr> = Vec::new();
    chosen.extend(found.iter().find(|ip| ip.is_ipv4()));
    chosen.extend(found.iter().find(|ip| ip.is_ipv6()));
    let one = |ip: IpAddr| {
        let is_inside = Vantage { from: ip, to: ip }.is_inside();
        let limits = Limits {
            at_once: 100,
            in_all: 500_000,
            connect: Duration::from_secs(2),
            whole: Duration::from_secs(3),
            bytes: 1 << 16,
        };
        let wish = Wish {
            ports: ports.to_vec(),
            rate: how.rate.or(if is_inside { None } else { Some(100.0) }),
            at_once: 50,
            datagrams: how.datagrams,
            whole: how.whole,
            ssh_is_restricted: how.ssh_is_restricted,
        };
        scan(host, ip, &wish, &Dialer::new(limits), &|_| {})
    };
    chosen.into_iter().map(one).collect()
}

/// The open ports, and the firewall's verdict from where we stand.
fn view(scan: &PortScan, worst: Option<Severity>) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{} at {}, seen from {}", scan.host, scan.address, scan.from);
    for port in scan.ports.iter().filter(|port| port.state == State::Open) {
        let service = match (&port.service, known_of(port)) {
            (Some(service), _) => service.clone(),
            (None, Some(known)) => format!("did not say what it is (often {})", known.service),
            (None, None) => "did not say what it is".to_owned(),
        };
        let said = if port.said.is_empty() { String::new() } else { format!("  {}", port.said) };
        let _ =
            writeln!(text, "  {:5}{}  {service}{said}", port.number, if port.is_udp { "/udp" } else { "" });
    }
    let _ = writeln!(text, "  {} tried, {} closed, {} filtered", scan.tried, scan.closed, scan.filtered);
    let verdict = match () {
        () if scan.is_inside => "unknown: this look came from inside, and says nothing about the world",
        () if worst.is_some_and(|worst| worst >= Severity::Low) => "fail: see the findings",
        () if scan.ended_early.is_some() => "unknown: not all ports were tried",
        () => "pass: of the ports tried, only those of the web are open",
    };
    let _ = writeln!(text, "  Firewall: {verdict}\n");
    barding_report::clean(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_as_people_type_them() {
        assert_eq!(host("shop.example").unwrap(), "shop.example");
        assert_eq!(host("https://Shop.example:8443/x").unwrap(), "shop.example");
        assert_eq!(host("::1").unwrap(), "::1");
        assert!(host("a b").is_err());
    }
}
