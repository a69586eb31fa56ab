//! Asks the DNS which certificate authorities may issue for a name (CAA, RFC 8659).
//!
//! What comes in: a host name and the address of a resolver. What goes out: the records of the name, or of the nearest
//! name above it that has any. A few small questions to the resolver this machine uses anyway; nobody else is asked.

use crate::dial::Dialer;
use crate::tls::wire::{Bytes, random};
use crate::tls::x509::der::harmless;
use crate::tls::{Caa, CaaRecord};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

/// The type of CAA records.
const CAA: u16 = 257;
/// Names have few labels; more than this nobody climbs.
const MOST_LABELS: usize = 10;

/// The resolver that this machine uses, as the usual file names it.
pub(super) fn resolver() -> Option<SocketAddr> {
    let file = std::fs::read_to_string("/etc/resolv.conf").ok()?;
    named_first(&file)
}

fn named_first(file: &str) -> Option<SocketAddr> {
    let servers = file.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    servers.filter_map(|rest| rest.trim().parse::<IpAddr>().ok()).map(|ip| SocketAddr::new(ip, 53)).next()
}

/// The records that count for a name. `Err` says why it is not known.
pub(super) fn ask(host: &str, resolver: SocketAddr, dialer: &Dialer) -> Result<Caa, String> {
    let mut name = host.trim_end_matches('.').to_ascii_lowercase();
    for _ in 0..MOST_LABELS {
        let records = question(&name, resolver, dialer)?;
        if !records.is_empty() {
            return Ok(Caa { found_at: name, records });
        }
        match name.split_once('.') {
            Some((_, parent)) if !parent.is_empty() => name = parent.to_owned(),
            _ => break,
        }
    }
    Ok(Caa::default())
}

fn question(name: &str, resolver: SocketAddr, dialer: &Dialer) -> Result<Vec<CaaRecord>, String> {
    let number = u16::from_be_bytes(random::<2>());
    let asked = message(number, name).ok_or("the name is too long for the DNS")?;
    for _ in 0..2 {
        let Some(answer) = by_datagram(&asked, number, resolver) else { continue };
        return match read(&answer, number, name) {
            Said::Records(records) => Ok(records),
            Said::CutShort => by_stream(&asked, resolver, dialer)
                .map(|whole| read(&whole, number, name))
                .and_then(|said| if let Said::Records(records) = said { Some(records) } else { None })
                .ok_or_else(|| "the DNS gave half an answer".to_owned()),
            Said::Failed(code) => Err(format!("the DNS answered with error {code}")),
            Said::Odd => Err("the DNS gave an answer that cannot be read".to_owned()),
        };
    }
    Err("the DNS did not answer".to_owned())
}

/// A question with recursion, and room for answers of 1232 bytes.
fn message(number: u16, name: &str) -> Option<Vec<u8>> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length))?;
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend(CAA.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
    (name.len() < 254).then_some(bytes)
}

fn by_datagram(asked: &[u8], number: u16, resolver: SocketAddr) -> Option<Vec<u8>> {
    let any = if resolver.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(resolver).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    socket.send(asked).ok()?;
    let mut answer = vec![0; 4096];
    // Whoever guesses our port may send rubbish first.
    for _ in 0..5 {
        let length = socket.recv(&mut answer).ok()?;
        if answer[..length].starts_with(&number.to_be_bytes()) {
            answer.truncate(length);
            return Some(answer);
        }
    }
    None
}

fn by_stream(asked: &[u8], resolver: SocketAddr, dialer: &Dialer) -> Option<Vec<u8>> {
    let mut connection = dialer.connect(resolver).ok()?;
    let length = u16::try_from(asked.len()).ok()?;
    connection.write_all(&[&length.to_be_bytes()[..], asked].concat()).ok()?;
    let mut head = [0; 2];
    connection.read_exact(&mut head).ok()?;
    let mut answer = vec![0; u16::from_be_bytes(head).into()];
    connection.read_exact(&mut answer).ok()?;
    Some(answer)
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    Records(Vec<CaaRecord>),
    CutShort,
    Failed(u8),
    Odd,
}

fn read(answer: &[u8], number: u16, name: &str) -> Said {
    records(answer, number, name).unwrap_or(Said::Odd)
}

