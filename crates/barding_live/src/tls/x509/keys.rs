//! A public key, and whether its structure gives the private one away.

use super::der::{BIT_STRING, INTEGER, OID, Reader, SEQUENCE, bits, dotted, magnitude, small};
use super::natural::Natural;
use super::sha256;
use crate::tls::{Key, KeyKind, KeyWeakness};

/// Reads the body of a `SubjectPublicKeyInfo`.
pub(crate) fn read(body: &[u8]) -> Key {
    let mut parts = Reader(body);
    let mut algorithm = parts.enter(SEQUENCE).unwrap_or(Reader(&[]));
    let id = algorithm.one(OID).map(|id| dotted(id.body)).unwrap_or_default();
    let key = parts.one(BIT_STRING).and_then(|key| bits(key.body)).unwrap_or_default();
    let mut read = match id.as_str() {
        "1.2.840.113549.1.1.1" => rsa(key, KeyKind::Rsa),
        "1.2.840.113549.1.1.10" => rsa(key, KeyKind::RsaPss),
        "1.2.840.10045.2.1" => curve(algorithm),
        "1.3.101.112" => Key { kind: KeyKind::Ed25519, bits: 256, ..Key::default() },
        "1.3.101.113" => Key { kind: KeyKind::Ed448, bits: 448, ..Key::default() },
        "1.2.840.10040.4.1" => {
            let p = algorithm.enter(SEQUENCE).and_then(|mut numbers| numbers.one(INTEGER));
            let bits = p.map_or(0, |p| Natural::from_bytes(p.body).bits());
            Key { kind: KeyKind::Dsa, bits, ..Key::default() }
        }
        "2.16.840.1.101.3.4.3.17" | "2.16.840.1.101.3.4.3.18" | "2.16.840.1.101.3.4.3.19" => {
            Key { kind: KeyKind::MlDsa, bits: key.len() as u32 * 8, ..Key::default() }
        }
        _ => Key { bits: key.len() as u32 * 8, ..Key::default() },
    };
    if PUBLISHED.iter().any(|(known, _)| sha256(key) == *known) {
        read.weakness = Some(KeyWeakness::Published);
    }
    read
}

/// SHA-256 of the public key's bits, and the Python package that ships the private half.
const PUBLISHED: &[(&str, &str)] = &[
    ("63f2f39b437d294210a30c26a884ac9bfb94f0d54e9e10dffa4753308aa9dd13", "django-sslserver"),
    ("0eda397ce0f255b27142c0af87d2686b9869fde2a4e1c68bc8d9f661863949c3", "gevent"),
    ("338684064f02d2d1a7357ed0280a6793a204b426e916d2a9a2503e6781bc59e5", "gevent"),
    ("aabc80b2ed8e0a32fe278a5e308a0742905f38da1e229811ceff4cea74082120", "gevent"),
    ("3864cac866168d09d10861e1ee059173e745c9fdfadfbd66f67ebe35e8f3e01b", "gevent"),
    ("30648ebc6fdcc41fd776b524da1f8044572f649bacef5c9f3b78e21f89d8381f", "pytest-httpbin"),
    ("0bb29305ac392da7675ef80299311fa948a41497c68148305ab7faf4c560d403", "aiosmtpd"),
    ("c7d1ff89a755f45e84abe7840e944d4d9007e54e675dad49806ddd0841dd5e0d", "aiosmtpd"),
    ("28a59582fa080a0e6458d8363ce5cbcbd1cf5cb33a514ba703fdea9e069aa8e2", "Twisted"),
    ("8a223ba7da3fb522838faf3020571320713727e827889f7ea2b96b26abe19998", "pyftpdlib"),
    ("4cb728080ef360d18e96fdd620cabfdb00fe977d455727d03679ba901f318e74", "tornado"),
];

fn curve(mut algorithm: Reader<'_>) -> Key {
    let (name, bits) = match algorithm.one(OID).map(|id| dotted(id.body)).as_deref() {
        Some("1.2.840.10045.3.1.7") => ("P-256", 256),
        Some("1.3.132.0.34") => ("P-384", 384),
        Some("1.3.132.0.35") => ("P-521", 521),
        Some("1.3.132.0.33") => ("P-224", 224),
        Some("1.2.840.10045.3.1.1") => ("P-192", 192),
        Some("1.3.132.0.10") => ("secp256k1", 256),
        Some("1.3.132.0.8") => ("secp160r1", 160),
        Some("1.3.132.0.9") => ("secp160k1", 160),
        Some("1.3.132.0.6") => ("secp112r1", 112),
        Some("1.3.36.3.3.2.8.1.1.7") => ("brainpoolP256r1", 256),
        Some("1.3.36.3.3.2.8.1.1.11") => ("brainpoolP384r1", 384),
        Some("1.3.36.3.3.2.8.1.1.13") => ("brainpoolP512r1", 512),
        Some(other) => return Key { kind: KeyKind::Ec, curve: Some(other.to_owned()), ..Key::default() },
        None => {
            return Key {
                kind: KeyKind::Ec,
                curve: Some("explicit parameters".to_owned()),
                ..Key::default()
            };
        }
    };
    Key { kind: KeyKind::Ec, bits, curve: Some(name.to_owned()), ..Key::default() }
}

