//! Real handshakes, by a library: the chain in TLS 1.3, resumption, early data, and one HTTP answer.

use super::{Asker, Chains, RawChain};
use crate::tls::{Answer, Endpoint, Protocol};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue, Tls13ClientSessionValue,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, HandshakeKind, NamedGroup, SignatureScheme,
    StreamOwned,
};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// How much to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Certificate,
    Everything,
}

pub(super) fn look(asker: &Asker<'_>, seen: &mut Endpoint, found: &mut Chains, depth: Depth) {
    let first = handshake(asker, &Wish::default());
    take(seen, found, &first);
    if depth == Depth::Certificate {
        return;
    }
    for schemes in [ECDSA, RSA] {
        let other = handshake(asker, &Wish { schemes: Some(schemes), ..Wish::default() });
        take(seen, found, &other);
    }
    if seen.starttls.is_none() {
        http(asker, seen);
    }
}

fn take(seen: &mut Endpoint, found: &mut Chains, done: &Done) {
    if done.is_complete {
        seen.speaks_tls = Answer::Yes;
    }
    found.add(RawChain {
        certificates: done.chain.clone(),
        staple: (!done.staple.is_empty()).then(|| done.staple.clone()),
        timestamps: Vec::new(),
    });
    if done.is_complete {
        seen.asks_client_certificate = done.asked_certificate.into();
    }
}

/// One answer over HTTP/1.1, for the headers that the grade needs; and whether sessions resume.
fn http(asker: &Asker<'_>, seen: &mut Endpoint) {
    let memory = Arc::new(Memory::default());
    let wish = Wish { memory: Some(memory.clone()), alpn: &["http/1.1"], request: true, ..Wish::default() };
    let Some(client) = Client::new(&wish) else { return };
    let first = client.handshake(asker);
    if !first.is_complete {
        return;
    }
    match &first.answer {
        Some(head) => take_head(seen, head),
        None => seen.http_seen = Answer::No,
    }
    if first.alpn.is_some() && !seen.alpn.iter().any(|name| name == "http/1.1") {
        seen.alpn.push("http/1.1".to_owned());
    }
    let h2 = handshake(asker, &Wish { alpn: &["h2"], ..Wish::default() });
    if h2.alpn.as_deref() == Some("h2") && !seen.alpn.iter().any(|name| name == "h2") {
        seen.alpn.insert(0, "h2".to_owned());
    }
    let again = client.handshake(asker);
    let resumed = Answer::from(again.resumed);
    if first.is_13 {
        seen.session.early_data = Some(memory.early_data.load(Ordering::Relaxed));
        seen.session.resumes_tls13 =
            if !again.is_complete { Answer::unknown("the second handshake failed") } else { resumed };
    } else {
        seen.session.resumes_by_ticket = if again.is_complete { resumed } else { Answer::default() };
    }
}

/// Whether the library speaks one of the server's suites: TLS 1.3, or ECDHE with GCM or ChaCha20-Poly1305.
pub(super) fn speaks(seen: &Endpoint) -> bool {
    seen.offers(Protocol::Tls13)
        || seen.protocol(Protocol::Tls12).is_some_and(|one| {
            one.suites.iter().filter_map(|suite| suite.info()).any(|info| {
                info.key_exchange == "ECDHE"
                    && matches!(info.authentication, "RSA" | "ECDSA")
                    && (info.mode == "GCM" && info.cipher == "AES" || info.cipher.starts_with("CHACHA20"))
            })
        })
}

/// What the head of an HTTP answer tells.
pub(super) fn take_head(seen: &mut Endpoint, head: &str) {
    seen.http_seen = Answer::Yes;
    seen.hsts = header(head, "strict-transport-security");
    seen.server_header = header(head, "server");
}

pub(super) fn header(head: &str, name: &str) -> Option<String> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    let value = lines.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    value.map(crate::tls::x509::der::harmless)
}

/// What to ask the library for.
#[derive(Clone, Default)]
struct Wish {
    schemes: Option<&'static [SignatureScheme]>,
    alpn: &'static [&'static str],
    memory: Option<Arc<Memory>>,
    request: bool,
}

/// What came of it.
#[derive(Default)]
struct Done {
    is_complete: bool,
    is_13: bool,
    resumed: bool,
    chain: Vec<Vec<u8>>,
    staple: Vec<u8>,
    alpn: Option<String>,
    asked_certificate: bool,
    answer: Option<String>,
}

fn handshake(asker: &Asker<'_>, wish: &Wish) -> Done {
    Client::new(wish).map(|client| client.handshake(asker)).unwrap_or_default()
}

/// One configuration of the library. Sessions are resumed within one only.
struct Client {
    config: Arc<ClientConfig>,
    recorder: Arc<Recorder>,
    asked: Arc<Asked>,
    request: bool,
}

