//! Diffie-Hellman primes that many servers share.

use super::suites::rows;

/// A prime that comes with a standard or a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DhPrime {
    /// Its bits.
    pub bits: u32,
    /// Whether it is prime at all. One product shipped a number that is not.
    pub is_prime: bool,
    /// Whether half of it (less one) is prime too. Otherwise small subgroups may leak bits of the secret.
    pub is_safe: bool,
    /// What to think of it.
    pub verdict: PrimeVerdict,
    /// Where it comes from.
    pub origin: &'static str,
}

/// What to think of a well-known prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimeVerdict {
    /// Broken by anyone with some machines.
    Broken,
    /// Within reach of a state: one computation opens every server that uses it.
    Weak,
    /// Large enough, but a product's own.
    Aging,
    /// Large enough and standardised.
    Fine,
}

/// The well-known prime with this SHA-256 (hexadecimal, of the big-endian bytes without leading zeros).
pub fn known_prime(sha256: &str) -> Option<DhPrime> {
    let row = rows(include_str!("data/dh_primes.tsv")).find(|row| row.first() == Some(&sha256))?;
    let [_, bits, sort, verdict, origin] = row[..] else { return None };
    Some(DhPrime {
        bits: bits.parse().ok()?,
        is_prime: sort != "composite",
        is_safe: sort == "safe",
        verdict: match verdict {
            "broken" => PrimeVerdict::Broken,
            "weak" => PrimeVerdict::Weak,
            "ok" => PrimeVerdict::Fine,
            _ => PrimeVerdict::Aging,
        },
        origin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oakley_group_2_is_weak_and_every_line_is_read() {
        let oakley = known_prime("3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0").unwrap();
        assert_eq!((oakley.bits, oakley.verdict), (1024, PrimeVerdict::Weak));
        assert!(oakley.origin.contains("Oakley group 2"));
        for row in rows(include_str!("data/dh_primes.tsv")) {
            assert!(known_prime(row[0]).is_some_and(|prime| prime.bits >= 512), "{row:?}");
        }
        assert_eq!(known_prime(""), None);
    }
}
