//! Reads what a server answers to a hello.

use super::hello::extension;
use super::{Bytes, content};
use crate::tls::Protocol;
use std::io::{ErrorKind, Read};

/// Everything a server said in the clear, and how it ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight {
    pub(crate) hello: Option<ServerHello>,
    /// The certificates as sent, in DER.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// A stapled OCSP response.
    pub(crate) staple: Option<Vec<u8>>,
    pub(crate) key_exchange: Option<KeyExchange>,
    pub(crate) scheme: Option<u16>,
    pub(crate) asks_certificate: bool,
    /// The message that ends a server's first flight has come.
    pub(crate) is_done: bool,
    pub(crate) end: End,
    /// The messages as sent, for those who go on with the handshake.
    pub(crate) transcript: Vec<u8>,
}

/// How a flight ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// What we waited for has come.
    #[default]
    Enough,
    /// An alert: its number.
    Alert(u8),
    /// The connection was closed or reset.
    Closed,
    /// Nothing came in time.
    Silent,
    /// It sent more than anyone should.
    TooMuch,
    /// It is not TLS, or not as it should be.
    Malformed(&'static str),
}

/// A server's hello.
#[derive(Clone, Debug)]
pub(crate) struct ServerHello {
    /// The version agreed upon, as a number.
    pub(crate) version: u16,
    pub(crate) random: [u8; 32],
    /// The session's id.
    pub(crate) session: Vec<u8>,
    pub(crate) suite: u16,
    pub(crate) compression: u8,
    pub(crate) extensions: Vec<(u16, Vec<u8>)>,
    /// Whether it asks for another hello, with a share for the group it names.
    pub(crate) is_retry: bool,
}

/// What a server sent to agree on a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyExchange {
    /// Finite-field Diffie-Hellman: prime, generator and public value.
    Dh { prime: Vec<u8>, generator: Vec<u8>, value: Vec<u8> },
    /// A named curve: its number and the public value.
    Curve { group: u16, value: Vec<u8> },
    /// An RSA key of its own, as export suites have it: the modulus.
    Rsa { modulus: Vec<u8> },
    /// Another kind.
    Other,
}

impl ServerHello {
    pub(crate) fn extension(&self, number: u16) -> Option<&[u8]> {
        self.extensions.iter().find(|(have, _)| *have == number).map(|(_, body)| body.as_slice())
    }

    /// The group of the key share in TLS 1.3.
    pub(crate) fn group(&self) -> Option<u16> {
        Bytes(self.extension(extension::KEY_SHARE)?).u16()
    }

    pub(crate) fn is(&self, protocol: Protocol) -> bool {
        self.version == protocol.code()
    }
}

/// The hash that marks a hello as a request for another.
const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2,
    0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

impl Flight {
    /// The scheme the key exchange of TLS 1.2 is signed with.
    pub(crate) fn signature_scheme(&self) -> Option<u16> {
        self.scheme
    }
}

/// Reads until the server's hello is there.
pub(crate) fn until_hello(from: &mut impl Read) -> Flight {
    read(from, false)
}

/// Reads the whole first flight, up to TLS 1.2. In TLS 1.3 all after the hello is encrypted, so it ends there.
pub(crate) fn until_done(from: &mut impl Read) -> Flight {
    read(from, true)
}

/// A single message may have this many bytes; ten thousand host names fit.
const LONGEST_MESSAGE: usize = 1 << 20;
/// More messages than this no server sends in its first flight.
const MOST_MESSAGES: usize = 32;

