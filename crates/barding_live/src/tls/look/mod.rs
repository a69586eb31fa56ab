//! Looks at one address: asks everything, a few questions at a time, and writes down the answers.
//!
//! What comes in: a [`Target`], one of its addresses and how far to go ([`Scope`]). What goes out: an
//! [`Endpoint`]. Every connection goes through the bounded dialer; nothing is exploited, no credential is sent.

mod authorities;
mod caa;
mod conversations;
mod library;
mod plain;
mod protocols;
mod reaction;
mod sessions;
mod weaknesses;

use super::wire::hello::extension;
use super::wire::{ClientHello, End, Flight, ServerHello, goodbye, starttls, until_done, until_hello};
use super::x509::{self, Logs, Store};
use super::{Answer, Certificate, ChainSeen, Endpoint, KeyKind, Order, Protocol, Starttls, Time};
use crate::dial::{Connection, Dialer};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

/// Whom to ask.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The host name in ASCII, or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What to speak before TLS.
    pub starttls: Option<Starttls>,
    /// Whether the authorities may be asked too, at the addresses that stand in the certificates.
    pub ask_authorities: bool,
    /// The port where plain HTTP is asked whether it leads to HTTPS; none when it is not asked.
    pub plain_port: Option<u16>,
    /// Who is asked which authorities may issue for the name.
    pub dns: Dns,
    /// The certificate logs whose timestamps can be verified.
    pub logs: Arc<Logs>,
}

/// Who is asked for CAA records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dns {
    /// Nobody.
    #[default]
    Nobody,
    /// The resolver that this machine uses, for names of the open internet only.
    System,
    /// This one.
    At(SocketAddr),
}

impl Target {
    /// The name to send to the server: addresses are not sent.
    pub(crate) fn server_name(&self) -> Option<&str> {
        let host = self.host.trim_matches(['[', ']']);
        host.parse::<IpAddr>().is_err().then(|| host.trim_end_matches('.'))
    }
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The certificate and its chain, in one or two connections.
    Certificate,
    /// All but what the next step adds.
    Handshakes,
    /// Also the weaknesses that only show when the protocol is broken on purpose: harmless to a sound server, but an
    /// old or odd one may write it to its log or drop the connection.
    Everything,
}

/// Asks one address of a target.
pub fn look(
    target: &Target,
    address: SocketAddr,
    scope: Scope,
    stores: &[Store],
    dialer: &Dialer,
) -> Endpoint {
    let now = Time::now();
    let before = dialer.made();
    let asker = Asker { target, address, dialer, problems: Mutex::new(Vec::new()) };
    let mut seen = Endpoint {
        host: target.host.clone(),
        port: target.port,
        address: address.ip().to_string(),
        starttls: target.starttls,
        seen_at: now,
        ..Endpoint::default()
    };
    let mut chains = Chains::default();
    match asker.connect() {
        Err(error) => {
            seen.speaks_tls = Answer::unknown(format!("no connection: {}", in_words(&error)));
            seen.problems.push(format!("{address} could not be asked: {}", in_words(&error)));
        }
        Ok(connection) => {
            drop(connection);
            if scope == Scope::Certificate {
                quick(&asker, &mut seen, &mut chains);
            } else {
                full(&asker, scope, &mut seen, &mut chains);
            }
        }
    }
    if scope != Scope::Certificate && seen.speaks_tls.is_yes() {
        around(&asker, &mut seen);
    }
    for raw in chains.list {
        let mut chain = raw.read(stores, &target.logs, now);
        if target.ask_authorities {
            authorities::ask(&asker, &raw, &mut chain, stores, now);
        }
        seen.chains.push(chain);
    }
    seen.without_name = chains.without_name.map(|chain| chain.read(stores, &target.logs, now));
    seen.connections = dialer.made().saturating_sub(before);
    seen.problems.extend(asker.problems.into_inner().unwrap_or_default());
    seen
}

/// What stands beside TLS: the way from plain HTTP, and the authorities that the DNS allows.
fn around(asker: &Asker<'_>, seen: &mut Endpoint) {
    if let Some(port) = asker.target.plain_port {
        seen.http_redirects = plain::leads_to_https(asker, port);
    }
    let Some(name) = asker.target.server_name() else { return };
    let resolver = match asker.target.dns {
        Dns::Nobody => None,
        // What is said inside about names inside is no business of public authorities.
        Dns::System if is_inside(asker.address.ip()) || !name.contains('.') => None,
        Dns::System => caa::resolver(),
        Dns::At(resolver) => Some(resolver),
    };
    match resolver.map(|resolver| caa::ask(name, resolver, asker.dialer)) {
        Some(Ok(found)) => seen.caa = Some(found),
        Some(Err(why)) => seen.problems.push(format!("the authorities that may issue are not known: {why}")),
        None => {}
    }
}

