//! One certificate, from its bytes.

use super::der::{
    self, BIT_STRING, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, bits, dotted, magnitude, small,
    whole_bits,
};
use super::{hex, keys, read_timestamps, sha256};
use crate::tls::{Certificate, Hash, SignatureAlgorithm};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A certificate with the bytes its signature is about.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) facts: Certificate,
    /// The subject's name without its outer tag, as stores of roots keep it.
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    /// The public key with its algorithm, without the outer tag.
    pub(crate) key: Vec<u8>,
    pub(crate) signed: Vec<u8>,
    pub(crate) signature_algorithm: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    /// The serial number's bytes.
    pub(crate) serial: Vec<u8>,
    /// The name constraints, if any, of an authority.
    pub(crate) is_v1: bool,
}

/// More names than this are not kept; browsers refuse certificates long before.
const MOST_NAMES: usize = 20_000;

/// The subject's name and the public key of a root, without judging either; a store has many.
pub(crate) fn read_root(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut body = Reader(bytes).enter(SEQUENCE)?.enter(SEQUENCE)?;
    body.enter(0xA0);
    body.one(INTEGER)?;
    for _ in 0..3 {
        body.one(SEQUENCE)?;
    }
    Some((body.one(SEQUENCE)?.body, body.one(SEQUENCE)?.body))
}

/// Reads a certificate; `None` when it is none.
pub(crate) fn read(bytes: &[u8]) -> Option<Parsed> {
    let outer = Reader(bytes).one(SEQUENCE)?;
    let mut parts = Reader(outer.body);
    let signed = parts.one(SEQUENCE)?;
    let algorithm = parts.one(SEQUENCE)?;
    let signature = whole_bits(parts.one(BIT_STRING)?.body)?;

    let mut body = Reader(signed.body);
    let version = body.enter(0xA0);
    let serial = body.one(INTEGER)?;
    let inner_algorithm = body.one(SEQUENCE)?;
    let issuer = body.one(SEQUENCE)?;
    let mut validity = body.enter(SEQUENCE)?;
    let (not_before, not_after) = (der::time(validity.next()?), der::time(validity.next()?));
    let subject = body.one(SEQUENCE)?;
    let key = body.one(SEQUENCE)?;

    let mut facts = Certificate {
        subject: name(subject.body),
        issuer: name(issuer.body),
        common_name: common_name(subject.body),
        serial: hex(magnitude(serial.body).get(..64.min(magnitude(serial.body).len())).unwrap_or_default()),
        not_before: not_before.unwrap_or_default(),
        not_after: not_after.unwrap_or_default(),
        key: keys::read(key.body),
        signature: signature_algorithm(algorithm.body),
        sha256: sha256(outer.whole),
        key_sha256: sha256(key.whole),
        bytes: outer.whole.len(),
        ..Certificate::default()
    };
    if not_before.is_none() || not_after.is_none() {
        facts.problems.push("the dates cannot be read".to_owned());
    }
    // The signature covers only the algorithm inside; one outside that differs was put there by somebody else.
    let algorithms_agree = inner_algorithm.whole == algorithm.whole;
    if !algorithms_agree {
        facts.problems.push("it names two different signature algorithms".to_owned());
    }
    if outer.whole.len() < bytes.len() {
        facts.problems.push("bytes follow the certificate".to_owned());
    }
    for element in body {
        if element.tag == 0xA3
            && let Some(list) = Reader(element.body).enter(SEQUENCE)
        {
            for (at, extension) in list.enumerate() {
                if at >= 100 {
                    facts.problems.push("more than 100 extensions".to_owned());
                    break;
                }
                read_extension(extension.body, &mut facts);
            }
        }
    }
    Some(Parsed {
        subject: subject.body.to_vec(),
        issuer: issuer.body.to_vec(),
        key: key.body.to_vec(),
        signed: signed.whole.to_vec(),
        signature_algorithm: algorithm.body.to_vec(),
        signature: if algorithms_agree { signature.to_vec() } else { Vec::new() },
        serial: magnitude(serial.body).to_vec(),
        is_v1: version.is_none(),
        facts,
    })
}