fn read(from: &mut impl Read, to_the_end: bool) -> Flight {
    let mut flight = Flight::default();
    let mut pending: Vec<u8> = Vec::new();
    let mut messages = 0;
    let mut empty_records = 0;
    loop {
        let (sort, body) = match read_record(from) {
            Ok(record) => record,
            Err(end) => {
                flight.end = end;
                return flight;
            }
        };
        match sort {
            content::HANDSHAKE => {}
            content::ALERT => {
                // A warning such as "I do not know this name" does not end the handshake.
                if body.first() == Some(&1) && body.get(1) != Some(&0) && empty_records < 8 {
                    empty_records += 1;
                    continue;
                }
                flight.end = body
                    .get(1)
                    .map_or(End::Malformed("an alert without a number"), |alert| End::Alert(*alert));
                return flight;
            }
            // Servers send these for old middle boxes.
            content::CHANGE_CIPHER_SPEC if empty_records < 8 => {
                empty_records += 1;
                continue;
            }
            _ => {
                flight.end = End::Malformed("a record of another kind than the handshake's");
                return flight;
            }
        }
        if body.is_empty() {
            empty_records += 1;
            if empty_records > 8 {
                flight.end = End::Malformed("empty records without end");
                return flight;
            }
        }
        pending.extend(&body);
        loop {
            let mut bytes = Bytes(&pending);
            let (Some(sort), Some(length)) = (bytes.u8(), bytes.u24()) else { break };
            if length > LONGEST_MESSAGE {
                flight.end = End::TooMuch;
                return flight;
            }
            let Some(message) = bytes.take(length) else { break };
            messages += 1;
            if messages > MOST_MESSAGES {
                flight.end = End::TooMuch;
                return flight;
            }
            let step = take_message(&mut flight, sort, message);
            flight.transcript.extend(&pending[..4 + length]);
            pending.drain(..4 + length);
            if let Err(what) = step {
                flight.end = End::Malformed(what);
                return flight;
            }
            let hello_is_all = flight.hello.as_ref().is_some_and(|hello| {
                !to_the_end || hello.is_retry || hello.version >= Protocol::Tls13.code()
            });
            if flight.is_done || hello_is_all {
                flight.end = End::Enough;
                return flight;
            }
        }
    }
}

/// One record. `Err` says how the reading ended.
pub(crate) fn read_record(from: &mut impl Read) -> Result<(u8, Vec<u8>), End> {
    let mut head = [0; 5];
    fill(from, &mut head)?;
    // Anything that is not TLS shows in the first bytes: "HTTP/1.1 400", "220 mail", "-ERR".
    if !(20..=24).contains(&head[0]) || head[1] != 3 {
        return Err(End::Malformed("the answer is not TLS"));
    }
    let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
    if length > (1 << 14) + 2048 {
        return Err(End::Malformed("a record longer than TLS allows"));
    }
    let mut body = vec![0; length];
    fill(from, &mut body)?;
    Ok((head[0], body))
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> Result<(), End> {
    from.read_exact(buffer).map_err(|error| match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => End::Silent,
        ErrorKind::FileTooLarge => End::TooMuch,
        _ => End::Closed,
    })
}

fn take_message(flight: &mut Flight, sort: u8, body: &[u8]) -> Result<(), &'static str> {
    if flight.hello.is_none() && !matches!(sort, 0 | 2) {
        return Err("another message came before the server's hello");
    }
    match sort {
        2 if flight.hello.is_some() => return Err("a second hello"),
        2 => flight.hello = Some(server_hello(body).ok_or("the server's hello cannot be read")?),
        11 => flight.certificates = certificates(body).ok_or("the certificates cannot be read")?,
        12 => {
            let suite = flight.hello.as_ref().map_or(0, |hello| hello.suite);
            let mut bytes = Bytes(body);
            flight.key_exchange = Some(key_exchange(suite, &mut bytes).unwrap_or(KeyExchange::Other));
            // Up to TLS 1.1 the signature follows without naming its scheme.
            if flight.hello.as_ref().is_some_and(|hello| hello.is(Protocol::Tls12)) {
                flight.scheme = bytes.u16();
            }
        }
        13 => flight.asks_certificate = true,
        14 => flight.is_done = true,
        22 => {
            let mut bytes = Bytes(body);
            if bytes.u8() == Some(1) {
                flight.staple = bytes.with_u24().map(<[u8]>::to_vec);
            }
        }
        _ => {}
    }
    Ok(())
}

fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let mut bytes = Bytes(body);
    let mut version = bytes.u16()?;
    let random: [u8; 32] = bytes.take(32)?.try_into().ok()?;
    let session = bytes.with_u8().filter(|session| session.len() <= 32)?.to_vec();
    let suite = bytes.u16()?;
    let compression = bytes.u8()?;
    let mut extensions = Vec::new();
    if !bytes.is_empty() {
        let mut list = Bytes(bytes.with_u16()?);
        while !list.is_empty() && extensions.len() < 64 {
            extensions.push((list.u16()?, list.with_u16()?.to_vec()));
        }
    }
    if let Some((_, chosen)) = extensions.iter().find(|(number, _)| *number == extension::VERSIONS) {
        version = Bytes(chosen).u16()?;
    }
    Some(ServerHello { version, random, session, suite, compression, extensions, is_retry: random == RETRY })
}

