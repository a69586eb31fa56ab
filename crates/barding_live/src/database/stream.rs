//! The way to a database server: TCP or a socket in the file system, with TLS on top where it is wanted.

use super::{Target, TlsMode, Way};
use crate::dial::{Connection, Dialer, addresses};
use crate::tls::witness::{self, Judge};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Error, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What both ways can do.
pub(super) trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// An open way to a server.
pub(super) struct Stream<'d> {
    wire: Box<dyn Wire + 'd>,
    /// Which way it is.
    pub(super) way: Way,
    /// The version of TLS, once it is used.
    pub(super) tls: Option<String>,
    /// Why the server's certificate does not hold.
    pub(super) certificate_problem: Option<String>,
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wire.read(buffer)
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wire.flush()
    }
}

/// Opens the way.
pub(super) fn open<'d>(dialer: &'d Dialer, target: &Target) -> Result<Stream<'d>, String> {
    if target.is_socket() {
        return open_socket(dialer, target);
    }
    let found =
        addresses(&target.host, target.port).map_err(|error| format!("the name has no address: {error}"))?;
    let mut last = "the name has no address".to_owned();
    for address in found {
        match dialer.connect(address) {
            Ok(connection) => {
                let way = way_to(address);
                let wire: Box<dyn Wire + 'd> = Box::<Connection<'d>>::new(connection);
                return Ok(Stream { wire, way, tls: None, certificate_problem: None });
            }
            Err(error) => last = format!("{address} does not answer: {error}"),
        }
    }
    Err(last)
}

fn way_to(address: SocketAddr) -> Way {
    match address.ip() {
        ip if ip.is_loopback() => Way::Loopback,
        IpAddr::V4(ip) if ip.is_private() || ip.is_link_local() => Way::Private,
        IpAddr::V6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() => Way::Private,
        _ => Way::Public,
    }
}

#[cfg(unix)]
fn open_socket<'d>(dialer: &'d Dialer, target: &Target) -> Result<Stream<'d>, String> {
    use super::Engine;
    let usual: &[&str] = match target.engine {
        Engine::Postgres => &["/var/run/postgresql", "/run/postgresql", "/tmp"],
        _ => &["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock"],
    };
    let places: Vec<&str> = if target.host.starts_with('/') { vec![&target.host] } else { usual.to_vec() };
    let mut last = String::new();
    for place in &places {
        let path = match target.engine {
            Engine::Postgres => format!("{place}/.s.PGSQL.{}", target.port),
            _ => (*place).to_owned(),
        };
        match UnixStream::connect(&path) {
            Ok(stream) => {
                let whole = dialer.limits().whole;
                let patience = |time: Duration| Some(time);
                let _ = stream.set_read_timeout(patience(whole));
                let _ = stream.set_write_timeout(patience(whole));
                return Ok(Stream {
                    wire: Box::new(stream),
                    way: Way::Socket,
                    tls: None,
                    certificate_problem: None,
                });
            }
            Err(error) => last = format!("the socket {path} does not answer: {error}"),
        }
    }
    // `localhost` of MySQL means the socket; without one its clients of other systems use the loopback.
    if !target.host.starts_with('/') {
        let loopback = Target { host: "127.0.0.1".to_owned(), ..target.clone() };
        if let Ok(stream) = open(dialer, &loopback) {
            return Ok(stream);
        }
    }
    Err(last)
}

#[cfg(not(unix))]
fn open_socket<'d>(dialer: &'d Dialer, target: &Target) -> Result<Stream<'d>, String> {
    open(dialer, &Target { host: "127.0.0.1".to_owned(), ..target.clone() })
}

impl<'d> Stream<'d> {
    /// Puts TLS on top. The certificate is always checked and the result kept; it stops us only where the project's own
    /// connection would stop.
    pub(super) fn secure(self, target: &Target) -> Result<Stream<'d>, String> {
        let mut roots = witness::mozilla();
        if let Some(path) = &target.authority {
            let text = std::fs::read(path)
                .map_err(|error| format!("the authority's file {path} could not be read: {error}"))?;
            roots = RootCertStore::empty();
            witness::add(&mut roots, &text);
        }
        let checker = Arc::new(Checker { problem: Mutex::default(), mode: target.tls });
        let mut config = witness::config(roots, checker.clone())?;
        if target.engine == super::Engine::Postgres {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        let name = ServerName::try_from(target.host.clone())
            .map_err(|_| "its name cannot be sent in TLS".to_owned())?;
        let session = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
        let way = self.way;
        let mut stream = StreamOwned::new(session, self.wire);
        while stream.conn.is_handshaking() {
            stream
                .conn
                .complete_io(&mut stream.sock)
                .map_err(|error| format!("the TLS handshake failed: {error}"))?;
        }
        let version = stream.conn.protocol_version().map_or("TLS", |version| match version {
            rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2",
            rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3",
            _ => "TLS",
        });
        let certificate_problem = checker.problem.lock().map_or(None, |problem| problem.clone());
        Ok(Stream { wire: Box::new(stream), way, tls: Some(version.to_owned()), certificate_problem })
    }
}

/// Remembers what is wrong with the certificate, and stops where the project's own connection would.
#[derive(Debug)]
struct Checker {
    problem: Mutex<Option<String>>,
    mode: TlsMode,
}

impl Judge for Checker {
    fn judge(&self, _name: &ServerName<'_>, verdict: Result<(), Error>) -> Result<(), Error> {
        let Err(error) = verdict else { return Ok(()) };
        let wrong_name = matches!(
            &error,
            Error::InvalidCertificate(
                rustls::CertificateError::NotValidForName
                    | rustls::CertificateError::NotValidForNameContext { .. }
            )
        );
        if let Ok(mut problem) = self.problem.lock() {
            *problem = Some(error.to_string());
        }
        match self.mode {
            TlsMode::VerifyFull => Err(error),
            TlsMode::VerifyAuthority if !wrong_name => Err(error),
            _ => Ok(()),
        }
    }
}