fn rsa(key: &[u8], kind: KeyKind) -> Key {
    let numbers = Reader(key).enter(SEQUENCE).and_then(|mut numbers| {
        Some((magnitude(numbers.one(INTEGER)?.body), magnitude(numbers.one(INTEGER)?.body)))
    });
    let Some((modulus, exponent)) = numbers else { return Key { kind, ..Key::default() } };
    // 16,384 bits is the most any software makes; beyond it arithmetic would cost too much.
    let bits = Natural::from_bytes(&modulus[..modulus.len().min(2048)]).bits();
    let too_long = modulus.len() > 2048;
    let bits = if too_long { modulus.len() as u32 * 8 } else { bits };
    let weakness = if too_long { None } else { weakness(&Natural::from_bytes(modulus), exponent) };
    Key { kind, bits, exponent: small(exponent), weakness, ..Key::default() }
}

fn weakness(modulus: &Natural, exponent: &[u8]) -> Option<KeyWeakness> {
    let exponent = Natural::from_bytes(exponent);
    if exponent.is_even() || exponent.bits() < 2 {
        return Some(KeyWeakness::Exponent);
    }
    if modulus.bits() < 64 || small_factor(modulus) {
        return Some(KeyWeakness::SmallFactor);
    }
    if bears_mark_of_roca(modulus) {
        return Some(KeyWeakness::Roca);
    }
    has_close_primes(modulus).then_some(KeyWeakness::ClosePrimes)
}

fn small_factor(modulus: &Natural) -> bool {
    modulus.is_even() || (3..10_000).step_by(2).any(|by| modulus.modulo_small(by) == 0)
}

/// Keys of the faulty generator are powers of 65537 modulo each of these primes. Another key is so for all of them
/// about once in 2^27 times.
fn bears_mark_of_roca(modulus: &Natural) -> bool {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
        103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let rest = modulus.modulo_small(*prime);
        let mut power = 1;
        for _ in 0..*prime {
            if power == rest {
                return true;
            }
            power = power * (65_537 % prime) % prime;
        }
        false
    })
}

/// Fermat's way: if the primes are close, the modulus is a square less a small square.
fn has_close_primes(modulus: &Natural) -> bool {
    let one = Natural::small(1);
    if modulus.bits() > 8192 {
        return false;
    }
    let mut middle = modulus.square_root();
    if middle.times(&middle) != *modulus {
        middle = middle.add(&one);
    }
    for _ in 0..20 {
        let rest = middle.times(&middle).minus(modulus);
        // Nearly every number fails this at once; taking the root of a long number costs a thousand times more.
        let may_be_square = [64, 63, 65, 11, 17, 19, 23].iter().all(|by| {
            let left = rest.modulo_small(*by);
            (0..*by).any(|root| root * root % by == left)
        });
        if may_be_square {
            let root = rest.square_root();
            if root.times(&root) == rest {
                return true;
            }
        }
        middle = middle.add(&one);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A DER `RSAPublicKey`.
    fn key(modulus: &Natural, exponent: u64) -> Key {
        let integer = |number: &Natural| {
            let bytes = number.to_bytes(number.bits() as usize / 8 + 1);
            [&[INTEGER, 0x82, (bytes.len() >> 8) as u8, bytes.len() as u8], &bytes[..]].concat()
        };
        let body = [integer(modulus), integer(&Natural::small(exponent))].concat();
        let whole = [&[SEQUENCE, 0x82, (body.len() >> 8) as u8, body.len() as u8], &body[..]].concat();
        rsa(&whole, KeyKind::Rsa)
    }

    fn prime_after(start: Natural) -> Natural {
        let mut tried = if start.is_even() { start.add(&Natural::small(1)) } else { start };
        while !tried.is_probably_prime() {
            tried = tried.add(&Natural::small(2));
        }
        tried
    }

    #[test]
    fn published_keys_are_written_as_they_are_compared() {
        for (print, package) in PUBLISHED {
            let is_digest =
                print.len() == 64 && print.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            assert!(is_digest && !package.is_empty(), "{print}");
        }
    }

    #[test]
    fn structural_weaknesses_of_rsa_are_told_apart() {
        let far = prime_after(Natural::from_bytes(&[0xC3; 32]));
        let near = prime_after(far.add(&Natural::small(1000)));
        let other = prime_after(Natural::from_bytes(&[0xE7; 32]));
        let sound = far.times(&other);
        assert_eq!(
            key(&sound, 65_537),
            Key { kind: KeyKind::Rsa, bits: 512, exponent: Some(65_537), ..Key::default() }
        );
        assert_eq!(key(&sound, 1).weakness, Some(KeyWeakness::Exponent));
        assert_eq!(key(&sound, 65_536).weakness, Some(KeyWeakness::Exponent));
        assert_eq!(key(&far.times(&near), 65_537).weakness, Some(KeyWeakness::ClosePrimes));
        assert_eq!(key(&far.times(&Natural::small(641)), 65_537).weakness, Some(KeyWeakness::SmallFactor));
        // A number that leaves 1, a power of 65537, after division by every prime up to 167 bears the mark.
        let mut product = Natural::small(2);
        for prime in (3..168u64).filter(|number| Natural::small(*number).is_probably_prime()) {
            product = product.times(&Natural::small(prime));
        }
        let marked = product.times(&far).add(&Natural::small(1));
        if !small_factor(&marked) {
            assert_eq!(key(&marked, 65_537).weakness, Some(KeyWeakness::Roca));
        }
        assert!(bears_mark_of_roca(&marked) && !bears_mark_of_roca(&sound));
    }
}