fn records(answer: &[u8], number: u16, name: &str) -> Option<Said> {
    let mut bytes = Bytes(answer);
    let (theirs, flags) = (bytes.u16()?, bytes.u16()?);
    if theirs != number || flags & 0x8000 == 0 {
        return None;
    }
    // Truncated; no such name (3) has no records, any other code says nothing about the name.
    if flags & 0x0200 != 0 {
        return Some(Said::CutShort);
    }
    match flags & 0xF {
        0 | 3 => {}
        code => return Some(Said::Failed(code as u8)),
    }
    let (questions, answers) = (bytes.u16()?, bytes.u16()?);
    bytes.take(4)?;
    let asked = message(number, name)?;
    let question = asked.get(12..asked.len() - 11)?;
    if questions != 1 || !bytes.take(question.len())?.eq_ignore_ascii_case(question) {
        return None;
    }
    let mut found = Vec::new();
    for _ in 0..answers.min(100) {
        skip_name(&mut bytes)?;
        let (sort, class) = (bytes.u16()?, bytes.u16()?);
        bytes.take(4)?;
        let body = bytes.with_u16()?;
        // An alias stands before the records of the name that it leads to.
        if (sort, class) == (CAA, 1) {
            let mut body = Bytes(body);
            body.u8()?;
            let tag = String::from_utf8_lossy(body.with_u8()?).to_ascii_lowercase();
            found.push(CaaRecord { tag: harmless(&tag), value: harmless(&String::from_utf8_lossy(body.0)) });
        }
    }
    // The order of an answer turns with each question.
    found.sort_by(|one, other| (&one.tag, &one.value).cmp(&(&other.tag, &other.value)));
    Some(Said::Records(found))
}

/// Passes over a name: labels up to an empty one, or up to a place where it goes on.
fn skip_name(bytes: &mut Bytes<'_>) -> Option<()> {
    for _ in 0..128 {
        match bytes.u8()? {
            0 => return Some(()),
            length @ 1..64 => bytes.take(length.into())?,
            0xC0.. => return bytes.take(1).map(|_| ()),
            _ => return None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(number: u16, name: &str, flags: u16, records: &[&[u8]]) -> Vec<u8> {
        let asked = message(number, name).unwrap();
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.extend(flags.to_be_bytes());
        bytes.extend([0, 1, 0, records.len() as u8, 0, 0, 0, 0]);
        bytes.extend(&asked[12..asked.len() - 11]);
        for record in records {
            bytes.extend([0xC0, 12, 1, 1, 0, 1, 0, 0, 0, 60]);
            bytes.extend((record.len() as u16).to_be_bytes());
            bytes.extend(*record);
        }
        bytes
    }

    #[test]
    fn answers_are_read_and_foreign_ones_are_not() {
        let records: [&[u8]; 2] = [b"\0\x09issuewild;", b"\x80\x05issueletsencrypt.org"];
        let good = answer(7, "shop.example", 0x8180, &records);
        let record = |tag: &str, value: &str| CaaRecord { tag: tag.to_owned(), value: value.to_owned() };
        let wanted = vec![record("issue", "letsencrypt.org"), record("issuewild", ";")];
        assert_eq!(read(&good, 7, "shop.example"), Said::Records(wanted.clone()));
        assert_eq!(read(&good, 7, "SHOP.example"), Said::Records(wanted));
        assert_eq!(read(&good, 8, "shop.example"), Said::Odd);
        assert_eq!(read(&good, 7, "other.example"), Said::Odd);
        assert_eq!(read(&answer(7, "a.example", 0x8183, &[]), 7, "a.example"), Said::Records(vec![]));
        assert_eq!(read(&answer(7, "a.example", 0x8182, &[]), 7, "a.example"), Said::Failed(2));
        assert_eq!(read(&answer(7, "a.example", 0x8380, &[]), 7, "a.example"), Said::CutShort);
    }

    #[test]
    fn resolvers_are_read_from_the_usual_file() {
        let file = "# comment\nsearch example\nnameserver fe80::1%eth0\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n";
        assert_eq!(named_first(file), Some(SocketAddr::from(([192, 0, 2, 53], 53))));
        assert_eq!(named_first("options edns0"), None);
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_harm(body in proptest::collection::vec(any::<u8>(), 0..300), records in any::<u8>()) {
            let mut bytes = answer(7, "a.example", 0x8180, &[]);
            bytes[7] = records;
            bytes.extend(body);
            let _ = read(&bytes, 7, "a.example");
        }
    }
}
