//! Named groups for the key exchange, and signature schemes.

use super::suites::rows;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The mathematics behind a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupSort {
    /// An elliptic curve.
    Curve,
    /// Finite-field Diffie-Hellman.
    FiniteField,
    /// A key encapsulation that a quantum computer does not break, alone or joined with a curve.
    PostQuantum,
    /// Parameters the server makes up.
    Explicit,
}

/// A group with a name.
#[derive(Debug)]
pub struct Group {
    /// IANA's number.
    pub code: u16,
    /// IANA's name.
    pub name: &'static str,
    /// Bits of the field.
    pub bits: u32,
    /// The mathematics behind it.
    pub sort: GroupSort,
    /// Whether it is fit for use today: false for curves under 224 bits, binary curves and drafts.
    pub is_sound: bool,
}

/// Every group, by number.
pub fn groups() -> &'static [Group] {
    static TABLE: LazyLock<Vec<Group>> = LazyLock::new(|| {
        let read = |row: Vec<&'static str>| {
            let [code, name, bits, sort, class] = row[..] else { return None };
            Some(Group {
                code: u16::from_str_radix(code, 16).ok()?,
                name,
                bits: bits.parse().ok()?,
                sort: match sort {
                    "ffdhe" => GroupSort::FiniteField,
                    "pq" | "pq-hybrid" | "pq-draft" => GroupSort::PostQuantum,
                    "explicit" => GroupSort::Explicit,
                    _ => GroupSort::Curve,
                },
                is_sound: matches!(class, "secure" | "recommended"),
            })
        };
        rows(include_str!("data/groups.tsv")).filter_map(read).collect()
    });
    &TABLE
}

/// How the server signs in the handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureScheme {
    /// IANA's number.
    pub code: u16,
    /// IANA's name.
    pub name: String,
}

/// Every signature scheme's number, name, and whether it may still be used.
pub fn signature_schemes() -> impl Iterator<Item = (u16, &'static str, bool)> {
    rows(include_str!("data/signature_schemes.tsv")).filter_map(|row| {
        let [code, name, class] = row[..] else { return None };
        Some((u16::from_str_radix(code, 16).ok()?, name, matches!(class, "secure" | "recommended")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_whole() {
        assert_eq!(groups().len(), rows(include_str!("data/groups.tsv")).count());
        let hybrid = groups().iter().find(|group| group.code == 0x11EC).unwrap();
        assert_eq!(
            (hybrid.name, hybrid.sort, hybrid.is_sound),
            ("X25519MLKEM768", GroupSort::PostQuantum, true)
        );
        assert_eq!(signature_schemes().count(), rows(include_str!("data/signature_schemes.tsv")).count());
        assert!(signature_schemes().any(|scheme| scheme == (0x0201, "rsa_pkcs1_sha1", false)));
    }
}
