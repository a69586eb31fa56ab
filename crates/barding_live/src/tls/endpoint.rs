//! What one address showed.

use super::{ChainSeen, Suite, Time};
use serde::{Deserialize, Serialize};

/// One port of one address of one host, as seen from here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// The name asked for, in ASCII (`xn--…` for names with other letters), or an address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The address that answered.
    pub address: String,
    /// The protocol that was spoken before TLS, if any.
    pub starttls: Option<Starttls>,
    /// When we looked.
    pub seen_at: Time,
    /// Whether TLS answered at all. When not, the rest says nothing.
    pub speaks_tls: Answer,
    /// The chains sent. The first is the one most clients get; others were sent to clients that want another key.
    pub chains: Vec<ChainSeen>,
    /// The certificate sent to a client that names no host, when it is another one.
    pub without_name: Option<ChainSeen>,
    /// Whether the server asks for a client's certificate.
    pub asks_client_certificate: Answer,
    /// Each protocol, from SSL 2.0 to TLS 1.3.
    pub protocols: Vec<ProtocolSeen>,
    /// Names of the groups accepted in TLS 1.3 and TLS 1.2, in the server's order where it has one.
    pub groups: Vec<String>,
    /// Whether the groups could be asked for one by one.
    pub groups_seen: Answer,
    /// Diffie-Hellman parameters the server made or was given.
    pub dh: Vec<DhParameters>,
    /// Names of the signature schemes accepted.
    pub signature_schemes: Vec<String>,
    /// Application protocols accepted (ALPN).
    pub alpn: Vec<String>,
    /// What belongs to sessions and their safety.
    pub session: Session,
    /// The well-known weaknesses that need a look of their own.
    pub vulnerabilities: Vulnerabilities,
    /// The value of `Strict-Transport-Security`; absent when it was not sent.
    pub hsts: Option<String>,
    /// Whether we saw an HTTP answer, so that an absent `hsts` means something.
    pub http_seen: Answer,
    /// Whether plain HTTP on port 80 redirects to HTTPS.
    pub http_redirects: Answer,
    /// The `Server` header, to name the lines that mend things.
    pub server_header: Option<String>,
    /// Which certificate authorities the DNS allows.
    pub caa: Option<Caa>,
    /// Who else, of those looked at in the same run, has the same key in another certificate; at most ten.
    pub key_elsewhere: Vec<String>,
    /// How many connections it took.
    pub connections: u32,
    /// What could not be looked at, and why.
    pub problems: Vec<String>,
}

/// Yes, no, or why we do not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// We could not tell, and why.
    Unknown(String),
}

impl Answer {
    /// An answer that could not be had.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    /// Whether it is certainly so.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Whether it is certainly not so.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::Unknown("it was not asked".to_owned())
    }
}

impl From<bool> for Answer {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

/// A protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// SSL 2.0, 1995.
    #[serde(rename = "SSL 2.0")]
    Ssl2,
    /// SSL 3.0, 1996.
    #[serde(rename = "SSL 3.0")]
    Ssl3,
    /// TLS 1.0, 1999.
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.1, 2006.
    #[serde(rename = "TLS 1.1")]
    Tls11,
    /// TLS 1.2, 2008.
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3, 2018.
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

impl Protocol {
    /// All, oldest first.
    pub const ALL: [Protocol; 6] =
        [Protocol::Ssl2, Protocol::Ssl3, Protocol::Tls10, Protocol::Tls11, Protocol::Tls12, Protocol::Tls13];

    /// Its number on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::Ssl2 => 0x0002,
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSL 2.0",
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// One protocol, as the server speaks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolSeen {
    /// The protocol.
    pub protocol: Protocol,
    /// Whether the server speaks it.
    pub offered: Answer,
    /// The suites accepted; in the server's order when it has one.
    #[serde(default)]
    pub suites: Vec<Suite>,
    /// Whose order counts.
    #[serde(default)]
    pub order: Order,
}

/// Whose order of suites counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The server picks what it likes best.
    Server,
    /// The server takes what the client likes best.
    Client,
    /// Fewer than two suites, or not asked.
    #[default]
    Unknown,
}

/// What is spoken before TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starttls {
    /// Mail, `STARTTLS` after `EHLO`.
    Smtp,
    /// Mailboxes, `STARTTLS`.
    Imap,
    /// Mailboxes, `STLS`.
    Pop3,
    /// Files, `AUTH TLS`.
    Ftp,
    /// PostgreSQL's `SSLRequest`.
    Postgres,
    /// MySQL's and MariaDB's capability flag.
    Mysql,
}

