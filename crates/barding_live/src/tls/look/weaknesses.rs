//! The weaknesses that only show when the protocol is broken on purpose.
//!
//! Each question is one that a sound server refuses, and none takes anything: what a vulnerable server hands out is
//! counted and thrown away. When the reaction fits neither a sound nor a vulnerable server, the answer is "could not tell".

use super::reaction::Reaction;
use super::{Asker, best_clear};
use crate::dial::Connection;
use crate::tls::wire::flight::read_record;
use crate::tls::wire::hello::extension;
use crate::tls::wire::{ClientHello, End, Flight, content, message, record, until_done};
use crate::tls::x509::natural::Natural;
use crate::tls::x509::rsa_key;
use crate::tls::{Answer, Endpoint, Protocol, Suite, Vulnerabilities};
use std::io::Write;
use std::time::Duration;

pub(super) fn look(asker: &Asker<'_>, seen: &Endpoint, break_on_purpose: bool) -> Vulnerabilities {
    let Some((protocol, suites)) = best_clear(seen) else {
        // None of these exists in TLS 1.3.
        let none = if seen.offers(Protocol::Tls13) { Answer::No } else { Answer::default() };
        return Vulnerabilities {
            heartbleed: none.clone(),
            ccs_injection: none.clone(),
            robot: none,
            ..Vulnerabilities::default()
        };
    };
    let ask = Questions { asker, protocol, suites: &suites, break_on_purpose };
    std::thread::scope(|threads| {
        let heartbleed = threads.spawn(|| ask.heartbleed());
        let ccs = threads.spawn(|| ask.ccs_injection());
        let robot = threads.spawn(|| ask.robot());
        let failed = || Answer::unknown("the question failed");
        Vulnerabilities {
            heartbleed: heartbleed.join().unwrap_or_else(|_| failed()),
            ccs_injection: ccs.join().unwrap_or_else(|_| failed()),
            robot: robot.join().unwrap_or_else(|_| failed()),
            ..Vulnerabilities::default()
        }
    })
}

struct Questions<'a> {
    asker: &'a Asker<'a>,
    protocol: Protocol,
    suites: &'a [u16],
    break_on_purpose: bool,
}

impl<'a> Questions<'a> {
    fn version(&self) -> u16 {
        self.protocol.code()
    }

    fn not_asked() -> Answer {
        Answer::unknown("it was left out")
    }

    /// A connection in the middle of the handshake: the server waits for our key.
    fn halfway(&self, hello: &ClientHello) -> Option<(Connection<'a>, Flight)> {
        let mut connection = self.asker.connect().ok()?;
        connection.write_all(&hello.to_records()).ok()?;
        let flight = until_done(&mut connection);
        (flight.is_done && flight.hello.as_ref().is_some_and(|answer| answer.is(self.protocol)))
            .then_some((connection, flight))
    }

    fn hello(&self, suites: Vec<u16>) -> ClientHello {
        ClientHello::new(self.protocol, self.asker.target.server_name(), suites)
    }

    /// The server agrees to heartbeats, and answers one that claims sixteen bytes and brings none.
    fn heartbleed(&self) -> Answer {
        if self.protocol == Protocol::Ssl3 {
            return Answer::No;
        }
        let hello = self.hello(self.suites.to_vec()).with(extension::HEARTBEAT, [1]);
        let Some((mut connection, flight)) = self.halfway(&hello) else {
            return Answer::unknown("a hello with heartbeats was not answered");
        };
        let agreed = flight.hello.is_some_and(|answer| answer.extension(extension::HEARTBEAT).is_some());
        if !agreed {
            return Answer::No;
        }
        if !self.break_on_purpose {
            return Self::not_asked();
        }
        // A request (1) that claims 16 bytes; a sound server drops it without a word.
        if connection.write_all(&record(content::HEARTBEAT, self.version(), &[1, 0, 16])).is_err() {
            return Answer::No;
        }
        connection.hurry(Duration::from_secs(2));
        match read_record(&mut connection) {
            Ok((content::HEARTBEAT, _)) => Answer::Yes,
            Ok((content::ALERT, _)) | Err(End::Closed | End::Silent) => Answer::No,
            _ => Answer::unknown("an answer that fits neither a sound nor a vulnerable server"),
        }
    }

    /// A change of keys before there are any: a sound server ends the connection at once.
    fn ccs_injection(&self) -> Answer {
        if !self.break_on_purpose {
            return Self::not_asked();
        }
        let Some((mut connection, _)) = self.halfway(&self.hello(self.suites.to_vec())) else {
            return Answer::unknown("the handshake did not come that far");
        };
        let change = record(content::CHANGE_CIPHER_SPEC, self.version(), &[1]);
        if connection.write_all(&change).is_err() {
            return Answer::No;
        }
        connection.hurry(Duration::from_millis(1500));
        match read_record(&mut connection) {
            // Unexpected message, or whatever else it calls it: it refused the first.
            Ok((content::ALERT, _)) | Err(End::Closed) => return Answer::No,
            Err(End::Silent) => {}
            _ => return Answer::unknown("an answer that fits neither a sound nor a vulnerable server"),
        }
        // It took the first without a word. Was it patience, or does it now wait for encrypted records?
        let Some((mut connection, _)) = self.halfway(&self.hello(self.suites.to_vec())) else {
            return Answer::unknown("the handshake did not come that far a second time");
        };
        if connection.write_all(&change).and_then(|()| connection.write_all(&change)).is_err() {
            return Answer::unknown("the server was silent at first and closed the connection then");
        }
        connection.hurry(Duration::from_millis(1500));
        match read_record(&mut connection) {
            Ok((content::ALERT, body)) if matches!(body.get(1), Some(20 | 21)) => Answer::Yes,
            Ok((content::ALERT, _)) | Err(End::Closed) => Answer::No,
            _ => Answer::unknown("the server said nothing at all"),
        }
    }

