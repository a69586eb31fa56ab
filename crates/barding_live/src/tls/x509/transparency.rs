//! Certificate Transparency: the timestamps in which logs promise to publish a certificate, and their signatures (RFC 6962).

use super::der::{OCTET_STRING, OID, Reader, SEQUENCE, dotted, element};
use super::pem::decode;
use super::{Parsed, hex, read, verifies};
use crate::tls::{Answer, ChainSeen, Time, Timestamp};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Certificate logs that are known, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Logs(BTreeMap<String, Log>);

#[derive(Clone, Debug)]
struct Log {
    name: String,
    /// The body of its `SubjectPublicKeyInfo`.
    key: Vec<u8>,
}

/// The list of logs as browsers' makers publish it (version 3), as far as it is read here.
#[derive(Deserialize)]
struct List {
    operators: Vec<Operator>,
}

#[derive(Deserialize)]
struct Operator {
    #[serde(default)]
    logs: Vec<Entry>,
    #[serde(default)]
    tiled_logs: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    description: String,
    key: String,
}

impl Logs {
    /// Reads a list of logs (JSON, version 3). A log's number is computed from its key, whatever the list says.
    ///
    /// # Errors
    /// When the text is no such list, or has a key that cannot be read.
    pub fn read(json: &str) -> Result<Self, String> {
        let list: List = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let mut logs = BTreeMap::new();
        for entry in
            list.operators.iter().flat_map(|operator| operator.logs.iter().chain(&operator.tiled_logs))
        {
            let bytes = decode(&entry.key);
            let key = bytes.as_deref().and_then(|bytes| Reader(bytes).one(SEQUENCE));
            let Some(key) = key else {
                return Err(format!("the key of the log {:?} cannot be read", entry.description));
            };
            let log = Log { name: entry.description.clone(), key: key.body.to_vec() };
            logs.insert(super::sha256(key.whole), log);
        }
        Ok(Self(logs))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a log is called; nothing when it is not in the list.
    pub fn name(&self, log: &str) -> Option<&str> {
        self.0.get(log).map(|log| log.name.as_str())
    }
}

/// One timestamp as a log writes it.
struct Signed<'a> {
    log: &'a [u8],
    milliseconds: [u8; 8],
    /// With its length before it.
    extensions: &'a [u8],
    /// The hash and the kind of signature, as TLS 1.2 numbers them.
    algorithm: [u8; 2],
    signature: &'a [u8],
}

/// The timestamps of a list; `None` when it is none. Those of another version than 1 are passed over.
fn signed(list: &[u8]) -> Option<Vec<Signed<'_>>> {
    let mut rest = counted(&mut &*list)?;
    let mut found = Vec::new();
    while !rest.is_empty() && found.len() < 50 {
        let one = counted(&mut rest)?;
        if one.first() == Some(&0)
            && let Some(timestamp) = one.get(1..).and_then(read_one)
        {
            found.push(timestamp);
        }
    }
    Some(found)
}

fn read_one(one: &[u8]) -> Option<Signed<'_>> {
    let (log, rest) = one.split_at_checked(32)?;
    let (milliseconds, mut rest) = rest.split_at_checked(8)?;
    let before = rest;
    let length = counted(&mut rest)?.len();
    let (algorithm, mut rest) = rest.split_at_checked(2)?;
    Some(Signed {
        log,
        milliseconds: milliseconds.try_into().ok()?,
        extensions: &before[..length + 2],
        algorithm: algorithm.try_into().ok()?,
        signature: counted(&mut rest)?,
    })
}

/// Bytes behind their length in two bytes; what follows is left.
fn counted<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_at_checked(2)?;
    let (inside, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(length.try_into().ok()?)))?;
    *bytes = rest;
    Some(inside)
}

/// The timestamps of a list, before anybody looked at their signatures.
pub(crate) fn read_timestamps(list: &[u8]) -> Option<Vec<Timestamp>> {
    let unverified = || Answer::unknown("no list of certificate logs was given");
    Some(signed(list)?.iter().map(|one| timestamp(one, unverified())).collect())
}

fn timestamp(one: &Signed<'_>, verified: Answer) -> Timestamp {
    let seconds = u64::from_be_bytes(one.milliseconds) / 1000;
    let at = Time(i64::try_from(seconds).unwrap_or(0).min(253_402_300_799));
    Timestamp { log: hex(one.log), at, verified }
}