impl Starttls {
    /// All of them.
    pub const ALL: [Starttls; 6] =
        [Self::Smtp, Self::Imap, Self::Pop3, Self::Ftp, Self::Postgres, Self::Mysql];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Ftp => "ftp",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The usual port.
    pub fn port(self) -> u16 {
        match self {
            Self::Smtp => 25,
            Self::Imap => 143,
            Self::Pop3 => 110,
            Self::Ftp => 21,
            Self::Postgres => 5432,
            Self::Mysql => 3306,
        }
    }
}

/// Diffie-Hellman parameters, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DhParameters {
    /// Bits of the prime.
    pub bits: u32,
    /// SHA-256 of the prime, hexadecimal.
    pub sha256: String,
    /// Whether it is prime. A composite modulus can be taken apart.
    pub is_prime: Answer,
    /// Whether the same public value came twice.
    pub value_reused: Answer,
    /// The suite it came with.
    pub suite: Option<Suite>,
}

/// What belongs to sessions and their safety.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// Whether renegotiation is bound to the first handshake (RFC 5746).
    pub secure_renegotiation: Answer,
    /// Whether a client may start a new handshake inside a session.
    pub client_renegotiation: Answer,
    /// Whether the server agrees to compress.
    pub compression: Answer,
    /// Whether the server refuses a needless step down (TLS_FALLBACK_SCSV). Unknown when there is no step to take.
    pub fallback_protected: Answer,
    /// Whether a server of TLS 1.3 marks a step down in its random bytes.
    pub downgrade_marked: Answer,
    /// Whether the session's key depends on the whole handshake (RFC 7627).
    pub extended_master_secret: Answer,
    /// Whether CBC suites encrypt before they authenticate (RFC 7366).
    pub encrypt_then_mac: Answer,
    /// Whether sessions can be resumed by id, up to TLS 1.2.
    pub resumes_by_id: Answer,
    /// Whether sessions can be resumed by ticket, up to TLS 1.2.
    pub resumes_by_ticket: Answer,
    /// Whether sessions of TLS 1.3 can be resumed.
    pub resumes_tls13: Answer,
    /// How long tickets are good for, in seconds, as the server hints.
    pub ticket_lifetime: Option<u32>,
    /// How many bytes of early data a ticket of TLS 1.3 allows; absent when tickets were not seen.
    pub early_data: Option<u32>,
    /// Whether unknown versions, suites and extensions, and a long hello, are tolerated.
    pub tolerant: Answer,
    /// Whether a name the server does not know is refused.
    pub refuses_unknown_name: Answer,
    /// Whether an application protocol the server does not know is refused.
    pub refuses_unknown_alpn: Answer,
}

/// The well-known weaknesses that need a look of their own. Yes means vulnerable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vulnerabilities {
    /// CVE-2014-0160.
    pub heartbleed: Answer,
    /// CVE-2014-0224.
    pub ccs_injection: Answer,
    /// Bleichenbacher's oracle.
    pub robot: Answer,
    /// CVE-2016-9244.
    pub ticketbleed: Answer,
    /// Padding or MAC errors in CBC records that can be told apart.
    pub cbc_oracle: Answer,
    /// An SSL 2.0 server with the same key, on another port or host that was looked at.
    pub drown_elsewhere: Answer,
}

/// Which certificate authorities the DNS allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caa {
    /// The name whose records count; empty when no name up to the root has any.
    pub found_at: String,
    /// The records there.
    pub records: Vec<CaaRecord>,
}

/// One CAA record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaaRecord {
    /// `issue`, `issuewild`, `iodef`…
    pub tag: String,
    /// The authority's domain, `;` for none, or an address to report to.
    pub value: String,
}

impl Endpoint {
    /// The protocol, when it was asked for.
    pub fn protocol(&self, protocol: Protocol) -> Option<&ProtocolSeen> {
        self.protocols.iter().find(|seen| seen.protocol == protocol)
    }

    /// Whether the server certainly speaks it.
    pub fn offers(&self, protocol: Protocol) -> bool {
        self.protocol(protocol).is_some_and(|seen| seen.offered.is_yes())
    }

    /// Whether the server certainly does not speak it.
    pub fn refuses(&self, protocol: Protocol) -> bool {
        self.protocol(protocol).is_some_and(|seen| seen.offered.is_no())
    }

    /// Every accepted suite with the protocols it is accepted in, in the table's order.
    pub fn suites(&self) -> Vec<(Suite, Vec<Protocol>)> {
        let mut all: std::collections::BTreeMap<Suite, Vec<Protocol>> = std::collections::BTreeMap::new();
        for seen in self.protocols.iter().filter(|seen| seen.offered.is_yes()) {
            for suite in &seen.suites {
                all.entry(*suite).or_default().push(seen.protocol);
            }
        }
        all.into_iter().collect()
    }
}
