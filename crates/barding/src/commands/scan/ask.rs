//! From the command line to a look: the address, the options, the confirmation, the progress.

use super::{Args, RequestArgs, address, confirm};
use crate::commands::ports::{How, scan_host};
use anyhow::{Context as _, bail};
use barding_live::dial::{Dialer, Limits};
use barding_live::ports::{PortScan, quick_ports};
use barding_live::site::client::{Client, Family, Options, Pinned, Proxy, limits};
use barding_live::site::{Exchange, Level, Plan, PlannedRoute, Site, Start, Url, look as look_at};
use barding_live::tls::x509::Store;
use barding_live::tls::{Endpoint, Scope, Target as TlsTarget, look as look_at_tls};
use std::io::IsTerminal;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What was seen.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) site: Site,
    pub(super) tls: Vec<Endpoint>,
    pub(super) ports: Option<Vec<PortScan>>,
}

/// Asks whether the site is the user's own.
pub(super) fn confirm_level(level: Level) -> anyhow::Result<()> {
    confirm(if level == Level::Active {
        "--active posts to forms without a token and puts markers into parameters: a look that leaves traces"
    } else {
        "--probe asks for what no visitor asks for: such a look"
    })
}

/// The address as people type it. Without a scheme it is HTTPS, unless the port says otherwise.
pub(super) fn start(text: &str, args: &RequestArgs) -> anyhow::Result<Start> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let has_scheme = lower.starts_with("http://") || lower.starts_with("https://");
    if !has_scheme && text.contains("://") {
        bail!("{text:?} is no address of the web");
    }
    let bare = if has_scheme { text.split_once("://").map_or(text, |(_, rest)| rest) } else { text };
    let authority = bare.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // An IPv6 address without brackets has no port.
    let is_bare_v6 = authority.parse::<std::net::Ipv6Addr>().is_ok();
    let after_host = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest);
    let has_port = !is_bare_v6 && after_host.contains(':');
    let url = match (has_scheme, is_bare_v6, has_port) {
        (true, ..) => Url::parse(text),
        (false, true, _) => Url::parse(&format!("https://[{authority}]/")),
        (false, false, true) => {
            let is_secure = authority.ends_with(":443") || authority.ends_with(":8443");
            Url::parse(&format!("{}://{text}", if is_secure { "https" } else { "http" }))
        }
        (false, false, false) => Url::parse(&format!("https://{text}")),
    };
    let url = url.with_context(|| format!("{text:?} is no address of a site"))?;
    let usual = (url.is_secure && url.port == 443) || (!url.is_secure && url.port == 80);
    Ok(Start { has_port: has_port && !usual, url, http_port: args.http_port, https_port: args.https_port })
}

/// A value, or what the environment has under its name.
fn from_environment(value: &str) -> anyhow::Result<String> {
    let value = match value.strip_prefix("env:") {
        Some(name) => std::env::var(name).with_context(|| format!("the environment has no {name}"))?,
        None => value.to_owned(),
    };
    if value.chars().any(|c| c.is_control()) {
        bail!("a header cannot hold control characters");
    }
    Ok(value)
}

/// The options of the client.
pub(super) fn options(args: &RequestArgs) -> anyhow::Result<Options> {
    let mut headers = Vec::new();
    for header in &args.header {
        let (name, value) = header
            .split_once(':')
            .with_context(|| format!("{header:?} is no header such as `Name: value`"))?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("{name:?} is no name of a header");
        }
        headers.push((name.to_owned(), from_environment(value.trim())?));
    }
    if let Some(cookie) = &args.cookie {
        headers.push(("Cookie".to_owned(), from_environment(cookie)?));
    }
    if let Some(pair) = &args.basic_auth {
        let pair = from_environment(pair)?;
        if !pair.contains(':') {
            bail!("--basic-auth needs user and password with a colon between them");
        }
        headers.push(("Authorization".to_owned(), format!("Basic {}", base64(pair.as_bytes()))));
    }
    let proxy = match &args.proxy {
        Some(text) => {
            let url = Url::parse(text)
                .filter(|url| !url.is_secure)
                .with_context(|| format!("{text:?} is no HTTP proxy"))?;
            Some(Proxy { host: url.host, port: url.port })
        }
        None => None,
    };
    let mut roots = Vec::new();
    for path in &args.ca {
        roots.push(std::fs::read(path).with_context(|| format!("{path} could not be read"))?);
    }
    let told = std::env::var("SSL_CERT_FILE").ok();
    roots.extend(told.and_then(|path| std::fs::read(path).ok()));
    let family = match (args.ipv4, args.ipv6) {
        (true, _) => Some(Family::V4),
        (_, true) => Some(Family::V6),
        _ => None,
    };
    let whole = Duration::from_secs(args.timeout);
    Ok(Options {
        whole,
        each: whole.min(Duration::from_secs(10)),
        rate: args.rate,
        headers,
        proxy,
        pinned: args.resolve.iter().map(|text| pinned(text)).collect::<anyhow::Result<_>>()?,
        insecure: args.insecure,
        family,
        http2: !args.http1,
        roots,
    })
}

