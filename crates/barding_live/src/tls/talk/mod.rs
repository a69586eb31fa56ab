//! A whole conversation up to TLS 1.2, led by our own hands.
//!
//! What comes in: a connection and a hello. What goes out: a [`Conversation`] that reads and writes, with the session's
//! id and ticket. A library would not send what the questions about renegotiation, tickets and paddings need to send, and
//! does not speak TLS 1.0. It keeps no secret worth keeping: no certificate is checked, nothing private is sent.

mod cipher;
mod exchange;
mod secrets;

use super::wire::flight::read_record;
use super::wire::hello::extension;
use super::wire::{Bytes, ClientHello, End, Flight, content, message, record, until_done};
use super::{Suite, SuiteInfo};
use crate::dial::Connection;
use cipher::Direction;
use secrets::Digest;
use std::io::{self, ErrorKind, Read, Write};

/// A handshake that was finished.
pub(crate) struct Conversation<'a> {
    connection: Connection<'a>,
    outward: Direction,
    inward: Direction,
    /// Application data that was read and not yet taken.
    pending: Vec<u8>,
    /// What our `Finished` held; secure renegotiation repeats it.
    pub(crate) finished: Vec<u8>,
    /// Whether the server binds a renegotiation to the handshake before (RFC 5746).
    pub(crate) is_secure: bool,
    /// The session's id, as the server gave it.
    pub(crate) session: Vec<u8>,
    pub(crate) ticket: Option<Ticket>,
    version: u16,
}

/// A session ticket of TLS 1.2 and before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// How many seconds it is good for, as the server hints.
    pub(crate) lifetime: u32,
    pub(crate) bytes: Vec<u8>,
}

/// Whether a conversation can be led with this suite.
pub(crate) fn is_spoken(info: &SuiteInfo) -> bool {
    matches!(info.key_exchange, "RSA" | "DHE" | "ECDHE")
        && matches!(info.authentication, "RSA" | "ECDSA" | "DSS")
        && !info.is_export()
        && cipher::Sort::of(info).is_some()
}

impl<'a> Conversation<'a> {
    /// Leads the handshake to its end. `Err` says how it ended before.
    pub(crate) fn begin(mut connection: Connection<'a>, hello: &ClientHello) -> Result<Self, End> {
        let mut hello = hello.clone();
        hello.groups = exchange::GROUPS.to_vec();
        let mut transcript = hello.to_message();
        connection.write_all(&hello.to_records()).map_err(|_| End::Closed)?;
        let flight = until_done(&mut connection);
        let answer = match &flight.hello {
            Some(answer) if flight.is_done && answer.is(hello.protocol) => answer.clone(),
            _ => return Err(flight.end),
        };
        let odd = End::Malformed("a key exchange that cannot be led to its end");
        let info = Suite(answer.suite.into()).info().filter(|info| is_spoken(info)).ok_or(odd.clone())?;
        let sort = cipher::Sort::of(info).ok_or(odd.clone())?;
        let protocol = hello.protocol;
        let (sent, premaster) = exchange::agree(protocol, info, &flight).ok_or(odd.clone())?;
        let digest = secrets::of_suite(protocol, info);
        let randoms = [hello.random, answer.random].concat();
        let master = secrets::derive(digest, &premaster, b"master secret", &randoms, 48);
        let randoms = [answer.random, hello.random].concat();
        let block = secrets::derive(digest, &master, b"key expansion", &randoms, sort.key_block(protocol));
        let (mut outward, mut inward) = cipher::directions(sort, protocol, &block).ok_or(odd)?;

        let mut ours = Vec::new();
        if flight.asks_certificate {
            ours.extend(message(11, &[0, 0, 0]));
        }
        ours.extend(message(16, &sent));
        transcript.extend(&flight.transcript);
        transcript.extend(&ours);
        let hash = secrets::transcript(digest, &transcript);
        let finished = secrets::derive(digest, &master, b"client finished", &hash, 12);
        let version = protocol.code();
        let mut records = record(content::HANDSHAKE, version, &ours);
        records.extend(record(content::CHANGE_CIPHER_SPEC, version, &[1]));
        let sealed = outward.seal(content::HANDSHAKE, &message(20, &finished));
        records.extend(record(content::HANDSHAKE, version, &sealed));
        connection.write_all(&records).map_err(|_| End::Closed)?;
        let ticket = conclude(&mut connection, &mut inward)?;
        Ok(Self {
            connection,
            outward,
            inward,
            pending: Vec::new(),
            finished,
            is_secure: answer.extension(extension::RENEGOTIATION).is_some(),
            session: answer.session,
            ticket,
            version,
        })
    }

    /// Sends one protected record.
    pub(crate) fn say(&mut self, sort: u8, plain: &[u8]) -> io::Result<()> {
        let sealed = self.outward.seal(sort, plain);
        self.connection.write_all(&record(sort, self.version, &sealed))
    }

    /// Sends one record of CBC blocks made by hand from a text and its MAC.
    pub(crate) fn say_blocks(
        &mut self,
        sort: u8,
        plain: &[u8],
        make: impl FnOnce(&[u8], &[u8]) -> Vec<u8>,
    ) -> io::Result<()> {
        let mac = self.outward.mac(sort, plain);
        let sealed = self.outward.seal_blocks(make(plain, &mac));
        self.connection.write_all(&record(sort, self.version, &sealed))
    }

