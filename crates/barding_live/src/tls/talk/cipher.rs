//! Protects records: AES in CBC with an HMAC, and AES in GCM (RFC 5246, section 6.2.3).

use super::digest_named;
use super::secrets::Digest;
use crate::tls::wire::random;
use crate::tls::{Protocol, SuiteInfo};
use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};

/// How a suite protects records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    key: usize,
    /// The digest of the MAC; none for GCM.
    mac: Option<Digest>,
}

const BLOCK: usize = 16;

impl Sort {
    pub(super) fn of(info: &SuiteInfo) -> Option<Self> {
        let key = match (info.cipher, info.bits) {
            ("AES", 128) => 16,
            ("AES", 256) => 32,
            _ => return None,
        };
        match info.mode {
            "GCM" if info.key_exchange != "tls13" => Some(Self { key, mac: None }),
            "CBC" => Some(Self { key, mac: Some(digest_named(info.mac)?) }),
            _ => None,
        }
    }

    fn iv(self, protocol: Protocol) -> usize {
        match (self.mac, protocol) {
            (None, _) => 4,
            (Some(_), Protocol::Tls10) => BLOCK,
            (Some(_), _) => 0,
        }
    }

    /// How many bytes of keys both sides need.
    pub(super) fn key_block(self, protocol: Protocol) -> usize {
        2 * (self.mac.map_or(0, Digest::length) + self.key + self.iv(protocol))
    }
}

/// One direction of a conversation.
pub(super) struct Direction {
    protocol: Protocol,
    sequence: u64,
    protection: Protection,
}

enum Protection {
    Cbc {
        mac: Digest,
        mac_key: Vec<u8>,
        seals: Box<EncryptingKey>,
        opens: Box<DecryptingKey>,
        chained: [u8; BLOCK],
    },
    Gcm {
        key: LessSafeKey,
        salt: [u8; 4],
    },
}

/// Ours and the server's direction, from the block of keys.
pub(super) fn directions(sort: Sort, protocol: Protocol, block: &[u8]) -> Option<(Direction, Direction)> {
    let mac = sort.mac.map_or(0, Digest::length);
    let (macs, rest) = block.split_at_checked(2 * mac)?;
    let (keys, ivs) = rest.split_at_checked(2 * sort.key)?;
    let iv = sort.iv(protocol);
    let half = |bytes: &[u8], length: usize, at: usize| {
        bytes.get(at * length..(at + 1) * length).map(<[u8]>::to_vec)
    };
    let one = |at: usize| {
        let (mac_key, key, iv) = (half(macs, mac, at)?, half(keys, sort.key, at)?, half(ivs, iv, at)?);
        let protection = match sort.mac {
            Some(mac) => {
                let algorithm = if sort.key == 16 { &AES_128 } else { &AES_256 };
                let unbound = || UnboundCipherKey::new(algorithm, &key).ok();
                let mut chained = [0; BLOCK];
                chained[..iv.len()].copy_from_slice(&iv);
                Protection::Cbc {
                    mac,
                    mac_key,
                    seals: Box::new(EncryptingKey::cbc(unbound()?).ok()?),
                    opens: Box::new(DecryptingKey::cbc(unbound()?).ok()?),
                    chained,
                }
            }
            None => {
                let algorithm = if sort.key == 16 { &aead::AES_128_GCM } else { &aead::AES_256_GCM };
                let key = LessSafeKey::new(UnboundKey::new(algorithm, &key).ok()?);
                Protection::Gcm { key, salt: iv.try_into().ok()? }
            }
        };
        Some(Direction { protocol, sequence: 0, protection })
    };
    Some((one(0)?, one(1)?))
}

impl Direction {
    /// What the MAC is about besides the text: the record's number, sort, version and length.
    fn about(&self, sort: u8, length: usize) -> Vec<u8> {
        let mut bytes = self.sequence.to_be_bytes().to_vec();
        bytes.push(sort);
        bytes.extend(self.protocol.code().to_be_bytes());
        bytes.extend((length as u16).to_be_bytes());
        bytes
    }

    /// The MAC of the next record; empty when the cipher has none of its own.
    pub(super) fn mac(&self, sort: u8, plain: &[u8]) -> Vec<u8> {
        match &self.protection {
            Protection::Cbc { mac, mac_key, .. } => {
                mac.hmac(mac_key, &[&self.about(sort, plain.len()), plain])
            }
            Protection::Gcm { .. } => Vec::new(),
        }
    }

    /// A record's body.
    pub(super) fn seal(&mut self, sort: u8, plain: &[u8]) -> Vec<u8> {
        if let Protection::Gcm { key, salt } = &self.protection {
            let explicit = self.sequence.to_be_bytes();
            let mut sealed = plain.to_vec();
            let done = key.seal_in_place_append_tag(
                nonce(*salt, explicit),
                Aad::from(self.about(sort, plain.len())),
                &mut sealed,
            );
            self.sequence += 1;
            // Sealing fails for texts of gigabytes only.
            return if done.is_ok() { [&explicit[..], &sealed].concat() } else { Vec::new() };
        }
        let mac = self.mac(sort, plain);
        self.seal_blocks(padded(plain, &mac))
    }

