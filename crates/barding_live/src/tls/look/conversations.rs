//! What only a finished handshake up to TLS 1.2 can tell: tickets, resumption, renegotiation, and how the server takes
//! records that are not as they should be.

use super::reaction::Reaction;
use super::{Asker, Until, library};
use crate::tls::talk::{Conversation, Ticket, is_spoken};
use crate::tls::wire::hello::extension;
use crate::tls::wire::{ClientHello, End, content, random};
use crate::tls::{Answer, Endpoint, Protocol, Session, Suite, SuiteInfo};
use std::thread;
use std::time::Duration;

/// What was found out.
#[derive(Default)]
pub(super) struct Told {
    pub(super) session: Session,
    pub(super) ticketbleed: Answer,
    pub(super) cbc_oracle: Answer,
    /// The head of an HTTP answer, for servers that the library cannot talk to.
    pub(super) head: Option<String>,
}

pub(super) fn look(asker: &Asker<'_>, seen: &Endpoint, break_on_purpose: bool) -> Told {
    let mut told = Told::default();
    let Some(talk) = Talk::with(asker, seen) else {
        (told.ticketbleed, told.cbc_oracle) = (nothing_to_talk_in(seen), nothing_to_talk_in(seen));
        return told;
    };
    let is_old = seen.starttls.is_none() && !library::speaks(seen);
    thread::scope(|threads| {
        let oracle = threads.spawn(|| talk.cbc_oracle(seen, break_on_purpose));
        let head = threads.spawn(|| is_old.then(|| talk.http()).flatten());
        talk.sessions(&mut told, break_on_purpose);
        told.cbc_oracle = oracle.join().unwrap_or_else(|_| Answer::unknown("the question failed"));
        told.head = head.join().unwrap_or_default();
    });
    told
}

/// Whether a client may begin a new handshake inside a session.
pub(super) fn renegotiation(asker: &Asker<'_>, seen: &Endpoint) -> Answer {
    Talk::with(asker, seen).map_or_else(|| nothing_to_talk_in(seen), |talk| talk.renegotiation())
}

/// A server of TLS 1.3 alone has nothing of all this.
fn nothing_to_talk_in(seen: &Endpoint) -> Answer {
    let has_old = seen.protocols.iter().any(|one| one.protocol < Protocol::Tls13 && one.offered.is_yes());
    if seen.offers(Protocol::Tls13) && !has_old {
        return Answer::No;
    }
    Answer::unknown("no handshake with one of its suites could be led to its end")
}

/// The best protocol in which a conversation can be led, and its suites for that.
struct Talk<'a> {
    asker: &'a Asker<'a>,
    protocol: Protocol,
    suites: Vec<u16>,
}

impl<'a> Talk<'a> {
    fn with(asker: &'a Asker<'a>, seen: &Endpoint) -> Option<Self> {
        let mut clear: Vec<_> = seen
            .protocols
            .iter()
            .filter(|one| one.offered.is_yes() && (Protocol::Tls10..=Protocol::Tls12).contains(&one.protocol))
            .collect();
        clear.sort_by_key(|one| std::cmp::Reverse(one.protocol));
        let suites = |one: &crate::tls::ProtocolSeen| {
            let spoken = one.suites.iter().filter(|suite| suite.info().is_some_and(is_spoken));
            spoken.map(|suite| suite.0 as u16).collect::<Vec<u16>>()
        };
        let found = clear.into_iter().map(|one| (one.protocol, suites(one)));
        found
            .filter(|(_, suites)| !suites.is_empty())
            .map(|(protocol, suites)| Self { asker, protocol, suites })
            .next()
    }

    fn hello(&self, suites: Vec<u16>) -> ClientHello {
        // The signal of RFC 5746 in place of the extension: every server understands it.
        let suites = suites.into_iter().chain([0x00FF]).collect();
        ClientHello::new(self.protocol, self.asker.target.server_name(), suites)
    }

