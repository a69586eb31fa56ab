//! How keys are derived up to TLS 1.2 (RFC 2246 and RFC 5246, section 5).

use super::super::{Protocol, SuiteInfo};
use crate::database::digests::md5;
use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384};

/// A digest of the handshake or of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    /// MD5 and SHA-1 side by side: how TLS 1.0 and 1.1 derive.
    Both,
}

impl Digest {
    pub(super) fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Both => 36,
        }
    }

    fn block(self) -> usize {
        if self == Self::Sha384 { 128 } else { 64 }
    }

    fn of(self, bytes: &[u8]) -> Vec<u8> {
        let by = |algorithm| digest::digest(algorithm, bytes).as_ref().to_vec();
        match self {
            Self::Md5 => md5(bytes).to_vec(),
            Self::Sha1 => by(&SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => by(&SHA256),
            Self::Sha384 => by(&SHA384),
            Self::Both => [Self::Md5.of(bytes), Self::Sha1.of(bytes)].concat(),
        }
    }

    /// The HMAC (RFC 2104). Ours, for the library has none with MD5 and SHA-1 that takes every key.
    pub(super) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        let mut key = if key.len() > self.block() { self.of(key) } else { key.to_vec() };
        key.resize(self.block(), 0);
        let padded = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
        let inner = self.of(&[padded(0x36), parts.concat()].concat());
        self.of(&[padded(0x5C), inner].concat())
    }
}

/// What a protocol and a suite derive with.
pub(super) fn of_suite(protocol: Protocol, info: &SuiteInfo) -> Digest {
    match protocol {
        Protocol::Tls12 if info.name.ends_with("SHA384") => Digest::Sha384,
        Protocol::Tls12 => Digest::Sha256,
        _ => Digest::Both,
    }
}

/// The hash of the handshake so far.
pub(super) fn transcript(digest: Digest, messages: &[u8]) -> Vec<u8> {
    digest.of(messages)
}

/// The pseudo-random function.
pub(super) fn derive(digest: Digest, secret: &[u8], label: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let seed = [label, seed].concat();
    if digest == Digest::Both {
        let half = secret.len().div_ceil(2);
        let one = expand(Digest::Md5, &secret[..half], &seed, length);
        let other = expand(Digest::Sha1, &secret[secret.len() - half..], &seed, length);
        return one.iter().zip(other).map(|(one, other)| one ^ other).collect();
    }
    expand(digest, secret, &seed, length)
}

fn expand(digest: Digest, secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + digest.length());
    let mut chained = digest.hmac(secret, &[seed]);
    while out.len() < length {
        out.extend(digest.hmac(secret, &[&chained, seed]));
        chained = digest.hmac(secret, &[&chained]);
    }
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::hmac;

    #[test]
    fn our_hmac_agrees_with_the_library() {
        for (length, text) in [(5, &b"a text"[..]), (64, b""), (200, b"another")] {
            let key = vec![0x4B; length];
            let theirs = |algorithm| hmac::sign(&hmac::Key::new(algorithm, &key), text).as_ref().to_vec();
            assert_eq!(Digest::Sha256.hmac(&key, &[text]), theirs(hmac::HMAC_SHA256));
            assert_eq!(
                Digest::Sha384.hmac(&key, &[&text[..1.min(text.len())], text.get(1..).unwrap_or(b"")]),
                theirs(hmac::HMAC_SHA384)
            );
            assert_eq!(Digest::Sha1.hmac(&key, &[text]), theirs(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY));
        }
    }

    #[test]
    fn as_many_bytes_as_are_asked_for() {
        for digest in [Digest::Both, Digest::Sha256, Digest::Sha384] {
            let long = derive(digest, &[1; 48], b"label", b"seed", 200);
            assert_eq!(long.len(), 200);
            assert_eq!(derive(digest, &[1; 48], b"label", b"seed", 50), long[..50]);
            assert_ne!(derive(digest, &[2; 48], b"label", b"seed", 50), long[..50]);
        }
    }
}
