//! Writes a ClientHello that offers exactly what we ask for.

use super::{content, message, random, record};
use crate::tls::{GroupSort, Protocol, groups, signature_schemes};

/// Numbers of extensions.
pub(crate) mod extension {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const STATUS_REQUEST: u16 = 5;
    pub(crate) const GROUPS: u16 = 10;
    pub(crate) const POINT_FORMATS: u16 = 11;
    pub(crate) const SIGNATURES: u16 = 13;
    pub(crate) const HEARTBEAT: u16 = 15;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const TIMESTAMPS: u16 = 18;
    pub(crate) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(crate) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(crate) const TICKET: u16 = 35;
    pub(crate) const VERSIONS: u16 = 43;
    pub(crate) const PSK_MODES: u16 = 45;
    pub(crate) const KEY_SHARE: u16 = 51;
    pub(crate) const RENEGOTIATION: u16 = 0xFF01;
}

/// One extension of a hello.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    pub(crate) number: u16,
    pub(crate) body: Vec<u8>,
}

impl Extension {
    pub(crate) fn new(number: u16, body: Vec<u8>) -> Self {
        Self { number, body }
    }
}

/// What to offer.
#[derive(Clone, Debug)]
pub(crate) struct ClientHello {
    pub(crate) protocol: Protocol,
    /// The host name for the server; none for addresses and when asked without.
    pub(crate) name: Option<String>,
    pub(crate) suites: Vec<u16>,
    pub(crate) groups: Vec<u16>,
    pub(crate) signatures: Vec<u16>,
    /// Groups of TLS 1.3 for which a share is sent. An empty share makes the server name its group.
    pub(crate) shares: Vec<u16>,
    pub(crate) compressions: Vec<u8>,
    pub(crate) session: Vec<u8>,
    pub(crate) random: [u8; 32],
    /// Further extensions, or others in place of ours.
    pub(crate) extensions: Vec<Extension>,
}

/// The group whose share costs nothing to make: any 32 bytes are a key of X25519.
pub(crate) const X25519: u16 = 0x001D;

impl ClientHello {
    /// An ordinary hello with these suites.
    pub(crate) fn new(protocol: Protocol, name: Option<&str>, suites: Vec<u16>) -> Self {
        let is_13 = protocol == Protocol::Tls13;
        Self {
            protocol,
            name: name.map(str::to_owned),
            suites,
            groups: default_groups(is_13),
            signatures: signature_schemes().map(|(code, _, _)| code).collect(),
            shares: if is_13 { vec![X25519] } else { Vec::new() },
            compressions: vec![0],
            session: if is_13 { random::<32>().to_vec() } else { Vec::new() },
            random: random(),
            extensions: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, number: u16, body: impl Into<Vec<u8>>) -> Self {
        self.extensions.push(Extension::new(number, body.into()));
        self
    }

    /// The hello as a handshake message.
    pub(crate) fn to_message(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(600);
        let version = self.protocol.code().clamp(0x0300, 0x0303);
        body.extend(version.to_be_bytes());
        body.extend(self.random);
        body.push(self.session.len() as u8);
        body.extend(&self.session);
        body.extend((self.suites.len() as u16 * 2).to_be_bytes());
        body.extend(self.suites.iter().flat_map(|suite| suite.to_be_bytes()));
        body.push(self.compressions.len() as u8);
        body.extend(&self.compressions);
        // SSL 3.0 knows no extensions; some of its servers stumble over them.
        if self.protocol != Protocol::Ssl3 {
            let extensions = self.extensions();
            body.extend((extensions.len() as u16).to_be_bytes());
            body.extend(extensions);
        }
        message(1, &body)
    }

    /// The hello as the records that go on the wire.
    pub(crate) fn to_records(&self) -> Vec<u8> {
        let version = if self.protocol == Protocol::Ssl3 { 0x0300 } else { 0x0301 };
        record(content::HANDSHAKE, version, &self.to_message())
    }

    fn extensions(&self) -> Vec<u8> {
        let mut list: Vec<Extension> = Vec::new();
        if let Some(name) = &self.name {
            let entry = [&[0u8][..], &with_u16(name.as_bytes())].concat();
            list.push(Extension::new(extension::SERVER_NAME, with_u16(&entry)));
        }
        if !self.groups.is_empty() {
            list.push(Extension::new(extension::GROUPS, with_u16(&numbers(&self.groups))));
            list.push(Extension::new(extension::POINT_FORMATS, vec![1, 0]));
        }
        if self.protocol >= Protocol::Tls12 && !self.signatures.is_empty() {
            list.push(Extension::new(extension::SIGNATURES, with_u16(&numbers(&self.signatures))));
        }
        if self.protocol == Protocol::Tls13 {
            let versions = Protocol::Tls13.code().to_be_bytes();
            list.push(Extension::new(extension::VERSIONS, [&[2u8][..], &versions].concat()));
            list.push(Extension::new(extension::PSK_MODES, vec![1, 1]));
            let share = |group: &u16| [&group.to_be_bytes()[..], &with_u16(&random::<32>())].concat();
            let shares: Vec<u8> = self.shares.iter().flat_map(share).collect();
            list.push(Extension::new(extension::KEY_SHARE, with_u16(&shares)));
        }
        for extra in &self.extensions {
            match list.iter_mut().find(|ours| ours.number == extra.number) {
                Some(ours) => *ours = extra.clone(),
                None => list.push(extra.clone()),
            }
        }
        let mut bytes = Vec::new();
        for one in list {
            bytes.extend(one.number.to_be_bytes());
            bytes.extend(with_u16(&one.body));
        }
        bytes
    }
}

fn default_groups(is_13: bool) -> Vec<u16> {
    // The names for finite fields are left out up to TLS 1.2: a server would answer with them instead of its own.
    let usual = groups()
        .iter()
        .filter(|group| group.sort == GroupSort::Curve || (is_13 && group.sort != GroupSort::Explicit));
    let mut codes: Vec<u16> = usual.map(|group| group.code).collect();
    codes.sort_by_key(|code| ![X25519, 0x0017, 0x0018].contains(code));
    codes
}

/// Bytes behind their length.
pub(crate) fn with_u16(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

/// A list of application protocols.
pub(crate) fn alpn(names: &[&str]) -> Vec<u8> {
    let list: Vec<u8> =
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect();
    with_u16(&list)
}

fn numbers(codes: &[u16]) -> Vec<u8> {
    codes.iter().flat_map(|code| code.to_be_bytes()).collect()
}
