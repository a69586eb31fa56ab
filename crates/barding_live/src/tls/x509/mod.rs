//! Reads certificates and finds the paths they make to trusted roots.
//!
//! What comes in: bytes from a handshake or a file. What goes out: [`Certificate`](super::Certificate)s and, for each
//! store of roots, where a chain leads. What cannot be read is said in the certificate's `problems`.

pub(crate) mod der;
mod keys;
pub(crate) mod natural;
mod paths;
mod pem;
mod read;
mod revocation;
mod signature;
mod transparency;

pub(crate) use paths::issuers_in;
pub use paths::{Store, chain};
pub use pem::certificates;
pub(crate) use read::{Parsed, read};
pub(crate) use revocation::{list_says, ocsp_question, service_says, staple_says, staple_timestamps};
pub(crate) use signature::verifies;
pub(crate) use transparency::read_timestamps;
pub use transparency::{Logs, verify_timestamps};

/// Modulus and exponent of a certificate's RSA key.
pub(crate) fn rsa_key(certificate: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let parsed = read(certificate)?;
    let mut parts = der::Reader(&parsed.key);
    parts.one(der::SEQUENCE)?;
    let key = der::bits(parts.one(der::BIT_STRING)?.body)?;
    let mut numbers = der::Reader(key).enter(der::SEQUENCE)?;
    let modulus = der::magnitude(numbers.one(der::INTEGER)?.body).to_vec();
    Some((modulus, der::magnitude(numbers.one(der::INTEGER)?.body).to_vec()))
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
