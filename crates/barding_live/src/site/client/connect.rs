//! Connections: names to addresses once, then TCP, the proxy's permission, and TLS.

use super::http1::Buffer;
use super::http2::Session;
use super::{Answer, Bounds, Failure, Options, Outgoing, http1, tls};
use crate::dial::{Connection, Dialer, Vantage, addresses};
use crate::site::NoAnswer;
use crate::site::url::Url;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A name and the address it is to have.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The host.
    pub host: String,
    /// The port this is for; none means every port.
    pub port: Option<u16>,
    /// The address.
    pub address: IpAddr,
}

/// A proxy that speaks HTTP.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Makes connections for one look.
#[derive(Debug)]
pub(super) struct Connector<'a> {
    dialer: &'a Dialer,
    options: &'a Options,
    config: Result<Arc<ClientConfig>, String>,
    verdicts: Arc<tls::Verdicts>,
    home: Url,
    known: Mutex<BTreeMap<(String, u16), Result<Vec<IpAddr>, String>>>,
}

/// One connection, ready for requests.
#[derive(Debug)]
pub(super) struct Conn<'a> {
    is_secure: bool,
    host: String,
    port: u16,
    through_proxy: bool,
    wire: Wire<'a>,
    speaks: Speaks,
    /// Why a browser would not trust the certificate.
    pub(super) certificate_problem: Option<String>,
}

#[derive(Debug)]
enum Speaks {
    Http1(Buffer),
    Http2(Box<Session>),
}

#[derive(Debug)]
enum Wire<'a> {
    Plain(Connection<'a>),
    Tls(Box<StreamOwned<ClientConnection, Connection<'a>>>),
}

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.read(buffer),
            Self::Tls(wire) => wire.read(buffer),
        }
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(bytes),
            Self::Tls(wire) => wire.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(wire) => wire.flush(),
            Self::Tls(wire) => wire.flush(),
        }
    }
}

/// Addresses tried of one host.
const MOST_ADDRESSES: usize = 4;

impl<'a> Connector<'a> {
    pub(super) fn new(dialer: &'a Dialer, options: &'a Options, home: &Url) -> Self {
        let verdicts = Arc::new(tls::Verdicts::default());
        let config = tls::config(&options.roots, options.http2, verdicts.clone());
        Self { dialer, options, config, verdicts, home: home.clone(), known: Mutex::default() }
    }

    /// The addresses of a host, asked for once: a name that changes its mind leads nowhere else.
    pub(super) fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, String> {
        let key = (url.host.clone(), url.port);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let found = self.resolve(url);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        found
    }

    fn resolve(&self, url: &Url) -> Result<Vec<IpAddr>, String> {
        let of_host = |pinned: &&super::Pinned| {
            pinned.host.eq_ignore_ascii_case(&url.host) && pinned.port.is_none_or(|port| port == url.port)
        };
        let pinned: Vec<IpAddr> =
            self.options.pinned.iter().filter(of_host).map(|pinned| pinned.address).collect();
        if !pinned.is_empty() {
            return Ok(pinned);
        }
        // The system's resolver knows no deadline, so it is asked aside.
        let (sender, receiver) = std::sync::mpsc::channel();
        let (host, port) = (url.host.clone(), url.port);
        std::thread::spawn(move || sender.send(addresses(&host, port)));
        let found = match receiver.recv_timeout(self.options.each) {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => return Err("the name has no address".to_owned()),
            Err(_) => return Err("the name could not be resolved in time".to_owned()),
        };
        let wanted = |address: &IpAddr| match self.options.family {
            Some(Family::V4) => address.is_ipv4(),
            Some(Family::V6) => address.is_ipv6(),
            None => true,
        };
        let found: Vec<IpAddr> = found.into_iter().map(|address| address.ip()).filter(wanted).collect();
        if found.is_empty() { Err("the name has no address of that family".to_owned()) } else { Ok(found) }
    }

    /// Whether a host is this machine or in a private network.
    pub(super) fn is_inside(&self, url: &Url) -> bool {
        let found = self.addresses(url).unwrap_or_default();
        !found.is_empty() && found.iter().all(|to| Vantage { from: *to, to: *to }.is_inside())
    }