/// Verifies the timestamps of a chain: those inside its first certificate, and those that came beside it. `certificates`
/// are the bytes of the chain; `lists` are the lists from the handshake and from the stapled response.
pub fn verify_timestamps(chain: &mut ChainSeen, certificates: &[Vec<u8>], lists: &[Vec<u8>], logs: &Logs) {
    let Some((bytes, leaf)) = certificates.first().and_then(|bytes| Some((bytes, read(bytes)?))) else {
        return;
    };
    // A certificate's own bytes are what a timestamp beside it is about.
    let whole = [&[0, 0][..], &with_length(bytes)].concat();
    let mut beside = Vec::new();
    for one in lists.iter().filter_map(|list| signed(list)).flatten() {
        beside.push(timestamp(&one, logs.signed(&one, &whole)));
    }
    chain.timestamps = beside;
    if logs.is_empty() {
        return;
    }
    let Some(list) = leaf.timestamp_list() else { return };
    let about = certificates.get(chain.issuer_place()).and_then(|issuer| read(issuer)).and_then(|issuer| {
        let key = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &element(SEQUENCE, &issuer.key));
        Some([&[0, 1][..], key.as_ref(), &with_length(&leaf.without_timestamps()?)].concat())
    });
    let inside = signed(&list).unwrap_or_default();
    let verified = inside.iter().map(|one| {
        let answer = match &about {
            Some(about) => logs.signed(one, about),
            None => Answer::unknown("the issuer's certificate is needed to verify it"),
        };
        timestamp(one, answer)
    });
    if let Some(facts) = chain.sent.first_mut() {
        facts.timestamps = verified.collect();
    }
}

impl Logs {
    /// Whether the log signed this, about an entry.
    fn signed(&self, one: &Signed<'_>, entry: &[u8]) -> Answer {
        const ECDSA_SHA256: &[u8] = &[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];
        const RSA_SHA256: &[u8] = &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0];
        let Some(log) = self.0.get(&hex(one.log)) else {
            return Answer::unknown(if self.is_empty() {
                "no list of certificate logs was given"
            } else {
                "the list does not have this certificate log"
            });
        };
        let algorithm = match one.algorithm {
            [4, 3] => ECDSA_SHA256,
            [4, 1] => RSA_SHA256,
            _ => return Answer::No,
        };
        // Version 1, a timestamp of a certificate, when, the entry, extensions.
        let signed = [&[0, 0][..], &one.milliseconds, entry, one.extensions].concat();
        verifies(&log.key, algorithm, &signed, one.signature)
    }
}

/// Behind its length in three bytes.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = (bytes.len() as u32).to_be_bytes();
    [&[a, b, c], bytes].concat()
}

/// The extension that holds timestamps.
fn is_of_timestamps(extension: &[u8]) -> bool {
    Reader(extension).one(OID).is_some_and(|id| dotted(id.body) == "1.3.6.1.4.1.11129.2.4.2")
}

impl Parsed {
    /// The list of timestamps inside.
    fn timestamp_list(&self) -> Option<Vec<u8>> {
        let body = Reader(&self.signed).enter(SEQUENCE)?;
        let extensions = Reader(body.filter(|part| part.tag == 0xA3).last()?.body).enter(SEQUENCE)?;
        let one = extensions.take(100).find(|one| is_of_timestamps(one.body))?;
        let value = Reader(one.body).find(|part| part.tag == OCTET_STRING)?;
        Some(Reader(value.body).one(OCTET_STRING)?.body.to_vec())
    }