    /// Encrypts whole blocks, whatever they hold.
    pub(super) fn seal_blocks(&mut self, mut blocks: Vec<u8>) -> Vec<u8> {
        self.sequence += 1;
        let Protection::Cbc { seals, chained, .. } = &mut self.protection else { return Vec::new() };
        blocks.truncate(blocks.len() / BLOCK * BLOCK);
        let explicit = self.protocol > Protocol::Tls10;
        let iv = if explicit { random::<BLOCK>() } else { *chained };
        if blocks.is_empty()
            || seals.less_safe_encrypt(&mut blocks, EncryptionContext::Iv128(iv.into())).is_err()
        {
            return Vec::new();
        }
        chained.copy_from_slice(&blocks[blocks.len() - BLOCK..]);
        if explicit { [&iv[..], &blocks].concat() } else { blocks }
    }

    /// A record's text, when it is as it should be.
    pub(super) fn open(&mut self, sort: u8, body: &[u8]) -> Option<Vec<u8>> {
        let plain = match &mut self.protection {
            Protection::Gcm { key, salt } => {
                let (explicit, sealed) = body.split_first_chunk::<8>()?;
                let salt = *salt;
                let mut sealed = sealed.to_vec();
                let mut about = self.sequence.to_be_bytes().to_vec();
                about.push(sort);
                about.extend(self.protocol.code().to_be_bytes());
                about.extend((sealed.len().checked_sub(16)? as u16).to_be_bytes());
                key.open_in_place(nonce(salt, *explicit), Aad::from(about), &mut sealed).ok()?.to_vec()
            }
            Protection::Cbc { mac, opens, chained, .. } => {
                let (iv, sealed) = if self.protocol > Protocol::Tls10 {
                    let (iv, sealed) = body.split_first_chunk::<BLOCK>()?;
                    (*iv, sealed)
                } else {
                    (*chained, body)
                };
                let mut blocks = sealed.to_vec();
                let last: [u8; BLOCK] = sealed.get(sealed.len().checked_sub(BLOCK)?..)?.try_into().ok()?;
                opens.decrypt(&mut blocks, DecryptionContext::Iv128(iv.into())).ok()?;
                *chained = last;
                let padding = usize::from(*blocks.last()?) + 1;
                let text = blocks.len().checked_sub(padding + mac.length())?;
                let (plain, rest) = blocks.split_at(text);
                let (plain, theirs) = (plain.to_vec(), rest[..mac.length()].to_vec());
                if self.mac(sort, &plain) != theirs {
                    return None;
                }
                plain
            }
        };
        self.sequence += 1;
        Some(plain)
    }
}

/// Text, MAC and padding, as they should be.
fn padded(plain: &[u8], mac: &[u8]) -> Vec<u8> {
    let mut blocks = [plain, mac].concat();
    let padding = BLOCK - 1 - blocks.len() % BLOCK;
    blocks.resize(blocks.len() + padding + 1, padding as u8);
    blocks
}

fn nonce(salt: [u8; 4], explicit: [u8; 8]) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&salt);
    bytes[4..].copy_from_slice(&explicit);
    Nonce::assume_unique_for_key(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, protocol: Protocol) -> (Direction, Direction) {
        let suite = crate::tls::Suite::try_from(name.to_owned()).unwrap();
        let sort = Sort::of(suite.info().unwrap()).unwrap();
        let length = sort.key_block(protocol);
        let half: Vec<u8> = (0..length as u8 / 2).collect();
        // Both directions with the same keys, so that one opens what the other sealed.
        let (mac, key) = (sort.mac.map_or(0, Digest::length), sort.key);
        let parts = [&half[..mac], &half[mac..mac + key], &half[mac + key..]];
        let block: Vec<u8> = parts.iter().flat_map(|part| [*part, *part].concat()).collect();
        directions(sort, protocol, &block).unwrap()
    }

    #[test]
    fn what_one_side_seals_the_other_opens() {
        let cases = [
            ("TLS_RSA_WITH_AES_128_CBC_SHA", Protocol::Tls10),
            ("TLS_RSA_WITH_AES_256_CBC_SHA", Protocol::Tls11),
            ("TLS_RSA_WITH_AES_256_CBC_SHA256", Protocol::Tls12),
            ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", Protocol::Tls12),
            ("TLS_RSA_WITH_AES_128_GCM_SHA256", Protocol::Tls12),
        ];
        for (name, protocol) in cases {
            let (mut outward, mut inward) = pair(name, protocol);
            for length in [0, 1, 15, 16, 17, 5000] {
                let text = vec![7; length];
                let sealed = outward.seal(23, &text);
                assert_eq!(inward.open(23, &sealed), Some(text), "{name} {length}");
            }
            let mut spoilt = outward.seal(23, b"text");
            *spoilt.last_mut().unwrap() ^= 1;
            assert_eq!(inward.open(23, &spoilt), None, "{name}");
            for length in 0..spoilt.len() {
                assert_eq!(inward.open(23, &spoilt[..length]), None, "{name} {length}");
            }
        }
    }
}
