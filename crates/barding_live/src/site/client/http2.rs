//! HTTP/2 on one connection, one request at a time, within bounds. What the standard forbids ends the connection.

use super::hpack::{Decoder, encode};
use super::{Answer, Bounds, Failure, Outgoing, http1};
use crate::site::NoAnswer;
use std::io::{Read, Write};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;

/// The largest frame the standard lets a server send to us.
const FRAME: usize = 16_384;
/// Frames that one answer may take; floods of tiny ones end here.
const MOST_FRAMES: usize = 20_000;
/// What a server may send before it hears from us.
const WINDOW: u32 = 1 << 22;

/// What is remembered of a connection between requests.
#[derive(Debug)]
pub(super) struct Session {
    decoder: Decoder,
    next: u32,
    has_begun: bool,
}

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    body: Vec<u8>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self { decoder: Decoder::new(), next: 1, has_begun: false }
    }

    /// Sends a request and reads its answer. The second part says whether the connection can be used again.
    pub(super) fn exchange(
        &mut self,
        wire: &mut (impl Read + Write),
        outgoing: &Outgoing<'_>,
        bounds: &Bounds,
    ) -> Result<(Answer, bool), Failure> {
        let stream = self.next;
        self.next += 2;
        let mut bytes = Vec::new();
        if !self.has_begun {
            self.has_begun = true;
            bytes.extend(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            // No pushes, and room for whole pages.
            let mut settings = vec![0, 2, 0, 0, 0, 0, 0, 4];
            settings.extend(WINDOW.to_be_bytes());
            put(&mut bytes, SETTINGS, 0, 0, &settings);
            put(&mut bytes, WINDOW_UPDATE, 0, 0, &WINDOW.to_be_bytes());
        }
        request(&mut bytes, stream, outgoing);
        wire.write_all(&bytes).and_then(|()| wire.flush()).map_err(|error| Failure::of(&error))?;
        self.answer(wire, stream, outgoing, bounds)
    }

    fn answer(
        &mut self,
        wire: &mut (impl Read + Write),
        stream: u32,
        outgoing: &Outgoing<'_>,
        bounds: &Bounds,
    ) -> Result<(Answer, bool), Failure> {
        let mut answer = Answer { version: "HTTP/2".to_owned(), ..Answer::default() };
        let mut reusable = true;
        for _ in 0..MOST_FRAMES {
            let frame = match read(wire) {
                Ok(frame) => frame,
                // The head is an answer, whatever became of the rest.
                Err(_) if answer.status != 0 => {
                    answer.is_cut = true;
                    return Ok((answer, false));
                }
                Err(failure) => return Err(failure),
            };
            match frame.kind {
                HEADERS => {
                    let (flags, of) = (frame.flags, frame.stream);
                    let block = self.block(wire, frame, bounds)?;
                    let list =
                        self.decoder.decode(&block).ok_or_else(|| broken("the headers could not be read"))?;
                    if of != stream {
                        return Err(broken("headers for a request that was not made"));
                    }
                    if answer.status == 0 {
                        fields(&mut answer, list)?;
                        if answer.status < 200 {
                            answer = Answer { version: answer.version, ..Answer::default() };
                            continue;
                        }
                        if outgoing.head_only {
                            answer.is_cut = true;
                            return Ok((answer, false));
                        }
                    }
                    if flags & END_STREAM != 0 {
                        return Ok((answer, reusable));
                    }
                }
                DATA if frame.stream == stream => {
                    let ended = frame.flags & END_STREAM != 0;
                    let length = frame.body.len() as u32;
                    let data = unpadded(&frame).ok_or_else(|| broken("a frame is padded beyond its end"))?;
                    let room = bounds.body.saturating_sub(answer.body.len());
                    answer.body.extend(&data[..data.len().min(room)]);
                    if data.len() > room || room == 0 && !ended {
                        answer.is_cut = true;
                        return Ok((answer, false));
                    }
                    if ended {
                        return Ok((answer, reusable));
                    }
                    if length > 0 {
                        let mut bytes = Vec::new();
                        put(&mut bytes, WINDOW_UPDATE, 0, 0, &length.to_be_bytes());
                        put(&mut bytes, WINDOW_UPDATE, 0, stream, &length.to_be_bytes());
                        let _ = wire.write_all(&bytes);
                    }
                }
                RST_STREAM if frame.stream == stream => {
                    if answer.status == 0 {
                        return Err(Failure::new(
                            NoAnswer::Closed,
                            "the server took the request back (RST_STREAM)",
                        ));
                    }
                    answer.is_cut = true;
                    return Ok((answer, false));
                }
                SETTINGS if frame.flags & 1 == 0 => {
                    let mut bytes = Vec::new();
                    put(&mut bytes, SETTINGS, 1, 0, &[]);
                    let _ = wire.write_all(&bytes);
                }
                PING if frame.flags & 1 == 0 => {
                    let mut bytes = Vec::new();
                    put(&mut bytes, PING, 1, 0, &frame.body[..frame.body.len().min(8)]);
                    let _ = wire.write_all(&bytes);
                }
                GOAWAY => {
                    reusable = false;
                    let last = frame
                        .body
                        .get(..4)
                        .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
                    if last.is_none_or(|last| last & 0x7FFF_FFFF < stream) && answer.status == 0 {
                        return Err(Failure::new(
                            NoAnswer::Closed,
                            "the server ended the connection (GOAWAY)",
                        ));
                    }
                }
                PUSH_PROMISE => return Err(broken("a push, which was forbidden")),
                CONTINUATION => return Err(broken("a continuation of nothing")),
                _ => {}
            }
        }
        Err(broken("more frames than an answer needs"))
    }

    /// The header block of a HEADERS frame with its continuations.
    fn block(&self, wire: &mut impl Read, frame: Frame, bounds: &Bounds) -> Result<Vec<u8>, Failure> {
        let stream = frame.stream;
        let mut done = frame.flags & END_HEADERS != 0;
        let mut block = unpadded(&frame).ok_or_else(|| broken("a frame is padded beyond its end"))?.to_vec();
        if frame.flags & PRIORITY != 0 {
            if block.len() < 5 {
                return Err(broken("a priority without its bytes"));
            }
            block.drain(..5);
        }
        while !done {
            let frame = read(wire)?;
            if frame.kind != CONTINUATION || frame.stream != stream || frame.body.is_empty() {
                return Err(broken("headers that do not continue"));
            }
            done = frame.flags & END_HEADERS != 0;
            block.extend(frame.body);
            if block.len() > bounds.head {
                return Err(broken(format!("the headers are longer than {} bytes", bounds.head)));
            }
        }
        Ok(block)
    }
}

