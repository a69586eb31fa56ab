//! `barding tls`: certificate, protocols, suites, groups, weaknesses and grade of a server.

mod view;

use crate::args::{FormatArg, ReportArgs};
use crate::context::Context;
use crate::deliver::{deliver, print, write_file};
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_audit::{AuditOptions, audit_live};
use barding_live::dial::{Dialer, Limits, addresses};
use barding_live::tls::x509::{Logs, Store, certificates, chain, verify_timestamps};
use barding_live::tls::{Answer, Dns, Endpoint, Scope, Starttls, Target, Time, compare, look, to_ascii};
use barding_rules::Facts;
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Look at the certificate and TLS of a server: your own, or one you may test.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Hosts, each with its port where it is not the usual one: `shop.example`, `shop.example:8443`
    #[arg(value_name = "HOST[:PORT]")]
    hosts: Vec<String>,
    /// Read hosts from a file, one a line
    #[arg(long, value_name = "FILE")]
    targets: Option<Utf8PathBuf>,
    /// Ask this address instead of those the name has; the name is still sent and checked
    #[arg(long, value_name = "ADDRESS")]
    ip: Vec<IpAddr>,
    /// The port where a host names none [default: 443, or the usual one of --starttls]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// What the server speaks before TLS
    #[arg(long, value_name = "PROTOCOL")]
    starttls: Option<StarttlsArg>,
    /// Look at certificates in a file (PEM or DER) instead of a server; a HOST given with it is checked against the names
    #[arg(long, value_name = "FILE", conflicts_with_all = ["targets", "ip", "starttls"])]
    file: Vec<Utf8PathBuf>,
    /// Trust the roots in this file too
    #[arg(long, value_name = "FILE")]
    ca: Vec<Utf8PathBuf>,
    /// Verify the timestamps of certificate logs with the keys in this list (JSON, version 3, as browsers' makers publish it);
    /// without one they are counted
    #[arg(long, value_name = "FILE")]
    ct_logs: Option<Utf8PathBuf>,
    /// Look at the certificate only, for monitoring
    #[arg(long)]
    expiry: bool,
    /// Leave out the weaknesses that only show when the protocol is broken on purpose; a sound server takes no harm from
    /// them, but may write them to its log
    #[arg(long)]
    gentle: bool,
    /// Also ask the authorities, at the addresses in the certificates: whether they revoked it (OCSP, and their lists), and
    /// for an issuer that was not sent
    #[arg(long)]
    online: bool,
    /// The port of plain HTTP, asked whether it leads to HTTPS [default: 80 beside 443, otherwise not asked]
    #[arg(long, value_name = "PORT")]
    plain_port: Option<u16>,
    /// Ask this resolver which authorities may issue for the name (CAA), instead of the system's; its port is 53 unless
    /// given. The system's is asked for public addresses only
    #[arg(long, value_name = "ADDRESS", value_parser = resolver)]
    dns: Option<SocketAddr>,
    /// Do not ask the DNS for CAA records
    #[arg(long, conflicts_with = "dns")]
    no_dns: bool,
    /// Connections at once
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=50))]
    connections: u16,
    /// Seconds that one connection may take
    #[arg(long, value_name = "SECONDS", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=120))]
    timeout: u64,
    /// Write what was observed to a file, as JSON
    #[arg(long, value_name = "FILE")]
    facts: Option<Utf8PathBuf>,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// What a server may speak before TLS.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum StarttlsArg {
    /// Mail
    Smtp,
    /// Mailboxes
    Imap,
    /// Mailboxes
    Pop3,
    /// Files
    Ftp,
    /// PostgreSQL
    Postgres,
    /// MySQL and MariaDB
    Mysql,
}

impl From<StarttlsArg> for Starttls {
    fn from(protocol: StarttlsArg) -> Self {
        match protocol {
            StarttlsArg::Smtp => Self::Smtp,
            StarttlsArg::Imap => Self::Imap,
            StarttlsArg::Pop3 => Self::Pop3,
            StarttlsArg::Ftp => Self::Ftp,
            StarttlsArg::Postgres => Self::Postgres,
            StarttlsArg::Mysql => Self::Mysql,
        }
    }
}