/// Whether an address is of this machine or a private network.
fn is_inside(ip: IpAddr) -> bool {
    crate::dial::Vantage { from: ip, to: ip }.is_inside()
}

/// What shows only when several are seen: a key that is shared with a server of SSL 2.0 (DROWN), or with another
/// certificate.
pub fn compare(endpoints: &mut [Endpoint]) {
    let leaves = |endpoint: &Endpoint| -> Vec<(String, String, bool)> {
        let leaves =
            endpoint.chains.iter().filter_map(ChainSeen::leaf).filter(|leaf| !leaf.key_sha256.is_empty());
        let of = |leaf: &Certificate| {
            (leaf.key_sha256.clone(), leaf.sha256.clone(), leaf.key.kind == KeyKind::Rsa)
        };
        leaves.map(of).collect()
    };
    let mut by_key: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (at, endpoint) in endpoints.iter().enumerate() {
        for (key, certificate, _) in leaves(endpoint) {
            by_key.entry(key).or_default().push((at, certificate));
        }
    }
    let several = endpoints.len() > 1;
    let speaks_ssl2: Vec<bool> = endpoints.iter().map(|endpoint| endpoint.offers(Protocol::Ssl2)).collect();
    let names: Vec<String> = endpoints.iter().map(called).collect();
    for (at, endpoint) in endpoints.iter_mut().enumerate() {
        let mut is_shared_with_ssl2 = false;
        let mut elsewhere = BTreeSet::new();
        for (key, certificate, is_rsa) in leaves(endpoint) {
            for (other, another) in by_key.get(&key).into_iter().flatten().filter(|(other, _)| *other != at) {
                // SSL 2.0 knows RSA alone.
                is_shared_with_ssl2 |= is_rsa && speaks_ssl2[*other];
                if *another != certificate && elsewhere.len() < 10 {
                    elsewhere.insert(names[*other].clone());
                }
            }
        }
        endpoint.key_elsewhere = elsewhere.into_iter().collect();
        if several && !endpoint.protocols.is_empty() {
            endpoint.vulnerabilities.drown_elsewhere = is_shared_with_ssl2.into();
        }
    }
}

/// What to call one of several.
fn called(endpoint: &Endpoint) -> String {
    match (endpoint.port, endpoint.address.as_str()) {
        (0, _) => endpoint.host.clone(),
        (port, "") => format!("{}:{port}", endpoint.host),
        (port, address) => format!("{}:{port} at {address}", endpoint.host),
    }
}

/// The certificate alone: by the library, which most servers of today understand, then in the clear for older ones.
fn quick(asker: &Asker<'_>, seen: &mut Endpoint, chains: &mut Chains) {
    library::look(asker, seen, chains, library::Depth::Certificate);
    if !chains.list.is_empty() {
        return;
    }
    for protocol in [Protocol::Tls12, Protocol::Tls10, Protocol::Ssl3] {
        let hello = ClientHello::new(protocol, asker.target.server_name(), protocols::offer(protocol, 0));
        let flight = asker.ask(&hello, Until::Done);
        if flight.hello.is_some() {
            seen.speaks_tls = Answer::Yes;
            chains.add(RawChain::of(&flight));
            return;
        }
    }
    seen.speaks_tls = Answer::unknown("no protocol was agreed upon");
}