fn request(bytes: &mut Vec<u8>, stream: u32, outgoing: &Outgoing<'_>) {
    let mut block = Vec::new();
    encode(&mut block, ":method", outgoing.method);
    encode(&mut block, ":scheme", "https");
    encode(&mut block, ":authority", outgoing.host);
    encode(&mut block, ":path", outgoing.target);
    for (name, value) in &outgoing.headers {
        let name = name.to_ascii_lowercase();
        if !matches!(name.as_str(), "connection" | "host" | "transfer-encoding" | "upgrade" | "keep-alive") {
            encode(&mut block, &name, value);
        }
    }
    if !outgoing.body.is_empty() || outgoing.method == "POST" {
        encode(&mut block, "content-length", &outgoing.body.len().to_string());
    }
    let ends = if outgoing.body.is_empty() { END_STREAM } else { 0 };
    let mut parts = block.chunks(FRAME).peekable();
    let mut kind = HEADERS;
    while let Some(part) = parts.next() {
        let last = if parts.peek().is_none() { END_HEADERS } else { 0 };
        put(bytes, kind, last | if kind == HEADERS { ends } else { 0 }, stream, part);
        kind = CONTINUATION;
    }
    // Our bodies are far smaller than the window every server has to give.
    let mut parts = outgoing.body.chunks(FRAME).peekable();
    while let Some(part) = parts.next() {
        put(bytes, DATA, if parts.peek().is_none() { END_STREAM } else { 0 }, stream, part);
    }
}

fn fields(answer: &mut Answer, list: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), Failure> {
    for (name, value) in list {
        let (name, mut value) = (http1::text(&name), http1::text(&value));
        if name == ":status" {
            answer.status = value.parse().map_err(|_| broken("a status that is no number"))?;
        } else if answer.headers.len() >= 2_000 {
            answer.problems.push("more than 2000 header fields; the rest was not looked at".to_owned());
            break;
        } else {
            value.truncate(http1::floor(&value, 16 << 10));
            answer.headers.push((name, value));
        }
    }
    if (100..1000).contains(&answer.status) { Ok(()) } else { Err(broken("an answer without a status")) }
}

