//! Whether an authority took a certificate back: OCSP responses and lists of revoked certificates.

use super::der::{
    BIT_STRING, ENUMERATED, Element, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, bits, dotted, element,
    magnitude, small, time,
};
use super::{Parsed, read, verifies};
use crate::tls::{Answer, Revocation, Time};

/// What a stapled OCSP response says about a certificate.
pub(crate) fn staple_says(response: &[u8], leaf: &[u8], issuer: Option<&[u8]>, now: Time) -> Revocation {
    says("the stapled OCSP response", response, leaf, issuer, now)
}

/// What the authority's OCSP service answered about a certificate.
pub(crate) fn service_says(response: &[u8], leaf: &[u8], issuer: &[u8], now: Time) -> Revocation {
    says("the authority's OCSP service", response, leaf, Some(issuer), now)
}

fn says(who: &str, response: &[u8], leaf: &[u8], issuer: Option<&[u8]>, now: Time) -> Revocation {
    let (Some(leaf), Some(issuer)) = (read(leaf), issuer.and_then(read)) else {
        return Revocation::Unknown(format!("the issuer's certificate is needed to verify {who}"));
    };
    ocsp(who, response, &leaf, &issuer, now)
        .unwrap_or_else(|| Revocation::Unknown(format!("what {who} says cannot be read")))
}

/// The question to an OCSP service about one certificate (RFC 6960, 4.1.1).
pub(crate) fn ocsp_question(leaf: &[u8], issuer: &[u8]) -> Option<Vec<u8>> {
    let (leaf, issuer) = (read(leaf)?, read(issuer)?);
    let sha1 = |bytes: &[u8]| {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
    };
    let key = {
        let mut parts = Reader(&issuer.key);
        parts.one(SEQUENCE)?;
        bits(parts.one(BIT_STRING)?.body)?
    };
    let mut serial = leaf.serial.clone();
    if serial.first().is_none_or(|byte| *byte >= 0x80) {
        serial.insert(0, 0);
    }
    let parts = [
        element(SEQUENCE, &[element(OID, &[0x2B, 0x0E, 0x03, 0x02, 0x1A]), vec![5, 0]].concat()),
        element(OCTET_STRING, &sha1(&element(SEQUENCE, &leaf.issuer))),
        element(OCTET_STRING, &sha1(key)),
        element(INTEGER, &serial),
    ];
    let certificate = element(SEQUENCE, &parts.concat());
    // Request, list of requests, what would be signed, the whole.
    Some((0..4).fold(certificate, |inner, _| element(SEQUENCE, &inner)))
}

fn ocsp(who: &str, response: &[u8], leaf: &Parsed, issuer: &Parsed, now: Time) -> Option<Revocation> {
    let mut outer = Reader(response).enter(SEQUENCE)?;
    if small(outer.one(ENUMERATED)?.body)? != 0 {
        return Some(Revocation::Unknown("the OCSP response is an error message".to_owned()));
    }
    let mut parts = basic(outer)?;
    let data = parts.one(SEQUENCE)?;
    let algorithm = parts.one(SEQUENCE)?;
    let signature = bits(parts.one(BIT_STRING)?.body)?;
    let mut signed_by_issuer = verifies(&issuer.key, algorithm.body, data.whole, signature).is_yes();
    if !signed_by_issuer && let Some(list) = parts.enter(0xA0).and_then(|mut list| list.enter(SEQUENCE)) {
        // A responder with a certificate of its own, which the issuer signed for that purpose.
        signed_by_issuer = list.take(4).filter_map(|one| read(one.whole)).any(|responder| {
            let is_for_it = responder
                .facts
                .extended_key_usage
                .as_ref()
                .is_some_and(|uses| uses.iter().any(|usage| usage == "OCSPSigning"));
            let by_issuer = verifies(
                &issuer.key,
                &responder.signature_algorithm,
                &responder.signed,
                &responder.signature,
            );
            is_for_it
                && by_issuer.is_yes()
                && verifies(&responder.key, algorithm.body, data.whole, signature).is_yes()
        });
    }
    if !signed_by_issuer {
        return Some(Revocation::Unknown("the OCSP response is not signed by the issuer".to_owned()));
    }
    for single in singles(Reader(data.body))? {
        let mut fields = Reader(single.body);
        let serial = fields.enter(SEQUENCE)?.filter(|part| part.tag == INTEGER).last()?;
        if magnitude(serial.body) != leaf.serial {
            continue;
        }
        let status = fields.next()?;
        fields.one(0x18)?;
        let until = fields.enter(0xA0).and_then(|mut until| until.next()).and_then(time);
        if until.is_some_and(|until| until < now) {
            return Some(Revocation::Unknown("the OCSP response is out of date".to_owned()));
        }
        return Some(match status.tag {
            0x80 => Revocation::Good(format!("{who} says so")),
            0xA1 => {
                let when = Reader(status.body)
                    .next()
                    .and_then(time)
                    .map_or_else(String::new, |when| format!(" on {}", when.date()));
                Revocation::Revoked(format!("{who} says: revoked{when}"))
            }
            _ => Revocation::Unknown("the authority's OCSP service does not know the certificate".to_owned()),
        });
    }
    Some(Revocation::Unknown("the OCSP response is about another certificate".to_owned()))
}

