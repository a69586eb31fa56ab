//! HTTP/1.1 on one connection, within bounds: how long a head may be, how much of a body is read.

use super::{Answer, Bounds, Failure, Outgoing};
use crate::site::NoAnswer;
use std::io::{ErrorKind, Read, Write};

/// Header fields that are kept of one answer.
const MOST_FIELDS: usize = 2_000;
/// Bytes of one value that are kept.
const LONGEST_VALUE: usize = 16 << 10;

/// What came in and was not used yet.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    at: usize,
    failed: bool,
}

/// Sends a request and reads its answer. The second part says whether the connection can be used again.
pub(super) fn exchange(
    wire: &mut (impl Read + Write),
    buffer: &mut Buffer,
    outgoing: &Outgoing<'_>,
    bounds: &Bounds,
) -> Result<(Answer, bool), Failure> {
    let mut head = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", outgoing.method, outgoing.target, outgoing.host);
    for (name, value) in &outgoing.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !outgoing.body.is_empty() || matches!(outgoing.method, "POST" | "PUT") {
        head.push_str(&format!("Content-Length: {}\r\n", outgoing.body.len()));
    }
    head.push_str("\r\n");
    let mut whole = head.into_bytes();
    whole.extend(outgoing.body);
    // A server that answers and closes before it has read everything has still answered.
    let sent = wire.write_all(&whole).and_then(|()| wire.flush());
    let mut answer = match read_head(wire, buffer, bounds) {
        Ok(answer) => answer,
        Err(failure) => {
            return Err(match sent {
                Err(error) if failure.no_answer == NoAnswer::Closed => Failure::of(&error),
                _ => failure,
            });
        }
    };
    let mut passed = 0;
    while (100..200).contains(&answer.status) && answer.status != 101 {
        passed += 1;
        if passed > 20 {
            return Err(Failure::new(NoAnswer::NotHttp, "more than 20 interim answers"));
        }
        answer = read_head(wire, buffer, bounds)?;
    }
    let has_body = outgoing.method != "HEAD" && !matches!(answer.status, 101 | 204 | 304);
    let mut reusable = !answer.says_close() && answer.version == "HTTP/1.1";
    if has_body && !outgoing.head_only {
        reusable &= read_body(wire, buffer, &mut answer, bounds);
    } else if has_body {
        answer.is_cut = true;
        reusable = false;
    }
    let reusable = reusable && answer.status != 101;
    Ok((answer, reusable))
}

impl Answer {
    fn value(&self, name: &str) -> Option<&str> {
        let field = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str())
    }

    fn says_close(&self) -> bool {
        self.value("connection").is_some_and(|value| value.to_ascii_lowercase().contains("close"))
    }
}

fn read_head(wire: &mut impl Read, buffer: &mut Buffer, bounds: &Bounds) -> Result<Answer, Failure> {
    let mut searched = 0;
    let end = loop {
        let bytes = &buffer.bytes[buffer.at..];
        // The shortest wrong beginning is told at once, before a flood of it is read.
        let start = &bytes[..bytes.len().min(5)];
        if !b"HTTP/".starts_with(start) && !start.is_empty() {
            return Err(Failure::new(NoAnswer::NotHttp, "the answer is not HTTP"));
        }
        if let Some((at, length)) = head_end(bytes, searched) {
            break buffer.at + at + length;
        }
        searched = bytes.len().saturating_sub(3);
        if bytes.len() > bounds.head {
            return Err(Failure::new(
                NoAnswer::NotHttp,
                format!("the headers are longer than {} bytes", bounds.head),
            ));
        }
        match buffer.fill(wire) {
            Ok(0) if buffer.bytes.len() == buffer.at => {
                return Err(Failure::new(NoAnswer::Closed, "the connection was closed without an answer"));
            }
            Ok(0) => {
                return Err(Failure::new(NoAnswer::Closed, "the connection was closed within the headers"));
            }
            Ok(_) => {}
            Err(error) => return Err(Failure::of(&error)),
        }
    };
    let head = buffer.bytes[buffer.at..end].to_vec();
    buffer.at = end;
    parse_head(&head).ok_or_else(|| Failure::new(NoAnswer::NotHttp, "the status line could not be read"))
}