fn full(asker: &Asker<'_>, scope: Scope, seen: &mut Endpoint, chains: &mut Chains) {
    protocols::look(asker, seen);
    if !seen.protocols.iter().any(|protocol| protocol.offered.is_yes()) {
        let not_tls = asker.problems().iter().any(|problem| problem.contains("the answer is not TLS"));
        seen.speaks_tls = if not_tls { Answer::No } else { Answer::unknown("no protocol was agreed upon") };
        return;
    }
    seen.speaks_tls = Answer::Yes;
    let known = seen.clone();
    let (library, sessions, weaknesses, told) = std::thread::scope(|threads| {
        let library = threads.spawn(|| {
            let (mut part, mut chains) = (known.clone(), Chains::default());
            library::look(asker, &mut part, &mut chains, library::Depth::Everything);
            (part, chains)
        });
        let sessions = threads.spawn(|| {
            let (mut part, mut chains) = (known.clone(), Chains::default());
            sessions::look(asker, &mut part, &mut chains);
            (part, chains)
        });
        let weaknesses = threads.spawn(|| weaknesses::look(asker, &known, scope == Scope::Everything));
        let told = threads.spawn(|| conversations::look(asker, &known, scope == Scope::Everything));
        (library.join(), sessions.join(), weaknesses.join(), told.join())
    });
    if let Ok((part, more)) = library {
        chains.join(more);
        seen.alpn = part.alpn;
        seen.asks_client_certificate = part.asks_client_certificate;
        seen.hsts = part.hsts;
        seen.http_seen = part.http_seen;
        seen.server_header = part.server_header;
        seen.session = part.session;
    }
    if let Ok((part, more)) = sessions {
        // The library may not speak what the server speaks; then the clear handshake is all we have.
        chains.join(more);
        if !matches!(part.asks_client_certificate, Answer::Unknown(_)) {
            seen.asks_client_certificate = part.asks_client_certificate;
        }
        for name in part.alpn {
            if !seen.alpn.contains(&name) {
                seen.alpn.push(name);
            }
        }
        seen.groups = part.groups;
        seen.groups_seen = part.groups_seen;
        seen.dh = part.dh;
        seen.signature_schemes = part.signature_schemes;
        merge_sessions(&mut seen.session, part.session);
    }
    match weaknesses {
        Ok(found) => seen.vulnerabilities = found,
        Err(_) => asker.problem("the look at the known weaknesses failed".to_owned()),
    }
    if let Ok(told) = told {
        seen.vulnerabilities.ticketbleed = told.ticketbleed;
        seen.vulnerabilities.cbc_oracle = told.cbc_oracle;
        if let (Some(head), false) = (&told.head, seen.http_seen.is_yes()) {
            library::take_head(seen, head);
        }
        merge_sessions(&mut seen.session, told.session);
    }
    // Last of all: a server that takes one connection at a time and rests after this question keeps nobody waiting.
    seen.session.client_renegotiation = conversations::renegotiation(asker, &known);
}

/// What the clear handshakes tell counts more than what the library told before.
fn merge_sessions(into: &mut super::Session, from: super::Session) {
    let take = |into: &mut Answer, from: Answer| {
        if !matches!(from, Answer::Unknown(_)) || matches!(into, Answer::Unknown(_)) {
            *into = from;
        }
    };
    take(&mut into.secure_renegotiation, from.secure_renegotiation);
    take(&mut into.client_renegotiation, from.client_renegotiation);
    take(&mut into.compression, from.compression);
    take(&mut into.fallback_protected, from.fallback_protected);
    take(&mut into.downgrade_marked, from.downgrade_marked);
    take(&mut into.extended_master_secret, from.extended_master_secret);
    take(&mut into.encrypt_then_mac, from.encrypt_then_mac);
    take(&mut into.resumes_by_id, from.resumes_by_id);
    take(&mut into.tolerant, from.tolerant);
    take(&mut into.refuses_unknown_name, from.refuses_unknown_name);
    take(&mut into.refuses_unknown_alpn, from.refuses_unknown_alpn);
    take(&mut into.resumes_by_ticket, from.resumes_by_ticket);
    take(&mut into.resumes_tls13, from.resumes_tls13);
    into.early_data = from.early_data.or(into.early_data);
    into.ticket_lifetime = from.ticket_lifetime.or(into.ticket_lifetime);
}

/// The chains as sent. What they are and where they lead is found out at the end, once for each different one.
#[derive(Clone, Debug, Default)]
struct Chains {
    list: Vec<RawChain>,
    without_name: Option<RawChain>,
}

/// A chain as sent.
#[derive(Clone, Debug, Default)]
struct RawChain {
    certificates: Vec<Vec<u8>>,
    staple: Option<Vec<u8>>,
    /// Lists of timestamps, as their bytes.
    timestamps: Vec<Vec<u8>>,
}

impl Chains {
    fn add(&mut self, chain: RawChain) {
        if chain.certificates.is_empty() {
            return;
        }
        match self.list.iter_mut().find(|have| have.certificates == chain.certificates) {
            Some(have) => {
                have.staple = have.staple.take().or(chain.staple);
                for list in chain.timestamps {
                    if !have.timestamps.contains(&list) {
                        have.timestamps.push(list);
                    }
                }
            }
            None => self.list.push(chain),
        }
    }