    /// Key exchanges whose RSA padding is wrong in different ways; a sound server reacts to all alike.
    fn robot(&self) -> Answer {
        let of_rsa: Vec<u16> = self
            .suites
            .iter()
            .copied()
            .filter(|code| {
                Suite((*code).into()).info().is_some_and(|info| {
                    info.key_exchange == "RSA" && !info.is_export() && info.authentication == "RSA"
                })
            })
            .collect();
        if of_rsa.is_empty() {
            return Answer::No;
        }
        if !self.break_on_purpose {
            return Self::not_asked();
        }
        let mut reactions = Vec::new();
        for fault in Fault::ALL {
            match self.reaction(&of_rsa, fault) {
                Some(reaction) => reactions.push(reaction),
                None => return Answer::unknown("a handshake with an RSA key exchange did not come that far"),
            }
        }
        if reactions.iter().all(|reaction| *reaction == reactions[0]) {
            return Answer::No;
        }
        // Chance can tell two reactions apart once, hardly twice in the same way.
        let again: Vec<_> = Fault::ALL.iter().map(|fault| self.reaction(&of_rsa, *fault)).collect();
        let same = again.iter().zip(&reactions).all(|(second, first)| second.as_ref() == Some(first));
        if same { Answer::Yes } else { Answer::unknown("the server reacts differently each time") }
    }

    fn reaction(&self, suites: &[u16], fault: Fault) -> Option<Reaction> {
        let (mut connection, flight) = self.halfway(&self.hello(suites.to_vec()))?;
        let (modulus, exponent) = rsa_key(flight.certificates.first()?)?;
        let length = modulus.len();
        if !(64..=1024).contains(&length) {
            return None;
        }
        let block = Natural::from_bytes(&fault.block(length, self.version()));
        let encrypted =
            block.power(&Natural::from_bytes(&exponent), &Natural::from_bytes(&modulus)).to_bytes(length);
        let mut exchange = Vec::new();
        if self.protocol > Protocol::Ssl3 {
            exchange.extend((length as u16).to_be_bytes());
        }
        exchange.extend(encrypted);
        let mut records = record(content::HANDSHAKE, self.version(), &message(16, &exchange));
        records.extend(record(content::CHANGE_CIPHER_SPEC, self.version(), &[1]));
        // A Finished that cannot be right, as long as most ciphers make it.
        records.extend(record(content::HANDSHAKE, self.version(), &[0x5A; 64]));
        if connection.write_all(&records).is_err() {
            return Some(Reaction::Closed);
        }
        connection.hurry(Duration::from_secs(3));
        Some(Reaction::of(read_record(&mut connection)))
    }
}

/// What is wrong with the padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing; only the Finished that follows is wrong.
    None,
    /// It does not start as it must.
    Start,
    /// The zero that ends the padding stands in the wrong place.
    Zero,
    /// There is no such zero.
    NoZero,
    /// The secret has another version in it.
    Version,
}

impl Fault {
    const ALL: [Fault; 5] = [Fault::None, Fault::Start, Fault::Zero, Fault::NoZero, Fault::Version];

    /// The block to encrypt: 0, 2, padding without zeros, 0, and 48 bytes of secret that start with the version.
    fn block(self, length: usize, version: u16) -> Vec<u8> {
        let mut block = vec![0, 2];
        block.resize(length - 49, 0x5A);
        block.push(0);
        block.extend(version.to_be_bytes());
        block.resize(length, 0x33);
        match self {
            Self::None => {}
            Self::Start => block[1] = 0x17,
            Self::Zero => {
                block[length - 49] = 0x11;
                block[length - 20] = 0;
            }
            Self::NoZero => block[length - 49] = 0x11,
            Self::Version => block[length - 48..length - 46].copy_from_slice(&[2, 2]),
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_differs_from_the_right_block_in_its_own_way() {
        let right = Fault::None.block(256, 0x0303);
        assert_eq!(
            (right.len(), &right[..2], right[207], &right[208..210]),
            (256, &[0, 2][..], 0, &[3, 3][..])
        );
        assert!(right[2..207].iter().all(|byte| *byte != 0));
        for fault in &Fault::ALL[1..] {
            let block = fault.block(256, 0x0303);
            assert_eq!(block.len(), 256);
            assert_ne!(block, right, "{fault:?}");
        }
        assert!(Fault::NoZero.block(256, 0x0303)[2..].iter().all(|byte| *byte != 0));
    }
}