/// Looks, judges and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let stores = stores(&args.ca)?;
    let logs = Arc::new(logs(args.ct_logs.as_deref())?);
    let mut endpoints = if args.file.is_empty() {
        from_servers(&args, &stores, &logs)?
    } else {
        from_files(&args, &stores, &logs)?
    };
    if !endpoints.iter().any(|endpoint| endpoint.speaks_tls.is_yes()) {
        let why: Vec<String> = endpoints.iter().map(not_seen).collect();
        bail!("no TLS was seen: {}", why.join("; "));
    }
    compare(&mut endpoints);
    if let Some(path) = &args.facts {
        let json =
            serde_json::to_string_pretty(&endpoints).context("the facts could not be written as JSON")?;
        write_file(path, &(json + "\n"))?;
    }
    let mut options = AuditOptions { target: target_name(&args, &endpoints), ..AuditOptions::default() };
    options.select = args.select.clone();
    options.ignore = args.ignore.clone();
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    options.today = Some(Time::now().date());
    let facts = Facts { tls: Some(endpoints), ..Facts::default() };
    let result = audit_live(&facts, &options)?;
    let is_terminal =
        matches!(args.report.format, None | Some(FormatArg::Terminal)) && args.report.output.is_none();
    if is_terminal && !args.report.quiet {
        for endpoint in facts.tls.iter().flatten() {
            print(&view::endpoint(endpoint, args.expiry, context))?;
        }
    }
    deliver(&result, &args.report, context)
}

fn not_seen(endpoint: &Endpoint) -> String {
    let name = format!("{}:{}", endpoint.host, endpoint.port);
    match &endpoint.speaks_tls {
        Answer::Yes => name,
        Answer::No => format!("{name} answers, but not with TLS"),
        Answer::Unknown(why) => format!("{name}: {why}"),
    }
}

fn target_name(args: &Args, endpoints: &[Endpoint]) -> String {
    if let [file] = args.file.as_slice() {
        return file.to_string();
    }
    let mut names: Vec<String> = endpoints.iter().map(|one| format!("{}:{}", one.host, one.port)).collect();
    names.dedup();
    match names.as_slice() {
        [one] => one.clone(),
        several => format!("{} servers", several.len()),
    }
}

/// Mozilla's roots, the system's, and the files given.
fn stores(files: &[Utf8PathBuf]) -> anyhow::Result<Vec<Store>> {
    let mut stores = vec![Store::mozilla()];
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("{path} could not be read"))?;
        let store = Store::from_file(path.file_name().unwrap_or(path.as_str()), &bytes);
        if store.is_empty() {
            bail!("there is no certificate in {path}");
        }
        stores.push(store);
    }
    let told = std::env::var("SSL_CERT_FILE").ok();
    let usual =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
    let system = told.iter().map(String::as_str).chain(usual).find_map(|path| std::fs::read(path).ok());
    stores.extend(system.map(|bytes| Store::from_file("system", &bytes)).filter(|store| !store.is_empty()));
    Ok(stores)
}

