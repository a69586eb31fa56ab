//! Fetches one large file over HTTPS: certificates checked, redirects to HTTPS only, every size and time bounded.
//!
//! What comes in: an address and [`FetchOptions`]. What goes out: the bytes, into whatever the caller writes them to. It
//! speaks HTTP/1.1 and nothing else, keeps no connection, and sends nothing about the user.

use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

/// Bounds and trust.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// Certificates in PEM to trust instead of Mozilla's.
    pub authorities: Option<Vec<u8>>,
    /// How many bytes are accepted.
    pub largest: u64,
    /// How long the other side may be silent.
    pub patience: Duration,
    /// What to call ourselves.
    pub agent: String,
}

/// Why nothing was fetched.
#[derive(Debug)]
pub enum FetchError {
    /// Not an address of the form `https://host/path`.
    Address(String),
    /// The certificates to trust could not be read.
    Authorities(String),
    /// The other side could not be reached, or its certificate does not hold.
    Connection(String),
    /// It answered something other than the file.
    Answer(String),
    /// The file ended early, or is larger than it may be.
    Body(String),
    /// The bytes could not be written here.
    Write(io::Error),
}

impl fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(words)
            | Self::Authorities(words)
            | Self::Connection(words)
            | Self::Answer(words)
            | Self::Body(words) => formatter.write_str(words),
            Self::Write(error) => write!(formatter, "the file could not be written: {error}"),
        }
    }
}

impl std::error::Error for FetchError {}

const MOST_REDIRECTS: usize = 5;
const LONGEST_HEAD: u64 = 64 << 10;

/// Fetches `url` into `out`; `progress` hears how many bytes of how many are there.
///
/// # Errors
/// When anything at all goes wrong; `out` may then hold a part of the file.
pub fn fetch(
    url: &str,
    options: &FetchOptions,
    out: &mut dyn Write,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<(), FetchError> {
    let config = Arc::new(config(options)?);
    let mut address = Address::parse(url)?;
    for _ in 0..=MOST_REDIRECTS {
        let mut answer = ask(&address, config.clone(), options)?;
        match head(&mut answer)? {
            Head::Found(length) => return body(answer, length, options, out, &mut progress),
            Head::Elsewhere(location) => address = address.join(&location)?,
        }
    }
    Err(FetchError::Answer(format!("{url} leads from one redirect to the next")))
}

type Answer = BufReader<StreamOwned<ClientConnection, TcpStream>>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    host: String,
    port: u16,
    path: String,
}

impl Address {
    fn parse(url: &str) -> Result<Self, FetchError> {
        let wrong = || FetchError::Address(format!("{url} is no address of the form https://host/path"));
        let rest = url.strip_prefix("https://").ok_or_else(wrong)?;
        if rest.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
            return Err(wrong());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = path.split('#').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (authority, 443),
        };
        if host.is_empty() || host.contains('@') {
            return Err(wrong());
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { host: host.to_owned(), port, path })
    }

    /// Where a redirect leads from here.
    fn join(&self, location: &str) -> Result<Self, FetchError> {
        if location.starts_with("//") {
            return Self::parse(&format!("https:{location}"));
        }
        if location.starts_with('/') {
            return Self::parse(&format!("https://{}:{}{location}", self.host, self.port));
        }
        if !location.starts_with("https://") {
            let shown: String = location.chars().filter(|letter| !letter.is_control()).take(100).collect();
            return Err(FetchError::Answer(format!(
                "{} redirects to `{shown}`, which is not followed: only HTTPS is",
                self.host
            )));
        }
        Self::parse(location)
    }
}