/// The parts of the basic response in what follows an OCSP response's status: what is signed, how, the signature.
fn basic(mut outer: Reader<'_>) -> Option<Reader<'_>> {
    let mut typed = outer.enter(0xA0)?.enter(SEQUENCE)?;
    if dotted(typed.one(OID)?.body) != "1.3.6.1.5.5.7.48.1.1" {
        return None;
    }
    Reader(typed.one(OCTET_STRING)?.body).enter(SEQUENCE)
}

/// The answers about single certificates in what is signed; at most fifty.
fn singles(mut data: Reader<'_>) -> Option<impl Iterator<Item = Element<'_>>> {
    data.one(0xA0);
    // Who responds, by name or by key, and when.
    data.next()?;
    data.one(0x18)?;
    Some(data.enter(SEQUENCE)?.take(50))
}

/// The list of timestamps of certificate logs in an OCSP response (RFC 6962, 3.3), as its bytes.
pub(crate) fn staple_timestamps(response: &[u8]) -> Option<Vec<u8>> {
    let mut outer = Reader(response).enter(SEQUENCE)?;
    outer.one(ENUMERATED)?;
    let responses = singles(basic(outer)?.enter(SEQUENCE)?)?;
    let extensions =
        responses.filter_map(|single| Reader(single.body).find(|part| part.tag == 0xA1)).take(50);
    extensions.filter_map(|list| Reader(list.body).enter(SEQUENCE)).flat_map(|list| list.take(50)).find_map(
        |one| {
            let mut parts = Reader(one.body);
            if dotted(parts.one(OID)?.body) != "1.3.6.1.4.1.11129.2.4.5" {
                return None;
            }
            parts.one(0x01);
            Some(Reader(parts.one(OCTET_STRING)?.body).one(OCTET_STRING)?.body.to_vec())
        },
    )
}

/// What an authority's list says about a certificate.
pub(crate) fn list_says(list: &[u8], leaf: &[u8], issuer: &[u8], now: Time) -> Option<Revocation> {
    let (leaf, issuer) = (read(leaf)?, read(issuer)?);
    let mut outer = Reader(list).enter(SEQUENCE)?;
    let signed = outer.one(SEQUENCE)?;
    let algorithm = outer.one(SEQUENCE)?;
    let signature = bits(outer.one(BIT_STRING)?.body)?;
    if !matches!(verifies(&issuer.key, algorithm.body, signed.whole, signature), Answer::Yes) {
        return Some(Revocation::Unknown("the list is not signed by the issuer".to_owned()));
    }
    let mut body = Reader(signed.body);
    body.one(INTEGER);
    body.one(SEQUENCE)?;
    body.one(SEQUENCE)?;
    time(body.next()?)?;
    let rest = body;
    if let Some(until) = body.next().and_then(time) {
        if until < now {
            return Some(Revocation::Unknown("the list is out of date".to_owned()));
        }
    } else {
        body = rest;
    }
    for entry in body.enter(SEQUENCE).unwrap_or(Reader(&[])) {
        let mut fields = Reader(entry.body);
        if magnitude(fields.one(INTEGER)?.body) == leaf.serial {
            let when = fields
                .next()
                .and_then(time)
                .map_or_else(String::new, |when| format!(" since {}", when.date()));
            return Some(Revocation::Revoked(format!("it stands on the authority's list{when}")));
        }
    }
    Some(Revocation::Good("it does not stand on the authority's list".to_owned()))
}