impl Client {
    fn new(wish: &Wish) -> Option<Self> {
        let recorder = Arc::new(Recorder { schemes: wish.schemes, seen: Mutex::default() });
        let asked = Arc::new(Asked::default());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
        let mut config = builder
            .dangerous()
            .with_custom_certificate_verifier(recorder.clone())
            .with_client_cert_resolver(asked.clone());
        config.alpn_protocols = wish.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        config.resumption = match &wish.memory {
            Some(memory) => Resumption::store(memory.clone()),
            None => Resumption::disabled(),
        };
        Some(Self { config: Arc::new(config), recorder, asked, request: wish.request })
    }

    fn handshake(&self, asker: &Asker<'_>) -> Done {
        let mut done = Done::default();
        let name = match asker.target.server_name() {
            Some(name) => ServerName::try_from(name.to_owned()).ok(),
            None => Some(ServerName::IpAddress(asker.address.ip().into())),
        };
        // A name that the library refuses to send is sent by the clear handshakes.
        let Some(name) = name else { return done };
        let Ok(mut connection) = ClientConnection::new(self.config.clone(), name) else { return done };
        // An OCSP staple of some size and a chain with thousands of names still fit.
        connection.set_buffer_limit(Some(1 << 20));
        let Ok(socket) = asker.connect() else { return done };
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                break;
            }
        }
        done.is_complete = !stream.conn.is_handshaking();
        done.is_13 = stream.conn.protocol_version() == Some(rustls::ProtocolVersion::TLSv1_3);
        done.alpn = stream.conn.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        done.resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
        if done.is_complete && self.request {
            done.answer = request(asker, &mut stream);
        }
        stream.conn.send_close_notify();
        let _ = stream.conn.write_tls(&mut stream.sock);
        done.asked_certificate = self.asked.0.load(Ordering::Relaxed);
        if let Ok(seen) = self.recorder.seen.lock() {
            (done.chain, done.staple) = seen.clone();
        }
        done
    }
}

/// The head of the answer to one request, at most 16 KB.
pub(super) fn request(asker: &Asker<'_>, stream: &mut (impl Read + Write)) -> Option<String> {
    let host = &asker.target.host;
    let port = asker.target.port;
    let host = if port == 443 { host.clone() } else { format!("{host}:{port}") };
    request_as(&host, stream)
}

/// The same, under a name.
pub(super) fn request_as(host: &str, stream: &mut (impl Read + Write)) -> Option<String> {
    let text = format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: barding\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(text.as_bytes()).ok()?;
    stream.flush().ok()?;
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while head.len() < 16_384 && !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(read) => head.extend(&part[..read]),
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    text.starts_with("HTTP/").then(|| text.split("\r\n\r\n").next().unwrap_or_default().to_owned())
}

const ECDSA: &[SignatureScheme] = &[
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
];
const RSA: &[SignatureScheme] = &[
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA512,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA512,
];

/// Takes every certificate and writes it down; whether it can be trusted is found out afterwards.
#[derive(Debug)]
struct Recorder {
    schemes: Option<&'static [SignatureScheme]>,
    seen: Mutex<(Vec<Vec<u8>>, Vec<u8>)>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        staple: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Ok(mut seen) = self.seen.lock() {
            seen.0 = std::iter::once(leaf).chain(rest).map(|one| one.as_ref().to_vec()).collect();
            seen.1 = staple.to_vec();
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        match self.schemes {
            Some(schemes) => schemes.to_vec(),
            None => [ECDSA, &[SignatureScheme::ED25519], RSA].concat(),
        }
    }
}

/// Has no certificate to show, and remembers being asked for one.
#[derive(Debug, Default)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(
        &self,
        _hints: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<rustls::sign::CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Remembers one session, and how much early data its ticket allows.
#[derive(Debug, Default)]
struct Memory {
    session: Mutex<Option<Tls12ClientSessionValue>>,
    tickets: Mutex<Vec<Tls13ClientSessionValue>>,
    early_data: AtomicU32,
}

impl ClientSessionStore for Memory {
    fn set_kx_hint(&self, _name: ServerName<'static>, _group: NamedGroup) {}

    fn kx_hint(&self, _name: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _name: ServerName<'static>, value: Tls12ClientSessionValue) {
        if let Ok(mut session) = self.session.lock() {
            *session = Some(value);
        }
    }

    fn tls12_session(&self, _name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.session.lock().ok()?.clone()
    }

    fn remove_tls12_session(&self, _name: &ServerName<'static>) {
        if let Ok(mut session) = self.session.lock() {
            *session = None;
        }
    }

    fn insert_tls13_ticket(&self, _name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.early_data.fetch_max(value.max_early_data_size(), Ordering::Relaxed);
        if let Ok(mut tickets) = self.tickets.lock()
            && tickets.len() < 16
        {
            tickets.push(value);
        }
    }

    fn take_tls13_ticket(&self, _name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.tickets.lock().ok()?.pop()
    }
}
