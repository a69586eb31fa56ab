//! SSL 2.0: another protocol altogether, asked for only to say that it must go.

use super::flight::End;
use super::random;
use crate::tls::{Suite, suites};
use std::io::{ErrorKind, Read};

/// What an SSL 2.0 server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer2 {
    /// It speaks SSL 2.0: its certificate and the ciphers it takes.
    Hello { certificate: Vec<u8>, suites: Vec<Suite> },
    /// It does not, and how it said so.
    Not(End),
}

/// The mark that keeps the numbers of SSL 2.0 apart.
const MARK: u32 = 0x0100_0000;

/// A hello that offers every cipher of SSL 2.0.
pub(crate) fn hello() -> Vec<u8> {
    let kinds: Vec<u8> = suites()
        .iter()
        .filter(|info| info.suite.0 & MARK != 0)
        .flat_map(|info| info.suite.0.to_be_bytes()[1..].to_vec())
        .collect();
    let mut body = vec![1, 0, 2];
    body.extend((kinds.len() as u16).to_be_bytes());
    body.extend([0, 0, 0, 16]);
    body.extend(kinds);
    body.extend(random::<16>());
    let mut bytes = (0x8000 | body.len() as u16).to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}

/// Reads the answer.
pub(crate) fn answer(from: &mut impl Read) -> Answer2 {
    let mut head = [0; 2];
    if let Err(end) = fill(from, &mut head) {
        return Answer2::Not(end);
    }
    let mut length = usize::from(u16::from_be_bytes(head) & 0x7FFF);
    if head[0] & 0x80 == 0 {
        // An alert of TLS starts with 21, 3; a record with padding has a third byte.
        if head[0] == 21 {
            return Answer2::Not(End::Alert(0));
        }
        length = usize::from(u16::from_be_bytes(head) & 0x3FFF) + 1;
    }
    if !(3..=16_384).contains(&length) {
        return Answer2::Not(End::Malformed("not SSL 2.0"));
    }
    let mut body = vec![0; length];
    if let Err(end) = fill(from, &mut body) {
        return Answer2::Not(end);
    }
    let body = if head[0] & 0x80 == 0 { &body[1..] } else { &body[..] };
    read_hello(body).unwrap_or(Answer2::Not(End::Malformed("not a hello of SSL 2.0")))
}

fn read_hello(body: &[u8]) -> Option<Answer2> {
    let mut bytes = super::Bytes(body);
    // SERVER-HELLO, session hit, certificate type, version, three lengths.
    if bytes.u8()? != 4 {
        return None;
    }
    bytes.take(2)?;
    if bytes.u16()? != 2 {
        return None;
    }
    let (certificate, kinds) = (bytes.u16()?, bytes.u16()?);
    bytes.u16()?;
    let certificate = bytes.take(certificate.into())?.to_vec();
    let kinds = bytes.take(kinds.into())?;
    let kind = |three: &[u8]| Suite(MARK | u32::from_be_bytes([0, three[0], three[1], three[2]]));
    Some(Answer2::Hello { certificate, suites: kinds.chunks_exact(3).map(kind).collect() })
}

fn fill(from: &mut impl Read, buffer: &mut [u8]) -> Result<(), End> {
    from.read_exact(buffer).map_err(|error| match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => End::Silent,
        ErrorKind::FileTooLarge => End::TooMuch,
        _ => End::Closed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hello_of_ssl_2_is_read() {
        let mut body = vec![4, 0, 1, 0, 2, 0, 3, 0, 6, 0, 2, 9, 9, 9];
        body.extend([0x07, 0x00, 0xC0, 0x01, 0x00, 0x80, 1, 2]);
        let mut bytes = (0x8000 | body.len() as u16).to_be_bytes().to_vec();
        bytes.extend(&body);
        let Answer2::Hello { certificate, suites } = answer(&mut bytes.as_slice()) else {
            panic!("no hello")
        };
        assert_eq!(certificate, [9, 9, 9]);
        let names: Vec<_> = suites.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["SSL_CK_DES_192_EDE3_CBC_WITH_MD5", "SSL_CK_RC4_128_WITH_MD5"]);
        assert_eq!(answer(&mut &[21, 3, 1, 0, 2, 2, 70][..]), Answer2::Not(End::Alert(0)));
        assert_eq!(answer(&mut &b"HTTP/1.1 400"[..]), Answer2::Not(End::Closed));
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = answer(&mut bytes.as_slice());
        }
    }
}