    fn begin(&self, hello: &ClientHello) -> Result<Conversation<'a>, End> {
        let connection = self.asker.connect().map_err(|_| End::Closed)?;
        Conversation::begin(connection, hello)
    }

    /// Ticket, lifetime, resumption by id and by ticket, and what comes back for a short id beside a ticket.
    fn sessions(&self, told: &mut Told, break_on_purpose: bool) {
        let hello = self.hello(self.suites.clone()).with(extension::TICKET, []);
        let conversation = match self.begin(&hello) {
            Ok(conversation) => conversation,
            Err(_) => {
                told.ticketbleed = Answer::unknown("the handshake did not come to its end");
                return;
            }
        };
        let ticket = conversation.ticket.clone();
        conversation.end();
        let without = self.begin(&self.hello(self.suites.clone()));
        if let Ok(conversation) = without {
            let id = conversation.session.clone();
            conversation.end();
            told.session.resumes_by_id = match id.is_empty() {
                true => Answer::No,
                false => self.echoes(&self.hello(self.suites.clone()), &id),
            };
        }
        match ticket {
            None => {
                told.session.resumes_by_ticket = Answer::No;
                told.ticketbleed = Answer::No;
            }
            Some(ticket) => {
                told.session.ticket_lifetime = Some(ticket.lifetime);
                told.session.resumes_by_ticket = self.echoes(&self.resuming(&ticket), &random::<32>());
                told.ticketbleed = if break_on_purpose {
                    self.ticketbleed(&ticket)
                } else {
                    Answer::unknown("it was left out")
                };
            }
        }
    }

    fn resuming(&self, ticket: &Ticket) -> ClientHello {
        self.hello(self.suites.clone()).with(extension::TICKET, ticket.bytes.clone())
    }

    /// A server that resumes repeats the session's id; one that begins anew makes another.
    fn echoes(&self, hello: &ClientHello, id: &[u8]) -> Answer {
        let hello = ClientHello { session: id.to_vec(), ..hello.clone() };
        match self.asker.ask(&hello, Until::Hello).hello {
            Some(answer) => (answer.session == id).into(),
            None => Answer::unknown("the server did not answer"),
        }
    }

    /// Eight bytes of id beside a ticket: a vulnerable server repeats them and twenty-four bytes of its memory.
    fn ticketbleed(&self, ticket: &Ticket) -> Answer {
        let id = random::<8>();
        let hello = ClientHello { session: id.to_vec(), ..self.resuming(ticket) };
        match self.asker.ask(&hello, Until::Hello).hello {
            Some(answer) => (answer.session.len() > id.len() && answer.session.starts_with(&id)).into(),
            None => Answer::unknown("the server did not answer a ticket beside a short id"),
        }
    }

    /// One new hello inside a session, never more: many would be an attack.
    fn renegotiation(&self) -> Answer {
        let first = self.hello(self.suites.clone());
        let Ok(mut conversation) = self.begin(&first) else {
            return Answer::unknown("the handshake did not come to its end");
        };
        let mut again = ClientHello::new(self.protocol, self.asker.target.server_name(), self.suites.clone());
        if conversation.is_secure {
            let said = [&[conversation.finished.len() as u8][..], &conversation.finished].concat();
            again = again.with(extension::RENEGOTIATION, said);
        }
        if conversation.say(content::HANDSHAKE, &again.to_message()).is_err() {
            return Answer::No;
        }
        conversation.hurry(Duration::from_secs(2));
        for _ in 0..8 {
            match conversation.hear() {
                Ok((content::HANDSHAKE, plain)) if plain.first() == Some(&2) => return Answer::Yes,
                // A request to begin anew crosses ours.
                Ok((content::HANDSHAKE, plain)) if plain.first() == Some(&0) => {}
                Ok((content::ALERT, _)) | Err(End::Closed | End::Silent) => return Answer::No,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        Answer::unknown("an answer that fits neither yes nor no")
    }

    /// Records of CBC that are wrong in different ways. A sound server reacts to all alike; one that accepts or tells
    /// apart what is wrong lets texts be guessed (POODLE for TLS, Zombie POODLE, GOLDENDOODLE, CVE-2016-2107).
    fn cbc_oracle(&self, seen: &Endpoint, break_on_purpose: bool) -> Answer {
        let is_cbc = |info: &SuiteInfo| info.mode == "CBC";
        let accepts_some = seen.suites().iter().any(|(suite, protocols)| {
            suite.info().is_some_and(is_cbc) && protocols.iter().any(|one| *one >= Protocol::Tls10)
        });
        if !accepts_some {
            return Answer::No;
        }
        let suites: Vec<u16> = self
            .suites
            .iter()
            .copied()
            .filter(|code| Suite((*code).into()).info().is_some_and(is_cbc))
            .collect();
        if suites.is_empty() {
            return Answer::unknown("its CBC suites are of a cipher that is not spoken here");
        }
        if !break_on_purpose {
            return Answer::unknown("it was left out");
        }
        let hello = self.hello(suites);
        let round = || -> Vec<Option<Reaction>> {
            thread::scope(|threads| {
                let started: Vec<_> =
                    Fault::ALL.iter().map(|fault| threads.spawn(|| self.reaction(&hello, *fault))).collect();
                started.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
            })
        };
        let first = round();
        let Some(first) = first.into_iter().collect::<Option<Vec<Reaction>>>() else {
            return Answer::unknown("a handshake with a CBC suite did not come to its end");
        };
        if first.iter().all(|reaction| *reaction == first[0]) {
            return Answer::No;
        }
        // Chance can tell two reactions apart once, hardly three times in the same way.
        for _ in 0..2 {
            if round().into_iter().collect::<Option<Vec<Reaction>>>() != Some(first.clone()) {
                return Answer::unknown("the server reacts differently each time");
            }
        }
        Answer::Yes
    }

    fn reaction(&self, hello: &ClientHello, fault: Fault) -> Option<Reaction> {
        let mut conversation = self.begin(hello).ok()?;
        let said = conversation
            .say_blocks(content::APPLICATION_DATA, fault.text(), |text, mac| fault.blocks(text, mac));
        if said.is_err() {
            return Some(Reaction::Closed);
        }
        conversation.hurry(Duration::from_secs(3));
        Some(Reaction::of(conversation.hear()))
    }

    /// The head of an answer over HTTP, where the library does not speak what the server speaks.
    fn http(&self) -> Option<String> {
        let mut conversation = self.begin(&self.hello(self.suites.clone())).ok()?;
        let head = library::request(self.asker, &mut conversation);
        conversation.end();
        head
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The padding is right, the MAC is not.
    Mac,
    /// The MAC is right, the padding's bytes are not all its length (POODLE for TLS).
    PaddingBytes,
    /// The padding claims to be longer than the record.
    PaddingLength,
    /// There is no text, and the MAC is wrong (CVE-2019-1559).
    Empty,
    /// Every byte is the same, and as padding longer than the record (CVE-2016-2107).
    Same,
}

impl Fault {
    const ALL: [Fault; 5] =
        [Fault::Mac, Fault::PaddingBytes, Fault::PaddingLength, Fault::Empty, Fault::Same];

    fn text(self) -> &'static [u8] {
        match self {
            Self::Empty => b"",
            // Whoever accepts it answers it.
            _ => b"GET / HTTP/1.0\r\n\r\n",
        }
    }

    /// Text, MAC and padding with the fault in it, in whole blocks.
    fn blocks(self, text: &[u8], mac: &[u8]) -> Vec<u8> {
        let mut blocks = [text, mac].concat();
        let end = blocks.len();
        // One block more than needed, so that there is padding to spoil.
        let padding = 31 - end % 16;
        blocks.resize(end + padding + 1, padding as u8);
        let last = blocks.len() - 1;
        match self {
            Self::Mac | Self::Empty => blocks[end - 1] ^= 0x55,
            Self::PaddingBytes => blocks[end..last].iter_mut().for_each(|byte| *byte ^= 0x2A),
            Self::PaddingLength => blocks[last] = 0xFF,
            Self::Same => blocks = vec![0x41; 32],
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_has_whole_blocks_and_its_own_fault() {
        let mac = [9; 20];
        let right = {
            let mut blocks = [Fault::Mac.text(), &mac].concat();
            let padding = 31 - blocks.len() % 16;
            blocks.resize(blocks.len() + padding + 1, padding as u8);
            blocks
        };
        for fault in Fault::ALL {
            let blocks = fault.blocks(fault.text(), &mac);
            assert!(blocks.len() % 16 == 0 && blocks.len() >= 32, "{fault:?}");
            assert_ne!(blocks, right, "{fault:?}");
        }
        let spoilt = Fault::PaddingBytes.blocks(Fault::PaddingBytes.text(), &mac);
        let end = Fault::PaddingBytes.text().len() + mac.len();
        assert_eq!(
            (&spoilt[..end], spoilt.last()),
            (&right[..end], right.last()),
            "text, MAC and length stay right"
        );
    }
}
