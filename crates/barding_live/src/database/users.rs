//! Tables of users: how many, who may do what, and how their passwords are stored. Only counts leave the database: of a
//! hash no more than its algorithm and work factor is ever read.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A table that holds users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserTable {
    /// Its name.
    pub table: String,
    /// How many were counted.
    pub users: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Stored hashes by what made them.
    pub hashes: BTreeMap<String, u64>,
    /// Users without a usable password.
    pub unusable: u64,
    /// Active superusers.
    pub superusers: u64,
    /// Of those, how many never logged in.
    pub superusers_never_seen: u64,
    /// Staff or superusers who are switched off, but keep their rights.
    pub inactive_staff: u64,
    /// Accounts with a name everybody guesses (`admin`, `test`), active, with a usable password.
    pub default_accounts: u64,
    /// The same without a usable password.
    pub default_accounts_unusable: u64,
    /// Active staff whose hash is weak.
    pub weak_staff: u64,
}

/// One user, as far as it is read.
#[derive(Clone, Debug, Default)]
pub struct UserRow {
    /// The beginning of the stored password: algorithm and work factor.
    pub beginning: String,
    /// The length of the stored password.
    pub length: u64,
    /// `is_active`.
    pub active: bool,
    /// `is_staff`.
    pub staff: bool,
    /// `is_superuser`.
    pub superuser: bool,
    /// Whether `last_login` is set.
    pub seen: bool,
    /// Whether the name is one that everybody guesses.
    pub default_name: bool,
}

/// Names that everybody guesses first.
pub const DEFAULT_NAMES: [&str; 10] =
    ["admin", "administrator", "root", "test", "demo", "django", "superuser", "staff", "guest", "user"];

/// How many users are read.
pub const MOST_USERS: u64 = 200_000;

impl UserTable {
    /// Counts a user.
    pub fn count(&mut self, row: &UserRow) {
        self.users += 1;
        let hash = StoredHash::of(&row.beginning, row.length);
        let usable = hash != StoredHash::Unusable;
        if usable {
            *self.hashes.entry(hash.to_string()).or_default() += 1;
        } else {
            self.unusable += 1;
        }
        if row.active && row.superuser {
            self.superusers += 1;
            self.superusers_never_seen += u64::from(!row.seen);
        }
        self.inactive_staff += u64::from(!row.active && (row.staff || row.superuser));
        if row.default_name {
            self.default_accounts += u64::from(row.active && usable);
            self.default_accounts_unusable += u64::from(!usable);
        }
        self.weak_staff += u64::from(row.active && (row.staff || row.superuser) && hash.is_broken());
    }
}

/// What made a stored hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoredHash {
    /// `!…`: nobody can log in with a password.
    Unusable,
    /// PBKDF2 with its digest and iterations.
    Pbkdf2(String, u64),
    /// Argon2 with its variant, memory in KiB, passes and lanes.
    Argon2(String, u64, u64, u64),
    /// bcrypt with its rounds; `true` when SHA-256 goes before it.
    Bcrypt(u64, bool),
    /// scrypt with its N.
    Scrypt(u64),
    /// A digest that was never made for passwords, or DES crypt.
    Broken(String),
    /// Nothing Django makes: perhaps the password itself.
    Unknown,
}