/// The certificate logs of a list that the user gave.
fn logs(path: Option<&Utf8Path>) -> anyhow::Result<Logs> {
    let Some(path) = path else { return Ok(Logs::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    Logs::read(&text).map_err(|why| anyhow::anyhow!("{path} is no list of certificate logs: {why}"))
}

fn from_servers(args: &Args, stores: &[Store], logs: &Arc<Logs>) -> anyhow::Result<Vec<Endpoint>> {
    let starttls = args.starttls.map(Starttls::from);
    let usual = args.port.or(starttls.map(Starttls::port)).unwrap_or(443);
    let mut named = args.hosts.clone();
    if let Some(path) = &args.targets {
        named.extend(lines(path)?);
    }
    if named.is_empty() {
        bail!("name a host, such as `barding tls shop.example`, or a file with --file");
    }
    let limits = Limits {
        at_once: args.connections.into(),
        in_all: u32::MAX,
        whole: Duration::from_secs(args.timeout),
        ..Limits::default()
    };
    let dialer = Dialer::new(limits);
    let scope = match (args.expiry, args.gentle) {
        (true, _) => Scope::Certificate,
        (false, true) => Scope::Handshakes,
        (false, false) => Scope::Everything,
    };
    let mut endpoints = Vec::new();
    let mut asked: Vec<(Target, SocketAddr)> = Vec::new();
    for name in &named {
        let (host, port) = split(name, usual)?;
        let is_usual = port == 443 && starttls.is_none();
        let target = Target {
            host,
            port,
            starttls,
            logs: Arc::clone(logs),
            ask_authorities: args.online,
            plain_port: args.plain_port.or(is_usual.then_some(80)),
            dns: match (args.dns, args.no_dns) {
                (Some(resolver), _) => Dns::At(resolver),
                (None, true) => Dns::Nobody,
                (None, false) => Dns::System,
            },
        };
        let found = match args.ip.as_slice() {
            [] => addresses(&target.host, port),
            pinned => Ok(pinned.iter().map(|ip| SocketAddr::new(*ip, port)).collect()),
        };
        match found {
            Ok(found) if !found.is_empty() => {
                asked.extend(found.into_iter().map(|address| (target.clone(), address)))
            }
            // A name without an address is one server that could not be asked, not the end of the others.
            _ => endpoints.push(Endpoint {
                host: target.host,
                port,
                seen_at: Time::now(),
                speaks_tls: Answer::unknown("the name has no address"),
                problems: vec!["the name has no address".to_owned()],
                ..Endpoint::default()
            }),
        }
    }
    // A few servers at a time: the dialer keeps the connections few, this keeps the threads few.
    for some in asked.chunks(4) {
        std::thread::scope(|threads| {
            let started: Vec<_> = some
                .iter()
                .map(|(target, address)| threads.spawn(|| look(target, *address, scope, stores, &dialer)))
                .collect();
            endpoints.extend(started.into_iter().filter_map(|thread| thread.join().ok()));
        });
    }
    Ok(endpoints)
}

/// An address of a resolver, with or without its port.
fn resolver(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<SocketAddr>().ok();
    let without = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
    with_port.or_else(without).ok_or_else(|| format!("{text:?} is not an address"))
}

/// The lines of a file without comments; at most 10,000.
fn lines(path: &Utf8Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    let named = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(named.filter(|line| !line.is_empty()).take(10_000).map(str::to_owned).collect())
}

/// Host and port of what was typed; addresses of IPv6 need brackets before a port.
fn split(name: &str, usual: u16) -> anyhow::Result<(String, u16)> {
    let name = name.trim();
    let name = name.strip_prefix("https://").unwrap_or(name);
    let name = name.split('/').next().unwrap_or_default();
    if name.parse::<IpAddr>().is_ok() {
        return Ok((name.to_owned(), usual));
    }
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            (host, port.parse().with_context(|| format!("{port:?} in {name:?} is not a port"))?)
        }
        _ => (name, usual),
    };
    let host = to_ascii(host.trim_matches(['[', ']']));
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || host.len() > 253 || !host.chars().all(is_fine) {
        bail!("{name:?} is not a host name");
    }
    Ok((host, port))
}

fn from_files(args: &Args, stores: &[Store], logs: &Logs) -> anyhow::Result<Vec<Endpoint>> {
    let mut endpoints = Vec::new();
    for path in &args.file {
        let bytes = std::fs::read(path).with_context(|| format!("{path} could not be read"))?;
        let found = certificates(&bytes);
        if found.is_empty() {
            bail!("there is no certificate in {path}");
        }
        let now = Time::now();
        let mut seen = chain(&found, stores, now);
        verify_timestamps(&mut seen, &found, &[], logs);
        // Without a host to compare with, the certificate's own first name stands for it.
        let own = seen.leaf().and_then(|leaf| leaf.dns_names.first().or(leaf.ip_names.first()));
        let own = own.map(|name| name.replacen("*.", "www.", 1));
        let hosts = match args.hosts.as_slice() {
            [] => vec![(own.unwrap_or_else(|| path.to_string()), 0)],
            named => named.iter().map(|name| split(name, 0)).collect::<anyhow::Result<_>>()?,
        };
        endpoints.extend(hosts.into_iter().map(|(host, port)| Endpoint {
            host,
            port,
            seen_at: now,
            speaks_tls: Answer::Yes,
            chains: vec![seen.clone()],
            ..Endpoint::default()
        }));
    }
    Ok(endpoints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_as_people_type_them() {
        let read = |name: &str| split(name, 443).ok();
        assert_eq!(read("shop.example"), Some(("shop.example".to_owned(), 443)));
        assert_eq!(read("https://Shop.example:8443/cart"), Some(("shop.example".to_owned(), 8443)));
        assert_eq!(read("[2001:db8::7]:8443"), Some(("2001:db8::7".to_owned(), 8443)));
        assert_eq!(read("2001:db8::7"), Some(("2001:db8::7".to_owned(), 443)));
        assert_eq!(read("bücher.example"), Some(("xn--bcher-kva.example".to_owned(), 443)));
        assert_eq!(read("shop.example:http"), None);
        assert_eq!(read("a b"), None);
    }
}