fn certificates(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut list = Bytes(Bytes(body).with_u24()?);
    let mut found = Vec::new();
    while !list.is_empty() && found.len() < 100 {
        found.push(list.with_u24()?.to_vec());
    }
    Some(found)
}

fn key_exchange(suite: u16, bytes: &mut Bytes<'_>) -> Option<KeyExchange> {
    let info = crate::tls::Suite(suite.into()).info()?;
    if info.authentication.contains("PSK") {
        bytes.with_u16()?;
    }
    Some(match info.key_exchange {
        "DHE" => {
            let prime = trimmed(bytes.with_u16()?);
            let generator = bytes.with_u16()?.to_vec();
            KeyExchange::Dh { prime, generator, value: bytes.with_u16()?.to_vec() }
        }
        "ECDHE" if bytes.u8()? == 3 => {
            KeyExchange::Curve { group: bytes.u16()?, value: bytes.with_u8()?.to_vec() }
        }
        "RSA" => {
            let modulus = trimmed(bytes.with_u16()?);
            bytes.with_u16()?;
            KeyExchange::Rsa { modulus }
        }
        _ => KeyExchange::Other,
    })
}

fn trimmed(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{message, record};
    use super::*;
    use proptest::prelude::*;

    fn hello(version: u16, suite: u16, extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.push(0);
        body.extend(suite.to_be_bytes());
        body.push(0);
        if !extensions.is_empty() {
            body.extend((extensions.len() as u16).to_be_bytes());
            body.extend(extensions);
        }
        message(2, &body)
    }

    #[test]
    fn a_flight_in_one_record_or_in_records_of_one_byte_is_the_same() {
        let certificate = [0u8, 0, 6, 0, 0, 3, 1, 2, 3];
        let key = [0u8, 1, 23, 0, 1, 2, 0, 1, 9];
        let all =
            [hello(0x0303, 0x0033, &[]), message(11, &certificate), message(12, &key), message(14, &[])]
                .concat();
        let whole = record(content::HANDSHAKE, 0x0303, &all);
        let crumbs: Vec<u8> =
            all.iter().flat_map(|byte| record(content::HANDSHAKE, 0x0303, &[*byte])).collect();
        for bytes in [whole, crumbs] {
            let flight = until_done(&mut bytes.as_slice());
            assert_eq!(flight.end, End::Enough);
            assert!(flight.is_done);
            assert_eq!(flight.certificates, [vec![1, 2, 3]]);
            assert_eq!(
                flight.key_exchange,
                Some(KeyExchange::Dh { prime: vec![23], generator: vec![2], value: vec![9] })
            );
            assert_eq!(flight.transcript, all);
        }
    }

    #[test]
    fn what_is_not_tls_is_said_to_be_so() {
        for answer in
            [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"220 mail ESMTP\r\n", b"-ERR unknown command\r\n"]
        {
            assert_eq!(until_hello(&mut &*answer).end, End::Malformed("the answer is not TLS"));
        }
        assert_eq!(until_hello(&mut &b""[..]).end, End::Closed);
        assert_eq!(until_hello(&mut &[21, 3, 1, 0, 2, 2, 40][..]).end, End::Alert(40));
        assert_eq!(
            until_hello(&mut &[22, 3, 1, 0xFF, 0xFF][..]).end,
            End::Malformed("a record longer than TLS allows")
        );
        let endless = [22u8, 3, 3, 0, 0].repeat(100);
        assert_eq!(until_hello(&mut endless.as_slice()).end, End::Malformed("empty records without end"));
        let huge = record(content::HANDSHAKE, 0x0303, &[2, 0xFF, 0xFF, 0xFF, 0]);
        assert_eq!(until_hello(&mut huge.as_slice()).end, End::TooMuch);
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = until_done(&mut bytes.as_slice());
        }

        #[test]
        fn any_message_in_a_proper_record_is_read_without_harm(
            sort in 0u8..25,
            bytes in proptest::collection::vec(any::<u8>(), 0..600),
            suite in any::<u16>(),
        ) {
            let all = [hello(0x0303, suite, &[]), message(sort, &bytes), message(14, &[])].concat();
            let _ = until_done(&mut record(content::HANDSHAKE, 0x0303, &all).as_slice());
            let _ = (server_hello(&bytes), certificates(&bytes), key_exchange(suite, &mut Bytes(&bytes)));
        }
    }
}
