//! Whether one key signed one certificate.

use super::der::{BIT_STRING, INTEGER, OID, Reader, SEQUENCE, bits, dotted, magnitude};
use super::natural::Natural;
use crate::tls::Answer;
use aws_lc_rs::{digest, signature};

/// Whether the key (body of a `SubjectPublicKeyInfo`) signed these bytes. Unknown when we have no way to verify it.
pub(crate) fn verifies(key: &[u8], algorithm: &[u8], signed: &[u8], signature_bytes: &[u8]) -> Answer {
    let mut parts = Reader(key);
    let mut key_algorithm = parts.enter(SEQUENCE).unwrap_or(Reader(&[]));
    let kind = key_algorithm.one(OID).map(|id| dotted(id.body)).unwrap_or_default();
    let curve = key_algorithm.one(OID).map(|id| dotted(id.body)).unwrap_or_default();
    let Some(key) = parts.one(BIT_STRING).and_then(|key| bits(key.body)) else {
        return Answer::unknown("the issuer's key cannot be read");
    };
    let mut parameters = Reader(algorithm);
    let id = parameters.one(OID).map(|id| dotted(id.body)).unwrap_or_default();
    let of_rsa = matches!(kind.as_str(), "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10");
    let verifier: &dyn signature::VerificationAlgorithm = match (id.as_str(), curve.as_str()) {
        ("1.2.840.113549.1.1.5" | "1.3.14.3.2.29", _) if of_rsa => {
            return rsa(key, &digest::SHA1_FOR_LEGACY_USE_ONLY, signed, signature_bytes);
        }
        ("1.2.840.113549.1.1.11", _) if of_rsa => return rsa(key, &digest::SHA256, signed, signature_bytes),
        ("1.2.840.113549.1.1.12", _) if of_rsa => return rsa(key, &digest::SHA384, signed, signature_bytes),
        ("1.2.840.113549.1.1.13", _) if of_rsa => return rsa(key, &digest::SHA512, signed, signature_bytes),
        ("1.2.840.113549.1.1.14", _) if of_rsa => return rsa(key, &digest::SHA224, signed, signature_bytes),
        ("1.2.840.113549.1.1.10", _) if of_rsa => match pss_bits(parameters) {
            Some(256) => &signature::RSA_PSS_2048_8192_SHA256,
            Some(384) => &signature::RSA_PSS_2048_8192_SHA384,
            Some(512) => &signature::RSA_PSS_2048_8192_SHA512,
            _ => return Answer::unknown("an RSA-PSS signature with unusual parameters"),
        },
        ("1.2.840.10045.4.3.2", "1.2.840.10045.3.1.7") => &signature::ECDSA_P256_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "1.2.840.10045.3.1.7") => &signature::ECDSA_P256_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "1.2.840.10045.3.1.7") => &signature::ECDSA_P256_SHA512_ASN1,
        ("1.2.840.10045.4.3.2", "1.3.132.0.34") => &signature::ECDSA_P384_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "1.3.132.0.34") => &signature::ECDSA_P384_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "1.3.132.0.34") => &signature::ECDSA_P384_SHA512_ASN1,
        ("1.2.840.10045.4.3.2", "1.3.132.0.35") => &signature::ECDSA_P521_SHA256_ASN1,
        ("1.2.840.10045.4.3.3", "1.3.132.0.35") => &signature::ECDSA_P521_SHA384_ASN1,
        ("1.2.840.10045.4.3.4", "1.3.132.0.35") => &signature::ECDSA_P521_SHA512_ASN1,
        ("1.3.101.112", _) if kind == "1.3.101.112" => &signature::ED25519,
        _ => return Answer::unknown(format!("the signature algorithm {id} cannot be verified here")),
    };
    signature::UnparsedPublicKey::new(verifier, key).verify(signed, signature_bytes).is_ok().into()
}

fn pss_bits(mut parameters: Reader<'_>) -> Option<u32> {
    let id = parameters.enter(SEQUENCE)?.enter(0xA0)?.enter(SEQUENCE)?.one(OID)?;
    match dotted(id.body).as_str() {
        "2.16.840.1.101.3.4.2.1" => Some(256),
        "2.16.840.1.101.3.4.2.2" => Some(384),
        "2.16.840.1.101.3.4.2.3" => Some(512),
        _ => None,
    }
}

/// PKCS #1 version 1.5, with our own arithmetic: libraries refuse the short keys and old hashes that we must judge.
fn rsa(key: &[u8], hash: &'static digest::Algorithm, signed: &[u8], signature_bytes: &[u8]) -> Answer {
    let numbers = Reader(key).enter(SEQUENCE).and_then(|mut numbers| {
        Some((magnitude(numbers.one(INTEGER)?.body), magnitude(numbers.one(INTEGER)?.body)))
    });
    let Some((modulus, exponent)) = numbers else {
        return Answer::unknown("the issuer's RSA key cannot be read");
    };
    if modulus.len() > 1024 || exponent.len() > 8 {
        return Answer::unknown("an RSA key too large to verify with");
    }
    let length = modulus.len();
    let modulus = Natural::from_bytes(modulus);
    if modulus.bits() < 2 || signature_bytes.len() > length {
        return Answer::No;
    }
    let opened =
        Natural::from_bytes(signature_bytes).power(&Natural::from_bytes(exponent), &modulus).to_bytes(length);
    let digest = digest::digest(hash, signed);
    let id: &[u8] = match digest.as_ref().len() {
        20 => &[0x2B, 0x0E, 0x03, 0x02, 0x1A],
        28 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04],
        32 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
        48 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
        _ => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
    };
    let (id_length, hash_length) = (id.len() as u8, digest.as_ref().len() as u8);
    let head = [0x30, id_length + 8 + hash_length, 0x30, id_length + 4, 0x06, id_length];
    let info = [&head[..], id, &[0x05, 0x00, 0x04, hash_length], digest.as_ref()].concat();
    let Some(padding) = length.checked_sub(info.len() + 3).filter(|padding| *padding >= 8) else {
        return Answer::No;
    };
    let wanted = [&[0, 1][..], &vec![0xFF; padding], &[0], &info].concat();
    (opened == wanted).into()
}