fn read_extension(body: &[u8], facts: &mut Certificate) {
    let mut parts = Reader(body);
    let Some(id) = parts.one(OID) else { return };
    let is_critical = parts.one(0x01).is_some_and(|flag| flag.body != [0]);
    let Some(value) = parts.one(OCTET_STRING).map(|value| value.body) else {
        facts.problems.push("an extension cannot be read".to_owned());
        return;
    };
    let known = match dotted(id.body).as_str() {
        "2.5.29.17" => read_names(value, facts),
        "2.5.29.19" => read_constraints(value, facts),
        "2.5.29.15" => read_key_usage(value, facts),
        "2.5.29.37" => read_extended_usage(value, facts),
        "2.5.29.31" => read_lists(value, facts),
        "1.3.6.1.5.5.7.1.1" => read_access(value, facts),
        "1.3.6.1.5.5.7.1.24" => Reader(value).enter(SEQUENCE).map(|mut features| {
            facts.must_staple = features.any(|feature| small(feature.body) == Some(5));
        }),
        "1.3.6.1.4.1.11129.2.4.2" => Reader(value).one(OCTET_STRING).and_then(|list| {
            facts.timestamps = read_timestamps(list.body)?;
            Some(())
        }),
        // Key identifiers, policies, name constraints and the poison of a precertificate: nothing to read here.
        _ => Some(()),
    };
    if known.is_none() {
        let word = if is_critical { "critical extension" } else { "extension" };
        facts.problems.push(format!("the {word} {} cannot be read", dotted(id.body)));
    }
}

fn read_names(value: &[u8], facts: &mut Certificate) -> Option<()> {
    let mut whole = true;
    for name in Reader(value).enter(SEQUENCE)? {
        if facts.dns_names.len() + facts.ip_names.len() >= MOST_NAMES {
            whole = false;
            break;
        }
        match (name.tag, name.body.len()) {
            (0x82, _) => facts.dns_names.push(der::harmless(&String::from_utf8_lossy(name.body))),
            (0x87, 4) => {
                let four: [u8; 4] = name.body.try_into().ok()?;
                facts.ip_names.push(IpAddr::V4(Ipv4Addr::from(four)).to_string());
            }
            (0x87, 16) => {
                let sixteen: [u8; 16] = name.body.try_into().ok()?;
                facts.ip_names.push(IpAddr::V6(Ipv6Addr::from(sixteen)).to_string());
            }
            _ => {}
        }
    }
    if !whole {
        facts.problems.push(format!("more than {MOST_NAMES} names; the rest was left out"));
    }
    Some(())
}

fn read_constraints(value: &[u8], facts: &mut Certificate) -> Option<()> {
    let mut parts = Reader(value).enter(SEQUENCE)?;
    facts.is_authority = parts.one(0x01).is_some_and(|flag| flag.body != [0]);
    facts.path_length = parts.one(INTEGER).and_then(|length| small(length.body)).map(|length| length as u32);
    Some(())
}

const KEY_USES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

fn read_key_usage(value: &[u8], facts: &mut Certificate) -> Option<()> {
    let set = bits(Reader(value).one(BIT_STRING)?.body)?;
    let is_set = |at: usize| set.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let named = KEY_USES.iter().enumerate().filter(|(at, _)| is_set(*at)).map(|(_, name)| (*name).to_owned());
    facts.key_usage = Some(named.collect());
    Some(())
}

fn read_extended_usage(value: &[u8], facts: &mut Certificate) -> Option<()> {
    let uses = Reader(value).enter(SEQUENCE)?.take(50).map(|usage| match dotted(usage.body).as_str() {
        "1.3.6.1.5.5.7.3.1" => "serverAuth".to_owned(),
        "1.3.6.1.5.5.7.3.2" => "clientAuth".to_owned(),
        "1.3.6.1.5.5.7.3.3" => "codeSigning".to_owned(),
        "1.3.6.1.5.5.7.3.4" => "emailProtection".to_owned(),
        "1.3.6.1.5.5.7.3.8" => "timeStamping".to_owned(),
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning".to_owned(),
        "2.5.29.37.0" => "any".to_owned(),
        other => other.to_owned(),
    });
    facts.extended_key_usage = Some(uses.collect());
    Some(())
}

fn read_lists(value: &[u8], facts: &mut Certificate) -> Option<()> {
    for point in Reader(value).enter(SEQUENCE)?.take(50) {
        // DistributionPoint → distributionPoint [0] → fullName [0] → address [6]
        let Some(name) = Reader(point.body).enter(0xA0).and_then(|mut name| name.enter(0xA0)) else {
            continue;
        };
        facts.crl_urls.extend(name.filter(|part| part.tag == 0x86).take(10).map(address));
    }
    Some(())
}

fn read_access(value: &[u8], facts: &mut Certificate) -> Option<()> {
    for access in Reader(value).enter(SEQUENCE)?.take(50) {
        let mut parts = Reader(access.body);
        let (Some(method), Some(place)) = (parts.one(OID), parts.one(0x86)) else { continue };
        match dotted(method.body).as_str() {
            "1.3.6.1.5.5.7.48.1" => facts.ocsp_urls.push(address(place)),
            "1.3.6.1.5.5.7.48.2" => facts.issuer_urls.push(address(place)),
            _ => {}
        }
    }
    Some(())
}

fn address(element: der::Element<'_>) -> String {
    der::harmless(&String::from_utf8_lossy(element.body))
}