impl StoredHash {
    /// Reads the beginning of a stored password.
    pub fn of(beginning: &str, length: u64) -> Self {
        if beginning.starts_with('!') || length == 0 {
            return Self::Unusable;
        }
        let mut parts = beginning.split('$');
        let algorithm = parts.next().unwrap_or_default();
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
        match algorithm {
            "pbkdf2_sha256" | "pbkdf2_sha1" => {
                number(parts.next()).map_or(Self::Unknown, |count| Self::Pbkdf2(algorithm.to_owned(), count))
            }
            "argon2" => {
                let variant = parts.next().unwrap_or_default().to_owned();
                let costs = parts.nth(1).unwrap_or_default();
                let cost = |key: &str| {
                    number(costs.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('=')))
                };
                match (cost("m"), cost("t"), cost("p")) {
                    (Some(memory), Some(time), Some(lanes)) => Self::Argon2(variant, memory, time, lanes),
                    _ => Self::Unknown,
                }
            }
            "bcrypt" | "bcrypt_sha256" => {
                // An empty part stands before the bcrypt text: bcrypt$$2b$12$…
                number(parts.nth(2))
                    .map_or(Self::Unknown, |rounds| Self::Bcrypt(rounds, algorithm == "bcrypt_sha256"))
            }
            "scrypt" => number(parts.next()).map_or(Self::Unknown, Self::Scrypt),
            "md5" | "sha1" | "crypt" | "unsalted_md5" | "unsalted_sha1" => Self::Broken(algorithm.to_owned()),
            _ if !beginning.contains('$') && length == 32 => Self::Broken("unsalted_md5".to_owned()),
            _ if !beginning.contains('$') && length == 40 => Self::Broken("unsalted_sha1".to_owned()),
            _ => Self::Unknown,
        }
    }

    /// Whether a graphics card tries billions of passwords a second against it.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Unknown)
    }

    /// Whether its work factor is below what is asked of today.
    pub fn is_cheap(&self) -> bool {
        match self {
            Self::Pbkdf2(algorithm, count) => {
                *count < if algorithm == "pbkdf2_sha1" { 1_300_000 } else { 600_000 }
            }
            // 19 MiB with two passes, or 46 MiB with one.
            Self::Argon2(_, memory, time, _) => memory.saturating_mul(*time) < 19_456 * 2,
            Self::Bcrypt(rounds, _) => *rounds < 10,
            Self::Scrypt(n) => *n < 16_384,
            _ => false,
        }
    }

    /// Reads the words that [`std::fmt::Display`] wrote.
    pub fn from_words(words: &str) -> Self {
        let mut parts = words.split_whitespace();
        let algorithm = parts.next().unwrap_or_default();
        let numbers: Vec<u64> =
            parts.filter_map(|part| part.trim_start_matches(char::is_alphabetic).parse().ok()).collect();
        match (algorithm, &numbers[..]) {
            ("pbkdf2_sha256" | "pbkdf2_sha1", [count, ..]) => Self::Pbkdf2(algorithm.to_owned(), *count),
            ("bcrypt_sha256", [rounds, ..]) => Self::Bcrypt(*rounds, true),
            ("bcrypt", [rounds, ..]) => Self::Bcrypt(*rounds, false),
            ("scrypt", [n, ..]) => Self::Scrypt(*n),
            (variant, [memory, time, lanes, ..]) if variant.starts_with("argon2") => {
                Self::Argon2(variant.to_owned(), *memory, *time, *lanes)
            }
            ("md5" | "sha1" | "crypt" | "unsalted_md5" | "unsalted_sha1", _) => {
                Self::Broken(algorithm.to_owned())
            }
            _ => Self::Unknown,
        }
    }
}

impl std::fmt::Display for StoredHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unusable => formatter.write_str("unusable"),
            Self::Pbkdf2(algorithm, count) => write!(formatter, "{algorithm} {count}"),
            Self::Argon2(variant, memory, time, lanes) => {
                write!(formatter, "{variant} m{memory} t{time} p{lanes}")
            }
            Self::Bcrypt(rounds, true) => write!(formatter, "bcrypt_sha256 {rounds}"),
            Self::Bcrypt(rounds, false) => write!(formatter, "bcrypt {rounds}"),
            Self::Scrypt(n) => write!(formatter, "scrypt {n}"),
            Self::Broken(algorithm) => formatter.write_str(algorithm),
            Self::Unknown => formatter.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hasher_of_django_is_known_by_its_beginning() {
        let cases = [
            ("pbkdf2_sha256$600000$salt", "pbkdf2_sha256 600000", false),
            ("pbkdf2_sha256$36000$salt", "pbkdf2_sha256 36000", true),
            ("argon2$argon2id$v=19$m=102400,t=2,p=8$x", "argon2id m102400 t2 p8", false),
            ("argon2$argon2i$v=19$m=512,t=2,p=2$x", "argon2i m512 t2 p2", true),
            ("bcrypt_sha256$$2b$12$abc", "bcrypt_sha256 12", false),
            ("bcrypt$$2b$08$abc", "bcrypt 8", true),
            ("scrypt$16384$salt$8$1$x", "scrypt 16384", false),
            ("md5$salt$abc", "md5", false),
        ];
        for (stored, words, cheap) in cases {
            let hash = StoredHash::of(stored, 88);
            assert_eq!(hash.to_string(), words);
            assert_eq!(hash.is_cheap(), cheap, "{words}");
            assert_eq!(StoredHash::from_words(words), hash);
        }
        assert_eq!(StoredHash::of("", 32), StoredHash::Broken("unsalted_md5".to_owned()));
        assert_eq!(StoredHash::of("!abc", 41), StoredHash::Unusable);
        assert_eq!(StoredHash::of("hunter2", 7), StoredHash::Unknown);
    }
}