/// Where the empty line after the headers begins, and how long the line ends are.
fn head_end(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let rest = &bytes[from..];
    rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').find_map(|(at, _)| match &rest[at + 1..] {
        [b'\r', b'\n', ..] => Some((from + at, 3)),
        [b'\n', ..] => Some((from + at, 2)),
        _ => None,
    })
}

fn parse_head(head: &[u8]) -> Option<Answer> {
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let status_line = text(lines.next()?);
    let mut words = status_line.splitn(3, ' ');
    let version = words.next()?.to_owned();
    let status: u16 = words.next()?.trim().parse().ok().filter(|status| (100..1000).contains(status))?;
    let mut answer = Answer { version, status, ..Answer::default() };
    for line in lines.take_while(|line| !line.is_empty()) {
        if answer.headers.len() >= MOST_FIELDS {
            answer
                .problems
                .push(format!("more than {MOST_FIELDS} header fields; the rest was not looked at"));
            break;
        }
        // A line that begins with a blank continues the one before.
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let Some((_, value)) = answer.headers.last_mut() {
                value.push(' ');
                value.push_str(text(line).trim());
                value.truncate(floor(value, LONGEST_VALUE));
            }
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (text(&line[..colon]), text(&line[colon + 1..]));
        let mut value = value.trim().to_owned();
        if value.len() > LONGEST_VALUE {
            value.truncate(floor(&value, LONGEST_VALUE));
            answer
                .problems
                .push(format!("a header is longer than {LONGEST_VALUE} bytes; the rest was not looked at"));
        }
        answer.headers.push((name.trim().to_owned(), value));
    }
    Some(answer)
}

/// Header bytes as text: UTF-8, else as Latin-1, which is what HTTP says they are.
pub(super) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