fn config(options: &FetchOptions) -> Result<ClientConfig, FetchError> {
    let mut roots = RootCertStore::empty();
    match &options.authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in rustls::pki_types::CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| FetchError::Authorities(error.to_string()))?;
                roots.add(certificate).map_err(|error| FetchError::Authorities(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(FetchError::Authorities("there is no certificate in PEM".to_owned()));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| FetchError::Connection(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn ask(address: &Address, config: Arc<ClientConfig>, options: &FetchOptions) -> Result<Answer, FetchError> {
    let Address { host, port, path } = address;
    let failed = |error: &dyn fmt::Display| FetchError::Connection(format!("{host}: {error}"));
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned()).map_err(|error| failed(&error))?;
    let mut last = None;
    let mut stream = None;
    for to in (bare, *port).to_socket_addrs().map_err(|error| failed(&error))? {
        match TcpStream::connect_timeout(&to, options.patience) {
            Ok(connected) => {
                stream = Some(connected);
                break;
            }
            Err(error) => last = Some(error),
        }
    }
    let stream = match (stream, last) {
        (Some(stream), _) => stream,
        (None, Some(error)) => return Err(failed(&error)),
        (None, None) => return Err(failed(&"the name leads to no address")),
    };
    stream.set_read_timeout(Some(options.patience)).map_err(|error| failed(&error))?;
    stream.set_write_timeout(Some(options.patience)).map_err(|error| failed(&error))?;
    let connection = ClientConnection::new(config, name).map_err(|error| failed(&error))?;
    let mut stream = StreamOwned::new(connection, stream);
    let shown_port = if *port == 443 { String::new() } else { format!(":{port}") };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}{shown_port}\r\nUser-Agent: {}\r\nAccept: */*\r\n\
         Accept-Encoding: identity\r\nConnection: close\r\n\r\n",
        options.agent
    );
    stream.write_all(request.as_bytes()).map_err(|error| failed(&error))?;
    Ok(BufReader::with_capacity(64 << 10, stream))
}

enum Head {
    Found(Length),
    Elsewhere(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Known(u64),
    Chunked,
    UntilClosed,
}

fn head(answer: &mut Answer) -> Result<Head, FetchError> {
    let mut lines = answer.take(LONGEST_HEAD);
    let mut line = || -> Result<String, FetchError> {
        let mut bytes = Vec::new();
        let read = lines.read_until(b'\n', &mut bytes);
        read.map_err(|error| FetchError::Connection(error.to_string()))?;
        if !bytes.ends_with(b"\n") {
            return Err(FetchError::Answer("the answer ends in the middle of its head".to_owned()));
        }
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    };
    let status = line()?;
    let code: u16 = status
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1)?.parse().ok())
        .ok_or_else(|| FetchError::Answer("the answer is not HTTP".to_owned()))?;
    let mut length = Length::UntilClosed;
    let mut location = None;
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(':') else { continue };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" if length != Length::Chunked => {
                let bytes =
                    value.parse().map_err(|_| FetchError::Answer("its length is no number".to_owned()))?;
                length = Length::Known(bytes);
            }
            "transfer-encoding" if value.eq_ignore_ascii_case("chunked") => length = Length::Chunked,
            "transfer-encoding" | "content-encoding" if !value.eq_ignore_ascii_case("identity") => {
                return Err(FetchError::Answer(
                    "the file was sent in a coding that was not asked for".to_owned(),
                ));
            }
            "location" => location = Some(value.to_owned()),
            _ => {}
        }
    }
    match (code, location) {
        (200, _) => Ok(Head::Found(length)),
        (301 | 302 | 303 | 307 | 308, Some(location)) => Ok(Head::Elsewhere(location)),
        _ => {
            let shown: String = status.chars().filter(|letter| !letter.is_control()).take(80).collect();
            Err(FetchError::Answer(format!("the answer was `{shown}`")))
        }
    }
}

fn body(
    mut answer: Answer,
    length: Length,
    options: &FetchOptions,
    out: &mut dyn Write,
    progress: &mut impl FnMut(u64, Option<u64>),
) -> Result<(), FetchError> {
    let mut done = 0;
    let whole = match length {
        Length::Known(bytes) => Some(bytes),
        _ => None,
    };
    let mut copy = |answer: &mut Answer, bytes: u64| -> Result<u64, FetchError> {
        let mut buffer = vec![0; 64 << 10];
        let mut copied = 0;
        while copied < bytes {
            let wanted = buffer.len().min(usize::try_from(bytes - copied).unwrap_or(usize::MAX));
            let read = match answer.read(&mut buffer[..wanted]) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(FetchError::Body(format!("the file was cut off: {error}"))),
            };
            done += read as u64;
            if done > options.largest {
                return Err(FetchError::Body(format!(
                    "the file is larger than {} MB",
                    options.largest >> 20
                )));
            }
            out.write_all(&buffer[..read]).map_err(FetchError::Write)?;
            copied += read as u64;
            progress(done, whole);
        }
        Ok(copied)
    };
    let cut_off = || FetchError::Body("the file was cut off".to_owned());
    match length {
        Length::Known(bytes) => match copy(&mut answer, bytes)? {
            copied if copied < bytes => Err(cut_off()),
            _ => Ok(()),
        },
        Length::UntilClosed => copy(&mut answer, u64::MAX).map(|_| ()),
        Length::Chunked => loop {
            let mut line = Vec::new();
            let read = answer.by_ref().take(1024).read_until(b'\n', &mut line);
            read.map_err(|error| FetchError::Body(format!("the file was cut off: {error}")))?;
            let text = String::from_utf8_lossy(&line);
            let size = text.trim().split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| cut_off())?;
            if size == 0 {
                return Ok(());
            }
            if copy(&mut answer, size)? < size {
                return Err(cut_off());
            }
            let mut end = [0; 2];
            answer.read_exact(&mut end).map_err(|_| cut_off())?;
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_refused() {
        let address =
            |url: &str| Address::parse(url).ok().map(|address| (address.host, address.port, address.path));
        assert_eq!(address("https://a.example/x?y#z"), Some(("a.example".into(), 443, "/x?y".into())));
        assert_eq!(address("https://[::1]:8443"), Some(("[::1]".into(), 8443, "/".into())));
        for wrong in
            ["http://a.example/", "https://", "https://u:p@a.example/", "https://a:b/", "https://a/\r\nX: y"]
        {
            assert!(address(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn redirects_lead_to_https_only() {
        let from = Address::parse("https://a.example:444/x").unwrap();
        assert_eq!(from.join("/y").unwrap().port, 444);
        assert_eq!(from.join("https://b.example/y").unwrap().host, "b.example");
        assert!(from.join("http://b.example/y").is_err());
        assert!(from.join("ftp://b.example/y").is_err());
    }
}