    pub(super) fn connect(&self, url: &Url, each: Duration) -> Result<Conn<'a>, Failure> {
        let through_proxy = self.options.proxy.is_some();
        let mut plain = match &self.options.proxy {
            Some(proxy) => self.dial_proxy(proxy, url)?,
            None => self.dial(url)?,
        };
        plain.renew(each, 8 << 20);
        let mut conn = Conn {
            is_secure: url.is_secure,
            host: url.host.clone(),
            port: url.port,
            through_proxy,
            wire: Wire::Plain(plain),
            speaks: Speaks::Http1(Buffer::default()),
            certificate_problem: None,
        };
        if url.is_secure {
            conn = self.secure(conn, url)?;
        }
        Ok(conn)
    }

    fn dial(&self, url: &Url) -> Result<Connection<'a>, Failure> {
        let found = self.addresses(url).map_err(|why| Failure::new(NoAnswer::NoAddress, why))?;
        // A public site that sends us into the private network behind us is not followed there.
        if url.host != self.home.host && self.is_inside(url) && !self.is_inside(&self.home) {
            return Err(Failure::new(
                NoAnswer::NoAddress,
                "the name leads into a private network and was not asked",
            ));
        }
        let mut last = Failure::new(NoAnswer::NoAddress, "the name has no address");
        for address in found.into_iter().take(MOST_ADDRESSES) {
            match self.dialer.connect(SocketAddr::new(address, url.port)) {
                Ok(connection) => return Ok(connection),
                Err(error) => last = Failure::of(&error),
            }
        }
        Err(last)
    }

    fn dial_proxy(&self, proxy: &super::Proxy, url: &Url) -> Result<Connection<'a>, Failure> {
        let found = addresses(&proxy.host, proxy.port)
            .map_err(|_| Failure::new(NoAnswer::NoAddress, "the proxy's name has no address"))?;
        let address =
            found.first().ok_or_else(|| Failure::new(NoAnswer::NoAddress, "the proxy has no address"))?;
        let mut connection = self.dialer.connect(*address).map_err(|error| {
            let failure = Failure::of(&error);
            Failure::new(NoAnswer::Silent, format!("the proxy: {}", failure.words))
        })?;
        if url.is_secure {
            let place = format!("{}:{}", bracketed(&url.host), url.port);
            let outgoing = Outgoing {
                method: "CONNECT",
                target: &place,
                host: &place,
                headers: Vec::new(),
                body: b"",
                head_only: true,
            };
            let bounds = Bounds { head: 64 << 10, body: 0 };
            let (answer, _) = http1::exchange(&mut connection, &mut Buffer::default(), &outgoing, &bounds)?;
            if !(200..300).contains(&answer.status) {
                let words = format!("the proxy refused the connection with status {}", answer.status);
                return Err(Failure::new(NoAnswer::Refused, words));
            }
        }
        Ok(connection)
    }

    fn secure(&self, conn: Conn<'a>, url: &Url) -> Result<Conn<'a>, Failure> {
        let config = self.config.clone().map_err(|why| Failure::new(NoAnswer::Tls, why))?;
        let Wire::Plain(plain) = conn.wire else { return Ok(conn) };
        let name = tls::server_name(&url.host)
            .ok_or_else(|| Failure::new(NoAnswer::Tls, "the name cannot be sent in TLS"))?;
        let fail = |error: &dyn std::fmt::Display| Failure::new(NoAnswer::Tls, format!("TLS: {error}"));
        let client = ClientConnection::new(config, name).map_err(|error| fail(&error))?;
        let mut stream = StreamOwned::new(client, plain);
        while stream.conn.is_handshaking() {
            match stream.conn.complete_io(&mut stream.sock) {
                Ok(_) => {}
                Err(error) => {
                    let failure = Failure::of(&error);
                    return Err(match failure.no_answer {
                        NoAnswer::Closed => {
                            Failure::new(NoAnswer::Tls, "the connection was closed within the TLS handshake")
                        }
                        _ => failure,
                    });
                }
            }
        }
        let speaks = match stream.conn.alpn_protocol() {
            Some(b"h2") => Speaks::Http2(Box::new(Session::new())),
            _ => Speaks::Http1(Buffer::default()),
        };
        let certificate_problem = self.verdicts.of(&url.host);
        Ok(Conn { wire: Wire::Tls(Box::new(stream)), speaks, certificate_problem, ..conn })
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

impl Conn<'_> {
    pub(super) fn is_for(&self, url: &Url) -> bool {
        self.is_secure == url.is_secure && self.host == url.host && self.port == url.port
    }

    /// What stands in the request line: the whole address where a proxy has to know it.
    pub(super) fn target(&self, url: &Url) -> String {
        if self.through_proxy && !self.is_secure { url.to_string() } else { url.target.clone() }
    }

    pub(super) fn renew(&mut self, each: Duration) {
        match &mut self.wire {
            Wire::Plain(wire) => wire.renew(each, 8 << 20),
            Wire::Tls(wire) => wire.sock.renew(each, 8 << 20),
        }
    }

    pub(super) fn exchange(
        &mut self,
        outgoing: &Outgoing<'_>,
        bounds: &Bounds,
    ) -> Result<(Answer, bool), Failure> {
        match &mut self.speaks {
            Speaks::Http1(buffer) => http1::exchange(&mut self.wire, buffer, outgoing, bounds),
            Speaks::Http2(session) => session.exchange(&mut self.wire, outgoing, bounds),
        }
    }
}
