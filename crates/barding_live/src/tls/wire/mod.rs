//! TLS on the wire, in the clear: our own hello, and what a server answers to it.
//!
//! What comes in: what to offer. What goes out: a [`Flight`], everything the server said until it asked for our key. No
//! key is ever exchanged, so every protocol, suite and group can be asked for, also those that no library speaks any more.
//! Every length is checked, every message is bounded.

pub(crate) mod flight;
pub(crate) mod hello;
pub(crate) mod ssl2;
pub(crate) mod starttls;

pub(crate) use flight::{End, Flight, KeyExchange, ServerHello, until_done, until_hello};
pub(crate) use hello::ClientHello;

/// A record's content type.
pub(crate) mod content {
    pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const APPLICATION_DATA: u8 = 23;
    pub(crate) const HEARTBEAT: u8 = 24;
}

/// A record.
pub(crate) fn record(content: u8, version: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![content];
    bytes.extend(version.to_be_bytes());
    bytes.extend((body.len() as u16).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// A handshake message.
pub(crate) fn message(sort: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![sort];
    bytes.extend(&(body.len() as u32).to_be_bytes()[1..]);
    bytes.extend(body);
    bytes
}

/// The alert that says goodbye without blame: `user_canceled` is for a client that gives up.
pub(crate) fn goodbye(version: u16) -> Vec<u8> {
    record(content::ALERT, version, &[2, 90])
}

/// Bytes that need not be secret, only different each time.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without the system's randomness fixed bytes do as well: nothing is ever encrypted with them.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    bytes
}

/// Reads numbers and lengths off a message; every step may find the message too short.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.0.get(..length)?;
        self.0 = &self.0[length..];
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    pub(crate) fn u24(&mut self) -> Option<usize> {
        self.take(3)
            .map(|bytes| usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2]))
    }

    pub(crate) fn with_u8(&mut self) -> Option<&'a [u8]> {
        let length = self.u8()?;
        self.take(length.into())
    }

    pub(crate) fn with_u16(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(length.into())
    }

    pub(crate) fn with_u24(&mut self) -> Option<&'a [u8]> {
        let length = self.u24()?;
        self.take(length)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
