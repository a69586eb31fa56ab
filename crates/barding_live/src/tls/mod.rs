//! Certificates and TLS, as one address shows them.
//!
//! What comes in: a host, a port and the addresses to ask. What goes out: [`Endpoint`], plain data about what was sent,
//! accepted and refused. It judges nothing: what is weak or wrong is for the rules, which read these types without the
//! network code (feature `network`) and so without its dependencies.

mod certificate;
mod endpoint;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod groups;
mod idn;
#[cfg(feature = "network")]
mod look;
mod primes;
mod suites;
#[cfg(feature = "network")]
mod talk;
mod time;
#[cfg(feature = "network")]
mod wire;
#[cfg(feature = "network")]
pub(crate) mod witness;
#[cfg(feature = "network")]
pub mod x509;

pub use certificate::{
    Certificate, ChainSeen, Hash, Key, KeyKind, KeyWeakness, Revocation, SignatureAlgorithm, StoreVerdict,
    Timestamp, Trust,
};
pub use endpoint::{
    Answer, Caa, CaaRecord, DhParameters, Endpoint, Order, Protocol, ProtocolSeen, Session, Starttls,
    Vulnerabilities,
};
pub use groups::{Group, GroupSort, SignatureScheme, groups, signature_schemes};
pub use idn::to_ascii;
#[cfg(feature = "network")]
pub use look::{Dns, Scope, Target, compare, look};
pub use primes::{DhPrime, PrimeVerdict, known_prime};
pub use suites::{Strength, Suite, SuiteInfo, suites};
pub use time::Time;
