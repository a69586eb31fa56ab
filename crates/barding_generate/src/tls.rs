//! Mozilla's TLS profiles for web servers (guideline 6.0), in each server's own words.

/// A profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// TLS 1.2 and 1.3: every browser of the last ten years.
    #[default]
    Intermediate,
    /// TLS 1.3 only.
    Modern,
}

/// The suites of TLS 1.2 that the intermediate profile allows: each with forward secrecy and authenticated encryption.
pub(crate) const SUITES: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

impl Profile {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intermediate => "intermediate",
            Self::Modern => "modern",
        }
    }
}

/// The key-exchange groups. OpenSSL before 3.5 refuses to start with the name of the post-quantum group.
pub(crate) fn groups(openssl: Option<(u32, u32, u32)>) -> &'static str {
    match openssl {
        Some(version) if version >= (3, 5, 0) => "X25519MLKEM768:X25519:prime256v1:secp384r1",
        _ => "X25519:prime256v1:secp384r1",
    }
}
