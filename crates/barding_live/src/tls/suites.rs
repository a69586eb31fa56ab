//! The cipher suites that were ever given a number, from SSL 2.0 to TLS 1.3.

use super::Protocol;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

/// A cipher suite. In facts it is written by its IANA name, or as `0x1234` when the number is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Suite(pub u32);

/// What is known about a cipher suite.
#[derive(Debug)]
pub struct SuiteInfo {
    /// The suite.
    pub suite: Suite,
    /// IANA's name, or the name it went by when it was never registered.
    pub name: &'static str,
    /// OpenSSL's name, where it has one: what nginx and Apache are configured with.
    pub openssl: Option<&'static str>,
    /// How the key is exchanged: `RSA`, `DHE`, `ECDHE`, `tls13`…
    pub key_exchange: &'static str,
    /// How the server proves who it is: `RSA`, `ECDSA`, `anon`…
    pub authentication: &'static str,
    /// The cipher: `AES`, `3DES`, `RC4`…
    pub cipher: &'static str,
    /// Its mode: `GCM`, `CBC`, `stream`…
    pub mode: &'static str,
    /// Nominal bits of the cipher's key.
    pub bits: u32,
    /// `AEAD`, or the hash of the HMAC.
    pub mac: &'static str,
    /// The first protocol that has it.
    pub since: Protocol,
    /// Whether IANA recommends it.
    pub recommended: bool,
}

/// How strong a suite is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Broken: no encryption, no authentication, RC4, DES, export, MD5, under 112 bits.
    Insecure,
    /// To be given up: CBC, 64-bit blocks, no forward secrecy, short tags, unregistered numbers.
    Weak,
    /// Sound, but not what one would choose today.
    Secure,
    /// What one would choose today.
    Recommended,
}

impl SuiteInfo {
    /// Whether a stolen private key opens no old recordings.
    pub fn has_forward_secrecy(&self) -> bool {
        matches!(self.key_exchange, "DHE" | "ECDHE" | "tls13" | "SRP" | "ECCPWD" | "CECPQ1")
    }

    /// Whether encryption and integrity are one step (GCM, CCM, ChaCha20-Poly1305).
    pub fn is_aead(&self) -> bool {
        self.mac == "AEAD"
    }

    /// Whether nobody is authenticated.
    pub fn is_anonymous(&self) -> bool {
        self.authentication == "anon" || (self.authentication == "none" && !self.is_signal())
    }

    /// Whether it is one of the export suites of the 1990s.
    pub fn is_export(&self) -> bool {
        self.name.contains("EXPORT")
    }

    /// Whether nothing is encrypted.
    pub fn is_plain(&self) -> bool {
        self.cipher == "NULL"
    }

    /// Whether the cipher's blocks have 64 bits, so that a long session repeats one (SWEET32).
    pub fn has_short_blocks(&self) -> bool {
        self.mode != "stream"
            && matches!(self.cipher, "3DES" | "DES" | "IDEA" | "RC2" | "FORTEZZA" | "GOST28147" | "MAGMA")
    }

    /// Whether it is a signal and no cipher suite at all.
    pub fn is_signal(&self) -> bool {
        self.name.ends_with("_SCSV")
    }

    /// The bits an attacker faces: 112 for three-key DES.
    pub fn effective_bits(&self) -> u32 {
        if self.cipher == "3DES" { 112 } else { self.bits }
    }

    /// How strong it is.
    pub fn strength(&self) -> Strength {
        let broken = self.is_plain()
            || self.is_anonymous()
            || self.is_export()
            || matches!(self.cipher, "RC4" | "RC2" | "DES")
            || self.mac == "MD5"
            || self.effective_bits() < 112
            || self.since == Protocol::Ssl2;
        let unregistered = self.name.starts_with("SSL_")
            || self.name.ends_with("_OLD")
            || self.key_exchange == "CECPQ1"
            || self.suite.0 >= 0xFE00;
        if broken {
            Strength::Insecure
        } else if self.has_short_blocks()
            || !self.is_aead()
            || !self.has_forward_secrecy()
            || self.mode == "CCM-8"
            || self.name.contains("CCM_8")
            || unregistered
        {
            Strength::Weak
        } else if self.recommended && (self.key_exchange == "tls13" || self.is_ecdhe_with_certificate()) {
            Strength::Recommended
        } else {
            Strength::Secure
        }
    }

    fn is_ecdhe_with_certificate(&self) -> bool {
        self.key_exchange == "ECDHE" && matches!(self.authentication, "RSA" | "ECDSA")
    }

