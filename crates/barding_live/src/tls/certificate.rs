//! A certificate and the chain it came in, as plain data.

use super::{Answer, Time};
use serde::{Deserialize, Serialize};

/// One chain, as sent, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChainSeen {
    /// The certificates in the order they were sent; the first is the server's own.
    pub sent: Vec<Certificate>,
    /// Where it leads, for each store of roots that was asked.
    pub stores: Vec<StoreVerdict>,
    /// Whether the issuer of the last link could be fetched from the address in the certificate and leads to a root:
    /// browsers on the desktop do so, Python does not. `Unknown` when it was not tried.
    pub fetchable: Answer,
    /// Whether the certificate was revoked.
    pub revocation: Revocation,
    /// Whether a response of the authority's OCSP service was stapled to the handshake.
    pub stapled: Answer,
    /// Timestamps of certificate logs that came in the handshake or the stapled response.
    pub timestamps: Vec<Timestamp>,
    /// What the server would not take back: why no more is known.
    pub problems: Vec<String>,
}

impl ChainSeen {
    /// The server's own certificate.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.sent.first()
    }

    /// The place of the server's issuer among the certificates sent: the second on the best path, or the second that was sent.
    pub fn issuer_place(&self) -> usize {
        self.best().and_then(|best| best.path.get(1).copied()).unwrap_or(1)
    }

    /// Whether at least one store trusts it.
    pub fn is_trusted(&self) -> bool {
        self.stores.iter().any(|store| store.trust == Trust::Trusted)
    }

    /// Whether Mozilla's store, the public one, trusts it.
    pub fn is_publicly_trusted(&self) -> bool {
        self.stores.iter().any(|store| store.store == "Mozilla" && store.trust == Trust::Trusted)
    }

    /// The best verdict among the stores.
    pub fn best(&self) -> Option<&StoreVerdict> {
        self.stores.iter().min_by_key(|store| store.trust)
    }
}

/// Where a chain leads, for one store of roots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreVerdict {
    /// The store: `Mozilla`, `system`, or the file given with `--ca`.
    pub store: String,
    /// Whether a path to one of its roots was found.
    pub trust: Trust,
    /// The path: places in the chain as sent, from the server's certificate up.
    #[serde(default)]
    pub path: Vec<usize>,
    /// The root it ends at; the missing issuer when there is none.
    #[serde(default)]
    pub root: String,
}

/// How far a chain can be trusted. The best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// A path to a root, every signature right. Dates and names are asked separately.
    Trusted,
    /// The next issuer was not sent and is no root.
    IssuerMissing,
    /// The path ends at a self-signed certificate that is no root of the store.
    UnknownRoot,
    /// The server's own certificate is self-signed.
    SelfSigned,
    /// A signature on the only path is wrong, or an issuer may not sign.
    Broken,
    /// A signature could not be verified: an algorithm we do not know.
    NotKnown,
}

/// Whether a certificate was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Revocation {
    /// The authority says it is good, and by what means we know.
    Good(String),
    /// The authority took it back: when, and by what means we know.
    Revoked(String),
    /// We do not know, and why.
    Unknown(String),
}

impl Default for Revocation {
    fn default() -> Self {
        Self::Unknown("it was not asked".to_owned())
    }
}