    /// The next record, opened. `Err` says how the reading ended.
    pub(crate) fn hear(&mut self) -> Result<(u8, Vec<u8>), End> {
        let (sort, body) = read_record(&mut self.connection)?;
        let plain = self.inward.open(sort, &body).ok_or(End::Malformed("a record that cannot be opened"))?;
        Ok((sort, plain))
    }

    /// Says goodbye as one should: servers forget sessions that break off.
    pub(crate) fn end(mut self) {
        if self.say(content::ALERT, &[1, 0]).is_ok() {
            self.hurry(std::time::Duration::from_millis(500));
            let _ = self.hear();
        }
    }

    /// Gives what follows less time than the usual.
    pub(crate) fn hurry(&mut self, time: std::time::Duration) {
        self.connection.hurry(time);
    }
}

/// The server's ticket, if it gives one, its change of keys, and its `Finished`.
fn conclude(connection: &mut Connection<'_>, inward: &mut Direction) -> Result<Option<Ticket>, End> {
    let mut ticket = None;
    let mut clear = Vec::new();
    for _ in 0..20 {
        match read_record(connection)? {
            (content::HANDSHAKE, body) => {
                clear.extend(body);
                if clear.len() > 1 << 17 {
                    return Err(End::TooMuch);
                }
            }
            (content::CHANGE_CIPHER_SPEC, _) => {
                let mut messages = Bytes(&clear);
                while let (Some(sort), Some(body)) = (messages.u8(), messages.with_u24()) {
                    if sort == 4 {
                        ticket = read_ticket(body);
                    }
                }
                let (sort, body) = read_record(connection)?;
                let plain =
                    inward.open(sort, &body).ok_or(End::Malformed("a record that cannot be opened"))?;
                return match (sort, plain.first()) {
                    (content::HANDSHAKE, Some(20)) => Ok(ticket),
                    (content::ALERT, _) => Err(End::Alert(plain.get(1).copied().unwrap_or(0))),
                    _ => Err(End::Malformed("no end of the handshake")),
                };
            }
            (content::ALERT, body) => return Err(End::Alert(body.get(1).copied().unwrap_or(0))),
            _ => return Err(End::Malformed("a record of another kind than the handshake's")),
        }
    }
    Err(End::TooMuch)
}

fn read_ticket(body: &[u8]) -> Option<Ticket> {
    let mut bytes = Bytes(body);
    let lifetime = u32::from(bytes.u16()?) << 16 | u32::from(bytes.u16()?);
    let ticket = bytes.with_u16()?.to_vec();
    (!ticket.is_empty()).then_some(Ticket { lifetime, bytes: ticket })
}

impl Write for Conversation<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = &bytes[..bytes.len().min(1 << 14)];
        self.say(content::APPLICATION_DATA, part)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.connection.flush()
    }
}

impl Read for Conversation<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Empty records and those of the handshake bring no data; a server that sends nothing else is left.
        for _ in 0..50 {
            if !self.pending.is_empty() {
                let taken = buffer.len().min(self.pending.len());
                buffer[..taken].copy_from_slice(&self.pending[..taken]);
                self.pending.drain(..taken);
                return Ok(taken);
            }
            match self.hear() {
                Ok((content::APPLICATION_DATA, plain)) => self.pending = plain,
                Ok((content::ALERT, _)) | Err(End::Closed) => return Ok(0),
                Ok(_) => {}
                Err(End::Silent) => return Err(ErrorKind::TimedOut.into()),
                Err(_) => return Err(ErrorKind::InvalidData.into()),
            }
        }
        Err(ErrorKind::InvalidData.into())
    }
}

/// The digest that signs and derives in a suite.
fn digest_named(name: &str) -> Option<Digest> {
    match name {
        "SHA1" => Some(Digest::Sha1),
        "SHA256" => Some(Digest::Sha256),
        "SHA384" => Some(Digest::Sha384),
        _ => None,
    }
}

/// What the key exchange needs of a server's first flight.
fn leaf_of(flight: &Flight) -> Option<&[u8]> {
    flight.certificates.first().map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_that_can_be_spoken() {
        let is = |name: &str| is_spoken(Suite::try_from(name.to_owned()).unwrap().info().unwrap());
        assert!(is("TLS_RSA_WITH_AES_128_CBC_SHA") && is("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
        assert!(is("TLS_DHE_RSA_WITH_AES_256_CBC_SHA256") && is("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"));
        for not in [
            "TLS_RSA_WITH_RC4_128_SHA",
            "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
            "TLS_PSK_WITH_AES_128_CBC_SHA",
            "TLS_RSA_WITH_AES_128_CCM_8",
            "TLS_AES_128_GCM_SHA256",
        ] {
            assert!(!is(not), "{not}");
        }
    }

    #[test]
    fn tickets_are_read() {
        let ticket = read_ticket(&[0, 1, 0x51, 0x80, 0, 2, 7, 8]);
        assert_eq!(ticket, Some(Ticket { lifetime: 86_400, bytes: vec![7, 8] }));
        assert_eq!(read_ticket(&[0, 0, 0, 0, 0, 0]), None);
        assert_eq!(read_ticket(&[0, 0, 0, 0, 0, 9, 1]), None);
    }
}