    /// What is weak about it, in a few words each.
    pub fn weaknesses(&self) -> Vec<&'static str> {
        let mut words = Vec::new();
        let mut add = |is_so: bool, word| {
            if is_so {
                words.push(word);
            }
        };
        add(self.is_plain(), "no encryption");
        add(self.is_anonymous(), "no authentication");
        add(self.is_export(), "export strength");
        add(self.cipher == "RC4", "RC4");
        add(self.cipher == "RC2", "RC2");
        add(self.cipher == "DES", "single DES");
        add(self.cipher == "3DES", "triple DES");
        add(self.has_short_blocks() && !matches!(self.cipher, "3DES" | "DES"), "64-bit blocks");
        add(self.mac == "MD5", "MD5");
        add(self.mode == "CBC", "CBC");
        add(!self.has_forward_secrecy() && !self.is_signal(), "no forward secrecy");
        add(self.mode == "CCM-8" || self.name.contains("CCM_8"), "short tag");
        words
    }
}

impl Suite {
    /// What is known about it; `None` for a number nobody assigned.
    pub fn info(self) -> Option<&'static SuiteInfo> {
        let table = suites();
        table.binary_search_by_key(&self, |info| info.suite).ok().map(|at| &table[at])
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) => formatter.write_str(info.name),
            None => write!(formatter, "0x{:04X}", self.0),
        }
    }
}

impl From<Suite> for String {
    fn from(suite: Suite) -> Self {
        suite.to_string()
    }
}

impl TryFrom<String> for Suite {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if let Some(number) = name.strip_prefix("0x") {
            return u32::from_str_radix(number, 16)
                .map(Suite)
                .map_err(|_| format!("{name:?} is not a number"));
        }
        let of_name = suites().iter().find(|info| info.name == name || info.openssl == Some(&name));
        of_name.map(|info| info.suite).ok_or_else(|| format!("{name:?} is not a cipher suite"))
    }
}

/// Every suite, by number. SSL 2.0's have three bytes and follow the others, but for one whose number is zero.
pub fn suites() -> &'static [SuiteInfo] {
    static TABLE: LazyLock<Vec<SuiteInfo>> = LazyLock::new(|| {
        let mut table: Vec<_> = rows(include_str!("data/suites.tsv")).filter_map(|row| read(&row)).collect();
        table.sort_by_key(|info| info.suite);
        table
    });
    &TABLE
}

/// SSL 2.0 numbers have three bytes; this mark keeps them apart from the later ones with two.
pub(crate) const SSL2_MARK: u32 = 0x0100_0000;

fn read(row: &[&'static str]) -> Option<SuiteInfo> {
    let [code, name, openssl, key_exchange, authentication, cipher, mode, bits, mac, since, recommended] =
        row[..]
    else {
        return None;
    };
    let mark = if code.len() == 6 { SSL2_MARK } else { 0 };
    Some(SuiteInfo {
        suite: Suite(u32::from_str_radix(code, 16).ok()? | mark),
        name,
        openssl: (openssl != "-").then_some(openssl),
        key_exchange,
        authentication,
        cipher,
        mode,
        bits: bits.parse().ok()?,
        mac,
        since: match since {
            "SSL2" => Protocol::Ssl2,
            "SSL3" => Protocol::Ssl3,
            "TLS1.0" => Protocol::Tls10,
            "TLS1.1" => Protocol::Tls11,
            "TLS1.2" => Protocol::Tls12,
            _ => Protocol::Tls13,
        },
        recommended: recommended == "yes",
    })
}

/// The fields of each line that is not a comment.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_names_are_unique() {
        assert_eq!(suites().len(), rows(include_str!("data/suites.tsv")).count());
        for info in suites() {
            assert_eq!(Suite::try_from(info.name.to_owned()), Ok(info.suite));
        }
    }

    #[test]
    fn strengths() {
        let strength = |name: &str| Suite::try_from(name.to_owned()).unwrap().info().unwrap().strength();
        assert_eq!(strength("TLS_AES_128_GCM_SHA256"), Strength::Recommended);
        assert_eq!(strength("ECDHE-RSA-CHACHA20-POLY1305"), Strength::Recommended);
        assert_eq!(strength("DHE-PSK-AES128-CCM8"), Strength::Weak);
        assert_eq!(strength("TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"), Strength::Secure);
        assert_eq!(strength("ECDHE-RSA-AES128-SHA"), Strength::Weak);
        assert_eq!(strength("DES-CBC3-SHA"), Strength::Weak);
        assert_eq!(strength("AES128-GCM-SHA256"), Strength::Weak);
        assert_eq!(strength("RC4-SHA"), Strength::Insecure);
        assert_eq!(strength("ADH-AES128-SHA"), Strength::Insecure);
        assert_eq!(strength("SSL_CK_DES_192_EDE3_CBC_WITH_MD5"), Strength::Insecure);
    }

    #[test]
    fn counts_by_strength_stay_as_they_were_counted_by_hand() {
        let of = |strength| {
            let counted = suites().iter().filter(|info| info.since != Protocol::Ssl2 && !info.is_signal());
            counted.filter(|info| info.strength() == strength).count()
        };
        assert_eq!(of(Strength::Recommended), 10);
        assert_eq!(of(Strength::Secure), 48);
        assert_eq!(of(Strength::Weak), 228);
        assert_eq!(of(Strength::Insecure), 102);
    }
}