/// A name as people write it: the most exact part first.
pub(crate) fn name(body: &[u8]) -> String {
    let mut parts: Vec<String> = attributes(body).map(|(kind, text)| format!("{kind}={text}")).collect();
    parts.reverse();
    parts.join(", ")
}

fn common_name(body: &[u8]) -> Option<String> {
    attributes(body).filter(|(kind, _)| kind == "CN").map(|(_, text)| text).last()
}

fn attributes(body: &[u8]) -> impl Iterator<Item = (String, String)> {
    Reader(body).filter(|set| set.tag == SET).take(50).flat_map(|set| Reader(set.body).take(10)).filter_map(
        |pair| {
            let mut parts = Reader(pair.body);
            let kind = match dotted(parts.one(OID)?.body).as_str() {
                "2.5.4.3" => "CN".to_owned(),
                "2.5.4.5" => "serialNumber".to_owned(),
                "2.5.4.6" => "C".to_owned(),
                "2.5.4.7" => "L".to_owned(),
                "2.5.4.8" => "ST".to_owned(),
                "2.5.4.10" => "O".to_owned(),
                "2.5.4.11" => "OU".to_owned(),
                "0.9.2342.19200300.100.1.25" => "DC".to_owned(),
                "1.2.840.113549.1.9.1" => "emailAddress".to_owned(),
                other => other.to_owned(),
            };
            Some((kind, der::text(parts.next()?)))
        },
    )
}

/// The signature algorithm's name and hash.
pub(crate) fn signature_algorithm(body: &[u8]) -> SignatureAlgorithm {
    let mut parts = Reader(body);
    let id = parts.one(OID).map(|id| dotted(id.body)).unwrap_or_default();
    let (name, hash) = match id.as_str() {
        "1.2.840.113549.1.1.2" => ("md2WithRSAEncryption", Hash::Md2),
        "1.2.840.113549.1.1.3" => ("md4WithRSAEncryption", Hash::Md4),
        "1.2.840.113549.1.1.4" => ("md5WithRSAEncryption", Hash::Md5),
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => ("sha1WithRSAEncryption", Hash::Sha1),
        "1.2.840.113549.1.1.11" => ("sha256WithRSAEncryption", Hash::Sha2),
        "1.2.840.113549.1.1.12" => ("sha384WithRSAEncryption", Hash::Sha2),
        "1.2.840.113549.1.1.13" => ("sha512WithRSAEncryption", Hash::Sha2),
        "1.2.840.113549.1.1.14" => ("sha224WithRSAEncryption", Hash::Sha2),
        "1.2.840.113549.1.1.10" => match pss_hash(parts) {
            Some(hash) => ("rsassaPss", hash),
            // Without parameters RSA-PSS means SHA-1.
            None => ("rsassaPss with SHA-1", Hash::Sha1),
        },
        "1.2.840.10045.4.1" => ("ecdsa-with-SHA1", Hash::Sha1),
        "1.2.840.10045.4.3.1" => ("ecdsa-with-SHA224", Hash::Sha2),
        "1.2.840.10045.4.3.2" => ("ecdsa-with-SHA256", Hash::Sha2),
        "1.2.840.10045.4.3.3" => ("ecdsa-with-SHA384", Hash::Sha2),
        "1.2.840.10045.4.3.4" => ("ecdsa-with-SHA512", Hash::Sha2),
        "1.2.840.10040.4.3" => ("dsa-with-SHA1", Hash::Sha1),
        "2.16.840.1.101.3.4.3.2" => ("dsa-with-SHA256", Hash::Sha2),
        "1.3.101.112" => ("Ed25519", Hash::BuiltIn),
        "1.3.101.113" => ("Ed448", Hash::BuiltIn),
        "2.16.840.1.101.3.4.3.17" => ("ML-DSA-44", Hash::BuiltIn),
        "2.16.840.1.101.3.4.3.18" => ("ML-DSA-65", Hash::BuiltIn),
        "2.16.840.1.101.3.4.3.19" => ("ML-DSA-87", Hash::BuiltIn),
        other => return SignatureAlgorithm { name: other.to_owned(), hash: Hash::Other },
    };
    SignatureAlgorithm { name: name.to_owned(), hash }
}

/// The hash in the parameters of RSA-PSS.
fn pss_hash(mut parameters: Reader<'_>) -> Option<Hash> {
    let mut fields = parameters.enter(SEQUENCE)?;
    let id = fields.enter(0xA0)?.enter(SEQUENCE)?.one(OID)?;
    match dotted(id.body).as_str() {
        "2.16.840.1.101.3.4.2.1" | "2.16.840.1.101.3.4.2.2" | "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha2),
        "1.3.14.3.2.26" => Some(Hash::Sha1),
        _ => Some(Hash::Other),
    }
}
