//! Our side of the key exchange: RSA, Diffie-Hellman, and the curves that the library has.

use super::leaf_of;
use crate::tls::wire::{Flight, KeyExchange, random};
use crate::tls::x509::natural::Natural;
use crate::tls::x509::rsa_key;
use crate::tls::{Protocol, SuiteInfo};
use aws_lc_rs::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::rand::SystemRandom;

/// The groups we can agree in.
pub(super) const GROUPS: [u16; 4] = [0x001D, 0x0017, 0x0018, 0x0019];

/// The body of our key exchange, and the secret both sides now have.
pub(super) fn agree(protocol: Protocol, info: &SuiteInfo, flight: &Flight) -> Option<(Vec<u8>, Vec<u8>)> {
    match (info.key_exchange, &flight.key_exchange) {
        ("RSA", _) => rsa(protocol, leaf_of(flight)?),
        ("ECDHE", Some(KeyExchange::Curve { group, value })) => curve(*group, value),
        ("DHE", Some(KeyExchange::Dh { prime, generator, value })) => finite(prime, generator, value),
        _ => None,
    }
}

fn rsa(protocol: Protocol, leaf: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (modulus, exponent) = rsa_key(leaf)?;
    let length = modulus.len();
    if !(64..=1024).contains(&length) || exponent.len() > 8 {
        return None;
    }
    let secret = [&protocol.code().to_be_bytes()[..], &random::<46>()].concat();
    // 0, 2, padding without zeros, 0, the secret.
    let block = [&[0, 2][..], &vec![0x5A; length - 51], &[0], &secret].concat();
    let sealed = Natural::from_bytes(&block)
        .power(&Natural::from_bytes(&exponent), &Natural::from_bytes(&modulus))
        .to_bytes(length);
    Some(([&(length as u16).to_be_bytes()[..], &sealed].concat(), secret))
}

fn curve(group: u16, theirs: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let algorithm = match group {
        0x001D => &agreement::X25519,
        0x0017 => &agreement::ECDH_P256,
        0x0018 => &agreement::ECDH_P384,
        0x0019 => &agreement::ECDH_P521,
        _ => return None,
    };
    let private = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).ok()?;
    let public = private.compute_public_key().ok()?;
    let theirs = UnparsedPublicKey::new(algorithm, theirs);
    let secret = agree_ephemeral(private, theirs, (), |secret| Ok(secret.to_vec())).ok()?;
    Some(([&[public.as_ref().len() as u8], public.as_ref()].concat(), secret))
}

fn finite(prime: &[u8], generator: &[u8], theirs: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    // Beyond 4096 bits our arithmetic would take seconds.
    if !(32..=512).contains(&prime.len()) || theirs.len() > prime.len() + 1 {
        return None;
    }
    let modulus = Natural::from_bytes(prime);
    if modulus.is_even() {
        return None;
    }
    let exponent = Natural::from_bytes(&random::<32>());
    let public = Natural::from_bytes(generator).power(&exponent, &modulus).to_bytes(prime.len());
    let secret = Natural::from_bytes(theirs).power(&exponent, &modulus).to_bytes(prime.len());
    // Leading zeros of the secret are left out up to TLS 1.2 (RFC 5246, 8.1.2).
    let zeros = secret.iter().take_while(|byte| **byte == 0).count();
    Some(([&(public.len() as u16).to_be_bytes()[..], &public].concat(), secret[zeros..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_diffie_hellman_arrive_at_one_secret() {
        // 2^255 - 19 is prime enough for the test.
        let mut prime = vec![0xFF; 32];
        (prime[0], prime[31]) = (0x7F, 0xED);
        let (sent, secret) = finite(&prime, &[2], &[4]).unwrap();
        // The other side's exponent is 2, so its secret is the square of what we sent.
        let ours = Natural::from_bytes(&sent[2..]);
        let theirs = ours.power(&Natural::small(2), &Natural::from_bytes(&prime));
        assert_eq!(theirs, Natural::from_bytes(&secret));
        assert!(finite(&[0; 40], &[2], &[4]).is_none() && curve(0x9999, &[4]).is_none());
        assert!(curve(0x0017, &[4; 65]).is_none(), "a point that is not on the curve");
    }
}