fn put(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, body: &[u8]) {
    bytes.extend(&(body.len() as u32).to_be_bytes()[1..]);
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(body);
}

fn read(wire: &mut impl Read) -> Result<Frame, Failure> {
    let mut head = [0; 9];
    wire.read_exact(&mut head).map_err(|error| Failure::of(&error))?;
    if head.starts_with(b"HTTP/") {
        return Err(broken("the answer is HTTP/1"));
    }
    let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
    if length > FRAME {
        return Err(broken("a frame that is larger than allowed"));
    }
    let mut body = vec![0; length];
    wire.read_exact(&mut body).map_err(|error| Failure::of(&error))?;
    let stream = u32::from_be_bytes([head[5] & 0x7F, head[6], head[7], head[8]]);
    Ok(Frame { kind: head[3], flags: head[4], stream, body })
}

fn unpadded(frame: &Frame) -> Option<&[u8]> {
    if frame.flags & PADDED == 0 {
        return Some(&frame.body);
    }
    let (padding, rest) = frame.body.split_first()?;
    rest.get(..rest.len().checked_sub(usize::from(*padding))?)
}

fn broken(why: impl Into<String>) -> Failure {
    Failure::new(NoAnswer::NotHttp, format!("HTTP/2: {}", why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{self, Cursor};

    const BOUNDS: Bounds = Bounds { head: 4000, body: 1000 };

    struct Scripted(Cursor<Vec<u8>>);

    impl Read for Scripted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn answered(frames: Vec<u8>) -> Result<(Answer, bool), Failure> {
        let outgoing = Outgoing {
            method: "GET",
            target: "/",
            host: "shop.example",
            headers: Vec::new(),
            body: b"",
            head_only: false,
        };
        Session::new().exchange(&mut Scripted(Cursor::new(frames)), &outgoing, &BOUNDS)
    }

    fn frames(list: &[(u8, u8, u32, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, flags, stream, body) in list {
            put(&mut bytes, *kind, *flags, *stream, body);
        }
        bytes
    }

    #[test]
    fn an_answer_in_frames() {
        // `:status: 200` from the static table, then a body in two parts with settings and a ping between.
        let bytes = frames(&[
            (SETTINGS, 0, 0, &[]),
            (HEADERS, END_HEADERS, 1, &[0x88]),
            (DATA, 0, 1, b"ab"),
            (PING, 0, 0, &[0; 8]),
            (DATA, END_STREAM | PADDED, 1, &[2, b'c', 0, 0]),
        ]);
        let (answer, reusable) = answered(bytes).unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_eq!((answer.status, answer.body.as_slice(), reusable), (200, b"abc".as_slice(), true));
    }

    #[test]
    fn what_the_standard_forbids_ends_the_connection() {
        let large = vec![0; 1001];
        let cut = frames(&[(HEADERS, END_HEADERS, 1, &[0x88]), (DATA, 0, 1, &large)]);
        let (answer, reusable) = answered(cut).unwrap_or_else(|failure| panic!("{failure:?}"));
        assert!(answer.is_cut && answer.body.len() == 1000 && !reusable);
        for (name, bytes) in [
            ("a push", frames(&[(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x88])])),
            ("headers of nobody", frames(&[(HEADERS, END_HEADERS, 3, &[0x88])])),
            ("a continuation of nothing", frames(&[(CONTINUATION, END_HEADERS, 1, &[0x88])])),
            ("headers without end", frames(&[(HEADERS, 0, 1, &[0x88]), (DATA, 0, 1, b"x")])),
            ("padding beyond the end", frames(&[(HEADERS, END_HEADERS | PADDED, 1, &[9, 0x88])])),
            ("no status", frames(&[(HEADERS, END_HEADERS, 1, &[0x82])])),
            ("an end before the answer", frames(&[(GOAWAY, 0, 0, &[0; 8])])),
            ("a flood of pings", frames(&vec![(PING, 0, 0, [0u8; 8].as_slice()); MOST_FRAMES + 1])),
            ("HTTP/1", b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
            ("nothing", Vec::new()),
        ] {
            assert!(answered(bytes).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(
            list in proptest::collection::vec((0u8..12, any::<u8>(), 0u32..4, proptest::collection::vec(any::<u8>(), 0..60)), 0..20),
        ) {
            let mut bytes = Vec::new();
            for (kind, flags, stream, body) in &list {
                put(&mut bytes, *kind, *flags, *stream, body);
            }
            let _ = answered(bytes);
        }
    }
}