    /// What was signed, as it was before the timestamps came in: this is what the logs saw.
    fn without_timestamps(&self) -> Option<Vec<u8>> {
        let mut parts = Vec::new();
        for part in Reader(&self.signed).enter(SEQUENCE)? {
            if part.tag != 0xA3 {
                parts.extend_from_slice(part.whole);
                continue;
            }
            let extensions = Reader(part.body).enter(SEQUENCE)?;
            let kept: Vec<u8> = extensions
                .filter(|one| !is_of_timestamps(one.body))
                .flat_map(|one| one.whole.iter().copied())
                .collect();
            if !kept.is_empty() {
                parts.extend(element(0xA3, &element(SEQUENCE, &kept)));
            }
        }
        Some(element(SEQUENCE, &parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    const P256: &[u8] =
        &[6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];
    const MOMENT: [u8; 8] = 1_780_000_000_123_u64.to_be_bytes();

    struct TestLog {
        key: EcdsaKeyPair,
        spki: Vec<u8>,
    }

    impl TestLog {
        fn new() -> Self {
            let made =
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref()).unwrap();
            let point = [&[0][..], key.public_key().as_ref()].concat();
            let spki = element(SEQUENCE, &[element(SEQUENCE, P256), element(3, &point)].concat());
            Self { key, spki }
        }

        fn list(&self) -> String {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let mut key = String::new();
            for three in self.spki.chunks(3) {
                let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                    << (8 * (3 - three.len()));
                for place in 0..=three.len() {
                    key.push(char::from(letters[(bits >> (18 - 6 * place)) as usize & 63]));
                }
            }
            format!(
                r#"{{"version": "1", "operators": [{{"name": "x", "logs": [{{"description": "test log", "key": "{key}"}}]}}]}}"#
            )
        }

        /// A list with one timestamp about an entry.
        fn stamp(&self, entry: &[u8]) -> Vec<u8> {
            let signed = [&[0, 0][..], &MOMENT, entry, &[0, 0]].concat();
            let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
            let id = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.spki);
            let counted = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
            let one = [&[0][..], id.as_ref(), &MOMENT, &[0, 0, 4, 3], &counted(signature.as_ref())].concat();
            counted(&counted(&one))
        }
    }

    /// A certificate with a few fields; nobody signed it.
    fn certificate(spki: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
        let algorithm = element(SEQUENCE, &[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]);
        let times = [element(0x17, b"260101000000Z"), element(0x17, b"270101000000Z")].concat();
        let mut parts = [
            element(0xA0, &[2, 1, 2]),
            element(2, &[7]),
            algorithm.clone(),
            element(SEQUENCE, &[]),
            element(SEQUENCE, &times),
            element(SEQUENCE, &[]),
            spki.to_vec(),
        ]
        .concat();
        if !extensions.is_empty() {
            parts.extend(element(0xA3, &element(SEQUENCE, &extensions.concat())));
        }
        element(SEQUENCE, &[element(SEQUENCE, &parts), algorithm, element(3, &[0, 1, 2])].concat())
    }

    fn extension(id: &[u8], value: &[u8]) -> Vec<u8> {
        element(SEQUENCE, &[element(OID, id), element(OCTET_STRING, value)].concat())
    }

    fn verdicts(leaf: &[u8], issuer: &[u8], lists: &[Vec<u8>], logs: &Logs) -> (Vec<Answer>, Vec<Answer>) {
        let certificates = [leaf.to_vec(), issuer.to_vec()];
        let mut chain = crate::tls::x509::chain(&certificates, &[], Time::now());
        verify_timestamps(&mut chain, &certificates, lists, logs);
        let answers = |list: &[Timestamp]| list.iter().map(|one| one.verified.clone()).collect();
        (answers(&chain.sent[0].timestamps), answers(&chain.timestamps))
    }

    #[test]
    fn timestamps_inside_are_verified_against_what_the_log_saw() {
        let (log, stranger) = (TestLog::new(), TestLog::new());
        let names = extension(&[0x55, 0x1D, 0x11], &element(SEQUENCE, &element(0x82, b"shop.example")));
        let issuer = certificate(&stranger.spki, &[]);
        let before = certificate(&log.spki, std::slice::from_ref(&names));
        let key = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &stranger.spki);
        let seen_by_log = read(&before).unwrap().signed;
        let entry = [&[0, 1][..], key.as_ref(), &with_length(&seen_by_log)].concat();
        let stamped = |list: &[u8]| {
            let id = [0x2B, 6, 1, 4, 1, 0xD6, 0x79, 2, 4, 2];
            certificate(&log.spki, &[names.clone(), extension(&id, &element(OCTET_STRING, list))])
        };
        let logs = Logs::read(&log.list()).unwrap();
        let good = stamped(&log.stamp(&entry));
        assert_eq!(verdicts(&good, &issuer, &[], &logs).0, [Answer::Yes]);
        // Another issuer, another log's key, a byte of the signature: none is what the log signed.
        assert_eq!(verdicts(&good, &before, &[], &logs).0, [Answer::No]);
        let mut list = log.stamp(&entry);
        *list.last_mut().unwrap() ^= 1;
        assert_eq!(verdicts(&stamped(&list), &issuer, &[], &logs).0, [Answer::No]);
        let others = Logs::read(&stranger.list()).unwrap();
        assert!(matches!(verdicts(&good, &issuer, &[], &others).0[..], [Answer::Unknown(_)]));
        assert!(matches!(verdicts(&good, &issuer, &[], &Logs::default()).0[..], [Answer::Unknown(_)]));
    }

    #[test]
    fn timestamps_beside_are_about_the_certificate_itself() {
        let log = TestLog::new();
        let logs = Logs::read(&log.list()).unwrap();
        let leaf = certificate(&log.spki, &[]);
        let list = log.stamp(&[&[0, 0][..], &with_length(&leaf)].concat());
        assert_eq!(verdicts(&leaf, &leaf, std::slice::from_ref(&list), &logs).1, [Answer::Yes]);
        let other = certificate(&log.spki, &[extension(&[0x55, 0x1D, 0x0F], &[3, 2, 5, 0xA0])]);
        assert_eq!(verdicts(&other, &leaf, &[list], &logs).1, [Answer::No]);
        let name = super::super::sha256(&log.spki);
        assert_eq!(logs.name(&name), Some("test log"));
    }

    #[test]
    fn lists_that_are_none_are_refused() {
        for text in ["", "{}", "[]", r#"{"operators": [{"logs": [{"key": "AAAA"}]}]}"#] {
            assert!(Logs::read(text).is_err(), "{text}");
        }
        for cut in 0..50 {
            let bytes = [0, 48, 0, 46, 0, 1, 2, 3];
            assert!(read_timestamps(&bytes[..cut.min(bytes.len())]).is_none_or(|found| found.is_empty()));
        }
    }
}