fn pinned(text: &str) -> anyhow::Result<Pinned> {
    let wrong = || format!("{text:?} is not HOST:PORT:ADDRESS");
    let (host, rest) = text.split_once(':').with_context(wrong)?;
    let (port, ip) = rest.split_once(':').with_context(wrong)?;
    let port = if port == "*" { None } else { Some(port.parse().with_context(wrong)?) };
    Ok(Pinned { host: host.to_owned(), port, address: address(ip).with_context(wrong)? })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = u32::from(three[0]) << 16
            | u32::from(*three.get(1).unwrap_or(&0)) << 8
            | u32::from(*three.get(2).unwrap_or(&0));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Looks at one site, its certificate and, where that is wanted, its ports, at the same time.
pub(super) fn look(
    text: &str,
    args: &Args,
    routes: Vec<PlannedRoute>,
    shows_progress: bool,
) -> anyhow::Result<Looked> {
    let start = start(text, &args.request)?;
    let options = options(&args.request)?;
    let level = args.level();
    let plan =
        Plan { level, depth: args.request.depth, max_pages: args.request.max_pages.min(2_000), routes };
    let dialer = Dialer::new(limits(&options));
    let client = Client::new(&dialer, &options, &start.url);
    let progress = Progress::new(shows_progress);
    let found = client.addresses(&start.url);
    if found.is_empty() && options.proxy.is_none() {
        bail!("{} has no address", start.url.host);
    }
    let wants_ports =
        !args.ports.no_ports && (args.ports.ports || args.ports.all_ports || level > Level::Passive);
    let (site, tls, ports) = std::thread::scope(|threads| {
        let tls = threads.spawn(|| {
            if options.proxy.is_some() { Vec::new() } else { tls(&start, &found, &options, level) }
        });
        let ports = threads.spawn(|| {
            (wants_ports && options.proxy.is_none()).then(|| ports(&start.url.host, &found, args, &options))
        });
        let site = look_at(&start, &plan, &client, &|what, requests| progress.tell(what, requests));
        (site, tls.join().unwrap_or_default(), ports.join().unwrap_or_default())
    });
    progress.done();
    if !site.exchanges.iter().any(Exchange::is_answered) {
        let why: Vec<String> =
            site.exchanges.iter().map(|exchange| format!("{}: {}", exchange.url, exchange.failure)).collect();
        bail!("the site gave no answer: {}", why.join("; "));
    }
    Ok(Looked { site, tls, ports })
}

/// The certificate; with probes allowed also protocols and suites.
fn tls(start: &Start, found: &[IpAddr], options: &Options, level: Level) -> Vec<Endpoint> {
    let port = match (start.url.is_secure, start.https_port) {
        (true, _) => start.url.port,
        (false, Some(port)) => port,
        (false, None) if start.has_port => return Vec::new(),
        (false, None) => 443,
    };
    let limits = Limits { whole: options.each, at_once: 6, ..Limits::default() };
    let dialer = Dialer::new(limits);
    let mut stores = vec![Store::mozilla()];
    stores.extend(
        options.roots.iter().map(|bytes| Store::from_file("given", bytes)).filter(|store| !store.is_empty()),
    );
    let target = TlsTarget { host: start.url.host.clone(), port, ..TlsTarget::default() };
    let scope = if level > Level::Passive { Scope::Handshakes } else { Scope::Certificate };
    let seen = found
        .iter()
        .take(1)
        .map(|ip| look_at_tls(&target, SocketAddr::new(*ip, port), scope, &stores, &dialer));
    seen.filter(|endpoint| endpoint.speaks_tls.is_yes()).collect()
}

/// The ports, as many as the user wants.
fn ports(host: &str, found: &[IpAddr], args: &Args, options: &Options) -> Vec<PortScan> {
    let ports: Vec<u16> =
        if args.ports.all_ports { (1..=u16::MAX).collect() } else { quick_ports().to_vec() };
    let how = How { rate: None, datagrams: true, whole: options.whole, ssh_is_restricted: false };
    scan_host(host, found, &ports, how)
}

/// A line on the standard error that says what is being done, when a person watches.
struct Progress {
    shows: bool,
    last: Mutex<(Instant, String)>,
}

impl Progress {
    fn new(shows: bool) -> Self {
        let shows = shows && std::io::stderr().is_terminal();
        Self { shows, last: Mutex::new((Instant::now(), String::new())) }
    }

    fn tell(&self, what: &str, requests: u32) {
        if !self.shows {
            return;
        }
        let Ok(mut last) = self.last.lock() else { return };
        let is_new = !what.is_empty() && last.1 != what;
        if is_new {
            what.clone_into(&mut last.1);
        }
        if is_new || last.0.elapsed() > Duration::from_millis(100) {
            last.0 = Instant::now();
            eprint!("\r\u{1b}[Kbarding: {}, {requests} requests", last.1);
        }
    }

    fn done(&self) {
        if self.shows {
            eprint!("\r\u{1b}[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        request: RequestArgs,
    }

    fn none() -> RequestArgs {
        Line::parse_from(["x"]).request
    }

    #[test]
    fn sites_as_people_type_them() {
        let read =
            |text: &str| start(text, &none()).ok().map(|start| (start.url.to_string(), start.has_port));
        assert_eq!(read("shop.example"), Some(("https://shop.example/".to_owned(), false)));
        assert_eq!(read("HTTP://Shop.example/a"), Some(("http://shop.example/a".to_owned(), false)));
        assert_eq!(read("127.0.0.1:8000"), Some(("http://127.0.0.1:8000/".to_owned(), true)));
        assert_eq!(read("localhost:8443"), Some(("https://localhost:8443/".to_owned(), true)));
        assert_eq!(read("2001:db8::7"), Some(("https://[2001:db8::7]/".to_owned(), false)));
        assert_eq!(read("[::1]:8000"), Some(("http://[::1]:8000/".to_owned(), true)));
        assert_eq!(read("https://shop.example:443/"), Some(("https://shop.example/".to_owned(), false)));
        assert_eq!(read("ftp://shop.example"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn base64_as_everybody_writes_it() {
        assert_eq!(base64(b"user:pass"), "dXNlcjpwYXNz");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(b"ab"), "YWI=");
    }
}
