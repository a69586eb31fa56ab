//! Mozilla's profiles for web servers: guideline 6.0 of April 2026, and `old` as 5.8 had it last.

use super::leaves;
use barding_live::tls::{Endpoint, KeyKind, Protocol, Suite};

/// A profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// TLS 1.3 only.
    Modern,
    /// TLS 1.2 and 1.3 with six suites.
    Intermediate,
    /// TLS 1.0 and up; given up by Mozilla in 2026.
    Old,
}

impl Profile {
    /// All three, the strictest first.
    pub const ALL: [Profile; 3] = [Self::Modern, Self::Intermediate, Self::Old];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Intermediate => "intermediate",
            Self::Old => "old",
        }
    }

    fn protocols(self) -> &'static [Protocol] {
        match self {
            Self::Modern => &[Protocol::Tls13],
            Self::Intermediate => &[Protocol::Tls12, Protocol::Tls13],
            Self::Old => &[Protocol::Tls10, Protocol::Tls11, Protocol::Tls12, Protocol::Tls13],
        }
    }

    fn allows(self, suite: Suite) -> bool {
        let name = suite.to_string();
        let in_13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
        if in_13.contains(&name.as_str()) {
            return true;
        }
        let Some((exchange, cipher)) = name.split_once("_WITH_") else { return false };
        let is_ecdhe = matches!(exchange, "TLS_ECDHE_ECDSA" | "TLS_ECDHE_RSA");
        let is_aead =
            matches!(cipher, "AES_128_GCM_SHA256" | "AES_256_GCM_SHA384" | "CHACHA20_POLY1305_SHA256");
        match self {
            Self::Modern => false,
            Self::Intermediate => is_ecdhe && is_aead,
            Self::Old if is_ecdhe => {
                is_aead
                    || matches!(
                        cipher,
                        "AES_128_CBC_SHA256" | "AES_128_CBC_SHA" | "AES_256_CBC_SHA384" | "AES_256_CBC_SHA"
                    )
            }
            Self::Old => {
                exchange == "TLS_RSA"
                    && matches!(
                        cipher,
                        "AES_128_GCM_SHA256"
                            | "AES_256_GCM_SHA384"
                            | "AES_128_CBC_SHA256"
                            | "AES_256_CBC_SHA256"
                            | "AES_128_CBC_SHA"
                            | "AES_256_CBC_SHA"
                            | "3DES_EDE_CBC_SHA"
                    )
            }
        }
    }
}

/// In what a server differs from a profile: what it speaks or accepts beyond it, and what the profile needs and it has
/// not. A server may be stricter than the profile in its suites, not in its protocols.
pub fn deviations(endpoint: &Endpoint, profile: Profile) -> Vec<String> {
    let mut differs = Vec::new();
    for protocol in Protocol::ALL {
        let wanted = profile.protocols().contains(&protocol);
        if endpoint.offers(protocol) && !wanted {
            differs.push(format!("it speaks {}", protocol.name()));
        } else if endpoint.refuses(protocol) && wanted {
            differs.push(format!("it does not speak {}", protocol.name()));
        }
    }
    for seen in endpoint.protocols.iter().filter(|seen| profile.protocols().contains(&seen.protocol)) {
        let beyond: Vec<String> =
            seen.suites.iter().filter(|suite| !profile.allows(**suite)).map(ToString::to_string).collect();
        if !beyond.is_empty() {
            differs.push(format!("in {} it accepts {}", seen.protocol.name(), super::listed(beyond)));
        }
    }
    for (_, leaf) in leaves(endpoint) {
        let fits = match (profile, leaf.key.kind) {
            (Profile::Modern, kind) => kind == KeyKind::Ec && matches!(leaf.key.bits, 256 | 384),
            (Profile::Intermediate, KeyKind::Ec) => matches!(leaf.key.bits, 256 | 384),
            (_, KeyKind::Rsa) => leaf.key.bits >= 2048,
            (_, _) => false,
        };
        if !fits {
            differs.push(format!(
                "its certificate has a key of {} bits that the profile does not name",
                leaf.key.bits
            ));
        }
        let days = leaf.lifetime_days();
        let most = if profile == Profile::Modern { 90 } else { 366 };
        if days > most {
            differs.push(format!("its certificate is good for {days} days; the profile allows {most}"));
        }
    }
    for parameters in &endpoint.dh {
        if parameters.bits < 2048 {
            differs.push(format!("its Diffie-Hellman parameters have {} bits", parameters.bits));
        }
    }
    if endpoint.http_seen.is_yes() && endpoint.hsts.is_none() {
        differs.push("it sends no HSTS header".to_owned());
    }
    differs.dedup();
    differs
}