pub(super) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Reads the body; says whether all of it was read, so that the connection stands before the next answer.
fn read_body(wire: &mut impl Read, buffer: &mut Buffer, answer: &mut Answer, bounds: &Bounds) -> bool {
    let is_chunked =
        answer.value("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let length = answer
        .value("content-length")
        .map(|value| value.split(',').next().unwrap_or_default().trim().to_owned());
    let mut body = Vec::new();
    let complete = if is_chunked {
        chunks(wire, buffer, &mut body, bounds.body)
    } else if let Some(length) = length.and_then(|length| length.parse::<u64>().ok()) {
        let wanted = usize::try_from(length).unwrap_or(usize::MAX);
        take(wire, buffer, &mut body, wanted.min(bounds.body)) && wanted <= bounds.body
    } else {
        // Up to the end of the connection, which then is complete but cannot be used again.
        while body.len() < bounds.body && take(wire, buffer, &mut body, 1) {
            let more = (buffer.bytes.len() - buffer.at).min(bounds.body - body.len());
            take(wire, buffer, &mut body, more);
        }
        answer.is_cut = body.len() >= bounds.body || buffer.failed;
        answer.body = body;
        return false;
    };
    answer.is_cut = !complete;
    answer.body = body;
    complete
}

/// Moves `count` more bytes into `body`; says whether there were so many.
fn take(wire: &mut impl Read, buffer: &mut Buffer, body: &mut Vec<u8>, mut count: usize) -> bool {
    while count > 0 {
        if buffer.at == buffer.bytes.len() && !matches!(buffer.fill(wire), Ok(1..)) {
            return false;
        }
        let have = (buffer.bytes.len() - buffer.at).min(count);
        body.extend(&buffer.bytes[buffer.at..buffer.at + have]);
        buffer.at += have;
        count -= have;
    }
    true
}

fn chunks(wire: &mut impl Read, buffer: &mut Buffer, body: &mut Vec<u8>, most: usize) -> bool {
    loop {
        let Some(line) = line(wire, buffer) else { return false };
        let digits = line.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(digits, 16) else { return false };
        if size == 0 {
            // Trailers, and the empty line after them.
            for _ in 0..100 {
                match self::line(wire, buffer) {
                    Some(line) if line.is_empty() => return true,
                    Some(_) => {}
                    None => return false,
                }
            }
            return false;
        }
        let room = most.saturating_sub(body.len());
        if !take(wire, buffer, body, size.min(room)) || size > room {
            return false;
        }
        if self::line(wire, buffer).is_none_or(|line| !line.is_empty()) {
            return false;
        }
    }
}

fn line(wire: &mut impl Read, buffer: &mut Buffer) -> Option<String> {
    let mut line = Vec::new();
    while line.len() < 4096 {
        if !take(wire, buffer, &mut line, 1) {
            return None;
        }
        if line.last() == Some(&b'\n') {
            return Some(text(&line).trim_end().to_owned());
        }
    }
    None
}

impl Buffer {
    fn fill(&mut self, wire: &mut impl Read) -> std::io::Result<usize> {
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        let have = self.bytes.len();
        self.bytes.resize(have + 16_384, 0);
        let read = loop {
            match wire.read(&mut self.bytes[have..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A TLS peer that closes without a goodbye has still closed.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break Ok(0),
                other => break other,
            }
        };
        self.bytes.truncate(have + *read.as_ref().unwrap_or(&0));
        self.failed = read.is_err();
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    const BOUNDS: Bounds = Bounds { head: 4000, body: 1000 };

    fn answered(method: &str, bytes: &[u8]) -> Result<(Answer, bool), Failure> {
        struct Scripted<'a>(Cursor<&'a [u8]>);
        impl Read for Scripted<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let few = buffer.len().min(7);
                self.0.read(&mut buffer[..few])
            }
        }
        impl Write for Scripted<'_> {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let outgoing = Outgoing {
            method,
            target: "/",
            host: "shop.example",
            headers: Vec::new(),
            body: b"",
            head_only: false,
        };
        exchange(&mut Scripted(Cursor::new(bytes)), &mut Buffer::default(), &outgoing, &BOUNDS)
    }

    #[test]
    fn bodies_of_every_kind() {
        let cases: [(&[u8], &str, bool, bool); 7] = [
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", "abc", false, true),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "abc", true, false),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\n", "abc", false, true),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab", "ab", true, false),
            (b"HTTP/1.0 200 OK\n\nabc", "abc", false, false),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "", false, true),
            (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", "a", false, false),
        ];
        for (bytes, body, is_cut, reusable) in cases {
            let (answer, again) = answered("GET", bytes).unwrap_or_else(|failure| panic!("{failure:?}"));
            assert_eq!(
                (String::from_utf8_lossy(&answer.body).as_ref(), answer.is_cut, again),
                (body, is_cut, reusable),
                "{}",
                text(bytes)
            );
        }
        let (answer, again) = answered("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").unwrap();
        assert_eq!((answer.body.len(), again), (0, true));
    }

    #[test]
    fn floods_end_at_the_bounds() {
        let long = [b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &[b'a'; 9000]].concat();
        assert_eq!(answered("GET", &long).unwrap_err().no_answer, NoAnswer::NotHttp);
        let endless = [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'a'; 9000]].concat();
        let (answer, _) = answered("GET", &endless).unwrap();
        assert!(answer.is_cut && answer.body.len() == 1000);
        assert_eq!(answered("GET", b"SSH-2.0-OpenSSH_9.2\r\n").unwrap_err().no_answer, NoAnswer::NotHttp);
        assert_eq!(answered("GET", b"").unwrap_err().no_answer, NoAnswer::Closed);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = answered("GET", &bytes);
            let _ = answered("GET", &[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(), &bytes].concat());
        }
    }
}