/// A certificate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Certificate {
    /// Whom it names: `CN=shop.example, O=Shop`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The common name, which no client looks at any more.
    pub common_name: Option<String>,
    /// The serial number, hexadecimal.
    pub serial: String,
    /// Good from.
    pub not_before: Time,
    /// Good until.
    pub not_after: Time,
    /// The host names it is for.
    pub dns_names: Vec<String>,
    /// The addresses it is for.
    pub ip_names: Vec<String>,
    /// The public key.
    pub key: Key,
    /// How it is signed.
    pub signature: SignatureAlgorithm,
    /// Whether it may sign other certificates.
    pub is_authority: bool,
    /// How many authorities may stand below it.
    pub path_length: Option<u32>,
    /// What the key may be used for; absent when anything.
    pub key_usage: Option<Vec<String>>,
    /// What the certificate may be used for; absent when anything.
    pub extended_key_usage: Option<Vec<String>>,
    /// Whether it signed itself.
    pub is_self_signed: bool,
    /// Whether clients must refuse it without a stapled OCSP response.
    pub must_staple: bool,
    /// Timestamps of certificate logs inside.
    pub timestamps: Vec<Timestamp>,
    /// Addresses of the OCSP service.
    pub ocsp_urls: Vec<String>,
    /// Addresses of the lists of revoked certificates.
    pub crl_urls: Vec<String>,
    /// Addresses of the issuer's certificate.
    pub issuer_urls: Vec<String>,
    /// SHA-256 of the whole certificate, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the public key, hexadecimal: the same on every certificate of one key.
    pub key_sha256: String,
    /// Its length in bytes.
    pub bytes: usize,
    /// What could not be read in it.
    pub problems: Vec<String>,
}

impl Certificate {
    /// Whether it is a root: nothing stands above it, so its own signature says nothing.
    pub fn is_root(&self) -> bool {
        self.is_self_signed
    }

    /// Its subject, or its names when the subject is empty, as in many certificates of today.
    pub fn subject_or_names(&self) -> String {
        if !self.subject.is_empty() {
            return self.subject.clone();
        }
        let names: Vec<&str> = self.dns_names.iter().chain(&self.ip_names).map(String::as_str).collect();
        if names.is_empty() { "without a name".to_owned() } else { names.join(", ") }
    }

    /// How many days it is good for in all; the last second counts.
    pub fn lifetime_days(&self) -> i64 {
        let seconds = self.not_after.0.saturating_sub(self.not_before.0).saturating_add(1);
        seconds.max(0).div_euclid(86_400) + i64::from(seconds.rem_euclid(86_400) > 0)
    }
}

/// A public key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Key {
    /// Its sort.
    pub kind: KeyKind,
    /// Bits of the modulus or of the curve's field.
    pub bits: u32,
    /// The curve's name.
    pub curve: Option<String>,
    /// The public exponent of RSA, when it fits 64 bits.
    pub exponent: Option<u64>,
    /// What is wrong with its structure, when something is.
    pub weakness: Option<KeyWeakness>,
}

/// The sort of a public key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// RSA.
    Rsa,
    /// RSA for PSS signatures only.
    RsaPss,
    /// An elliptic curve.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA, obsolete.
    Dsa,
    /// ML-DSA, the post-quantum signature.
    MlDsa,
    /// Another.
    #[default]
    Other,
}

/// What is wrong with a key's structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyWeakness {
    /// The exponent is 1, even or zero.
    Exponent,
    /// The modulus is even or has a small factor.
    SmallFactor,
    /// The two primes are so close that a few steps find them (CVE-2022-26320).
    ClosePrimes,
    /// It bears the mark of a faulty generator of smart cards (ROCA, CVE-2017-15361).
    Roca,
    /// Its private half is published: it came with a package or was found in the wild.
    Published,
}

/// How a certificate is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignatureAlgorithm {
    /// Its name, such as `sha256WithRSAEncryption`, or its object identifier.
    pub name: String,
    /// The hash in it.
    pub hash: Hash,
}

/// The hash in a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hash {
    /// MD2, broken.
    Md2,
    /// MD4, broken.
    Md4,
    /// MD5, broken.
    Md5,
    /// SHA-1, broken.
    Sha1,
    /// SHA-2 or SHA-3.
    Sha2,
    /// Part of the signature (Ed25519, ML-DSA).
    BuiltIn,
    /// Another.
    #[default]
    Other,
}

/// A certificate log's promise to publish a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timestamp {
    /// The log's number, hexadecimal.
    pub log: String,
    /// When it promised.
    pub at: Time,
    /// Whether the log's key signed this promise about this certificate. `Unknown` without a list that has the log.
    pub verified: Answer,
}