    fn join(&mut self, other: Self) {
        other.list.into_iter().for_each(|chain| self.add(chain));
        self.without_name = self.without_name.take().or(other.without_name);
    }
}

impl RawChain {
    fn of(flight: &Flight) -> Self {
        let list = flight.hello.as_ref().and_then(|hello| hello.extension(extension::TIMESTAMPS));
        Self {
            certificates: flight.certificates.clone(),
            staple: flight.staple.clone(),
            timestamps: list.map(<[u8]>::to_vec).into_iter().collect(),
        }
    }

    fn read(&self, stores: &[Store], logs: &Logs, now: Time) -> ChainSeen {
        let mut chain = x509::chain(&self.certificates, stores, now);
        chain.stapled = self.staple.is_some().into();
        let mut lists = self.timestamps.clone();
        lists.extend(self.staple.as_deref().and_then(x509::staple_timestamps));
        x509::verify_timestamps(&mut chain, &self.certificates, &lists, logs);
        if let (Some(staple), Some(leaf)) = (&self.staple, self.certificates.first()) {
            let issuer = self.certificates.get(chain.issuer_place()).map(Vec::as_slice);
            chain.revocation = x509::staple_says(staple, leaf, issuer, now);
        }
        chain
    }
}

/// How much of an answer to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    Hello,
    Done,
}

/// Asks one address, again and again.
struct Asker<'a> {
    target: &'a Target,
    address: SocketAddr,
    dialer: &'a Dialer,
    problems: Mutex<Vec<String>>,
}

impl Asker<'_> {
    /// A connection that is ready for TLS.
    fn connect(&self) -> io::Result<Connection<'_>> {
        let mut connection = self.dialer.connect(self.address)?;
        if let Some(protocol) = self.target.starttls {
            starttls::begin(protocol, &mut connection)?;
        }
        Ok(connection)
    }

    /// Sends a hello and reads the answer. A connection that is cut short is tried once more: a busy server does so.
    fn ask(&self, hello: &ClientHello, until: Until) -> Flight {
        let flight = self.ask_once(hello, until);
        if flight.hello.is_none() && matches!(flight.end, End::Closed) {
            return self.ask_once(hello, until);
        }
        flight
    }

    fn ask_once(&self, hello: &ClientHello, until: Until) -> Flight {
        let ended = |end| Flight { end, ..Flight::default() };
        let mut connection = match self.connect() {
            Ok(connection) => connection,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return ended(End::Silent),
            Err(error) if error.kind() == io::ErrorKind::QuotaExceeded => return ended(End::TooMuch),
            Err(_) => return ended(End::Closed),
        };
        if connection.write_all(&hello.to_records()).is_err() {
            return ended(End::Closed);
        }
        let flight = match until {
            Until::Hello => until_hello(&mut connection),
            Until::Done => until_done(&mut connection),
        };
        if flight.hello.is_some() {
            let _ = connection.write_all(&goodbye(hello.protocol.code().min(0x0303)));
        }
        flight
    }

    /// The server's hello, when it agreed to the protocol asked for.
    fn agreed(&self, hello: &ClientHello) -> Option<ServerHello> {
        self.ask(hello, Until::Hello).hello.filter(|answer| answer.is(hello.protocol))
    }

    fn problem(&self, text: String) {
        if let Ok(mut problems) = self.problems.lock()
            && !problems.contains(&text)
            && problems.len() < 50
        {
            problems.push(text);
        }
    }

    fn problems(&self) -> Vec<String> {
        self.problems.lock().map(|problems| problems.clone()).unwrap_or_default()
    }
}

/// The best protocol up to TLS 1.2 that the server speaks, with its suites.
fn best_clear(seen: &Endpoint) -> Option<(Protocol, Vec<u16>)> {
    let clear = seen.protocols.iter().filter(|seen| {
        seen.offered.is_yes()
            && (Protocol::Ssl3..=Protocol::Tls12).contains(&seen.protocol)
            && !seen.suites.is_empty()
    });
    let best = clear.max_by_key(|seen| seen.protocol)?;
    Some((best.protocol, best.suites.iter().map(|suite| suite.0 as u16).collect()))
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "the port is closed".to_owned(),
        io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => "the connection was cut".to_owned(),
        _ => super::x509::der::harmless(&error.to_string()),
    }
}

/// Whether suites are in an order of the server's own.
fn order(is_servers: Option<bool>) -> Order {
    match is_servers {
        Some(true) => Order::Server,
        Some(false) => Order::Client,
        None => Order::Unknown,
    }
}
