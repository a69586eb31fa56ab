//! The password hashers that Django ships, and what each is worth.

use super::Series;

/// What a stored hash of that kind costs an attacker who holds the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Fast: a graphics card tries billions of passwords a second.
    Broken,
    /// Slow enough, but with a known flaw that a sibling does not have.
    Dated,
    /// Fit for new passwords.
    Good,
}

/// A password hasher class of `django.contrib.auth.hashers`.
#[derive(Clone, Copy, Debug)]
pub struct Hasher {
    /// The class.
    pub class: &'static str,
    /// The word before the first `$` of a stored hash.
    pub algorithm: &'static str,
    /// The series that brought it; [`Series::OLDEST`] when it is older than that.
    pub since: Series,
    /// The last series that ships it; `None` when the newest still does.
    pub until: Option<Series>,
    /// What it is worth.
    pub strength: Strength,
    /// The distribution it needs besides Django, if any.
    pub needs: Option<&'static str>,
    /// The flaw, for those that are not [`Strength::Good`].
    pub flaw: &'static str,
}

const fn hasher(
    class: &'static str,
    algorithm: &'static str,
    strength: Strength,
    until: Option<Series>,
    flaw: &'static str,
) -> Hasher {
    Hasher { class, algorithm, since: Series::V1_11, until, strength, needs: None, flaw }
}

const fn needing(needs: &'static str, hasher: Hasher) -> Hasher {
    Hasher { needs: Some(needs), ..hasher }
}

/// Every hasher shipped by a known series.
pub const HASHERS: &[Hasher] = &[
    hasher("PBKDF2PasswordHasher", "pbkdf2_sha256", Strength::Good, None, ""),
    hasher(
        "PBKDF2SHA1PasswordHasher",
        "pbkdf2_sha1",
        Strength::Dated,
        None,
        "it rests on SHA-1 and exists for old tables",
    ),
    needing("argon2-cffi", hasher("Argon2PasswordHasher", "argon2", Strength::Good, None, "")),
    needing("bcrypt", hasher("BCryptSHA256PasswordHasher", "bcrypt_sha256", Strength::Good, None, "")),
    needing(
        "bcrypt",
        hasher("BCryptPasswordHasher", "bcrypt", Strength::Dated, None, "it cuts passwords off at 72 bytes"),
    ),
    Hasher { since: Series::V4_0, ..hasher("ScryptPasswordHasher", "scrypt", Strength::Good, None, "") },
    hasher("MD5PasswordHasher", "md5", Strength::Broken, None, "one round of MD5"),
    hasher(
        "UnsaltedMD5PasswordHasher",
        "unsalted_md5",
        Strength::Broken,
        Some(Series::V5_0),
        "one round of MD5 without salt",
    ),
    hasher("SHA1PasswordHasher", "sha1", Strength::Broken, Some(Series::V5_0), "one round of SHA-1"),
    hasher(
        "UnsaltedSHA1PasswordHasher",
        "unsalted_sha1",
        Strength::Broken,
        Some(Series::V5_0),
        "one round of SHA-1 without salt",
    ),
    hasher(
        "CryptPasswordHasher",
        "crypt",
        Strength::Broken,
        Some(Series::V4_2),
        "DES crypt, which looks at eight characters only",
    ),
];

/// The shipped hasher at a dotted path such as `django.contrib.auth.hashers.MD5PasswordHasher`.
pub fn hasher_at(path: &str) -> Option<&'static Hasher> {
    let class = path.strip_prefix("django.contrib.auth.hashers.")?;
    HASHERS.iter().find(|hasher| hasher.class == class)
}

/// How many rounds of PBKDF2 a series uses for new hashes.
pub fn pbkdf2_iterations(series: Series) -> u32 {
    const ITERATIONS: [u32; 15] = [
        36_000, 100_000, 120_000, 150_000, 180_000, 216_000, 260_000, 320_000, 390_000, 600_000, 720_000,
        870_000, 1_000_000, 1_200_000, 1_500_000,
    ];
    ITERATIONS[series as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_shipped_hashers_only() {
        assert_eq!(
            hasher_at("django.contrib.auth.hashers.MD5PasswordHasher").map(|found| found.strength),
            Some(Strength::Broken)
        );
        assert!(hasher_at("shop.hashers.MD5PasswordHasher").is_none());
        assert_eq!(pbkdf2_iterations(Series::V4_2), 600_000);
    }
}
