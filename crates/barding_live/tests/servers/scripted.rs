//! Servers made of a few bytes: protocols that no library speaks any more, and servers that mean harm.

use crate::support::{Authority, Wanted, seen, seen_as};
use barding_live::dial::{Dialer, Limits};
use barding_live::tls::x509::certificates;
use barding_live::tls::{Answer, Endpoint, Protocol, Scope, Starttls, Target, look};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A server that hands each connection to a function. It ends with the test.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    ended: Arc<AtomicBool>,
}

impl Scripted {
    pub(crate) fn new(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let (stop, answer) = (ended.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), answer) = (stream, answer.clone()) else { continue };
                let _ = stream.set_read_timeout(Some(Duration::from_secs(3)));
                thread::spawn(move || answer(stream));
            }
        });
        Self { port, ended }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// The first message of a client: whole records, or the two bytes of length of SSL 2.0 and what follows.
pub(crate) fn hello(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).ok()?;
    let length = if head[0] & 0x80 != 0 {
        (usize::from(head[0] & 0x7F) << 8 | usize::from(head[1])) - 3
    } else {
        usize::from(head[3]) << 8 | usize::from(head[4])
    };
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).ok()?;
    Some([&head[..], &rest].concat())
}

pub(crate) fn record(sort: u8, version: u16, body: &[u8]) -> Vec<u8> {
    [&[sort][..], &version.to_be_bytes(), &(body.len() as u16).to_be_bytes(), body].concat()
}

pub(crate) fn message(sort: u8, body: &[u8]) -> Vec<u8> {
    [&[sort][..], &(body.len() as u32).to_be_bytes()[1..], body].concat()
}

fn server_hello(version: u16, suite: u16, compression: u8, extensions: &[u8]) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend([9; 32]);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(compression);
    if !extensions.is_empty() {
        body.extend((extensions.len() as u16).to_be_bytes());
        body.extend(extensions);
    }
    message(2, &body)
}

pub(crate) fn certificate_message(certificate: &[u8]) -> Vec<u8> {
    let with_length = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[1..], bytes].concat();
    message(11, &with_length(&with_length(certificate)))
}

/// The version and the suites that a hello offers.
pub(crate) fn offered(hello: &[u8]) -> Option<(u16, Vec<u16>)> {
    let version = u16::from_be_bytes([hello[9], hello[10]]);
    let at = 44 + usize::from(hello[43]);
    let length = usize::from(u16::from_be_bytes([*hello.get(at)?, *hello.get(at + 1)?]));
    let list = hello.get(at + 2..at + 2 + length)?;
    Some((version, list.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect()))
}

pub(crate) fn alert(stream: &mut TcpStream, number: u8) {
    let _ = stream.write_all(&record(21, 0x0301, &[2, number]));
}

#[test]
fn ssl_3_with_rc4_and_export_and_compression_is_told_in_full() {
    let authority = Authority::new();
    let leaf = authority.make(&Wanted { key: "rsa:1024", ..Wanted::default() });
    let certificate = certificates(&std::fs::read(leaf.certificate).unwrap()).remove(0);
    // 3DES, RC4 with MD5, export RSA.
    let server = Scripted::new(move |mut stream| {
        let Some(hello) = hello(&mut stream) else { return };
        let Some((0x0300, suites)) = offered(&hello) else { return alert(&mut stream, 70) };
        let Some(suite) = [0x000A, 0x0004, 0x0003].into_iter().find(|suite| suites.contains(suite)) else {
            return alert(&mut stream, 40);
        };
        let deflate = u8::from(hello.windows(3).any(|three| three == [2, 1, 0]));
        let all =
            [server_hello(0x0300, suite, deflate, &[]), certificate_message(&certificate), message(14, &[])];
        let _ = stream.write_all(&record(22, 0x0300, &all.concat()));
        let _ = stream.read(&mut [0; 100]);
    });
    let seen = seen(server.port, Scope::Handshakes, &[authority.store()]);
    let old = seen.protocol(Protocol::Ssl3).unwrap();
    assert_eq!(old.offered, Answer::Yes);
    let names: Vec<String> = old.suites.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_MD5", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"]
    );
    for protocol in [Protocol::Tls10, Protocol::Tls11, Protocol::Tls12, Protocol::Tls13] {
        assert!(seen.refuses(protocol), "{protocol:?}");
    }
    assert_eq!(seen.session.compression, Answer::Yes);
    assert_eq!(seen.chains[0].sent[0].key.bits, 1024);
}

#[test]
fn ssl_2_is_told_with_its_ciphers() {
    let server = Scripted::new(|mut stream| {
        let Some(hello) = hello(&mut stream) else { return };
        if hello[0] & 0x80 == 0 {
            return alert(&mut stream, 70);
        }
        let mut body = vec![4, 0, 1, 0, 2, 0, 3, 0, 6, 0, 2, 9, 9, 9, 1, 0, 128, 7, 0, 192, 1, 2];
        body.splice(0..0, (0x8000 | body.len() as u16).to_be_bytes());
        let _ = stream.write_all(&body);
    });
    let seen = seen(server.port, Scope::Handshakes, &[]);
    let old = seen.protocol(Protocol::Ssl2).unwrap();
    assert_eq!((old.offered.clone(), old.suites.len()), (Answer::Yes, 2));
    assert!(seen.speaks_tls.is_yes() && seen.refuses(Protocol::Tls12));
}

#[test]
fn a_heartbeat_that_brings_memory_back_is_heartbleed_and_silence_is_not() {
    for bleeds in [true, false] {
        let server = Scripted::new(move |mut stream| {
            let Some(hello) = hello(&mut stream) else { return };
            let Some((0x0303, suites)) = offered(&hello) else { return alert(&mut stream, 70) };
            if !suites.contains(&0x002F) || hello.windows(4).any(|four| four == [0, 43, 0, 3]) {
                return alert(&mut stream, 40);
            }
            let heartbeats: &[u8] = &[0, 15, 0, 1, 1];
            let all = [server_hello(0x0303, 0x002F, 0, heartbeats), message(14, &[])].concat();
            let _ = stream.write_all(&record(22, 0x0303, &all));
            let mut head = [0; 5];
            if stream.read_exact(&mut head).is_ok() && head[0] == 24 {
                let mut asked = vec![0; usize::from(head[4])];
                let _ = stream.read_exact(&mut asked);
                assert_eq!(asked, [1, 0, 16], "no more is claimed than it takes to know");
                if bleeds {
                    let _ = stream.write_all(&record(24, 0x0303, &[2; 35]));
                }
                let _ = stream.read(&mut [0; 100]);
            }
        });
        let seen = seen(server.port, Scope::Everything, &[]);
        assert_eq!(seen.vulnerabilities.heartbleed, Answer::from(bleeds), "{:?}", seen.vulnerabilities);
    }
}

/// Looks with little patience, and measures it.
fn hostile(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Endpoint {
    let server = Scripted::new(answer);
    let target = Target { host: "localhost".to_owned(), port: server.port, ..Target::default() };
    let limits =
        Limits { whole: Duration::from_millis(300), connect: Duration::from_secs(1), ..Limits::default() };
    let started = Instant::now();
    let address = SocketAddr::from(([127, 0, 0, 1], server.port));
    let seen = look(&target, address, Scope::Everything, &[], &Dialer::new(limits));
    assert!(started.elapsed() < Duration::from_secs(20), "it took {:?}", started.elapsed());
    seen
}

#[test]
fn servers_that_mean_harm_cost_little_and_nothing_is_claimed_about_them() {
    type Answering = fn(TcpStream);
    let servers: [(&str, Answering); 9] =
        [
            ("says nothing", |mut stream| {
                let _ = stream.read(&mut [0; 5000]);
                thread::sleep(Duration::from_millis(600));
            }),
            ("closes at once", |_| ()),
            ("floods", |mut stream| while stream.write_all(&[22; 65_536]).is_ok() {}),
            ("sends empty records without end", |mut stream| {
                while stream.write_all(&[22, 3, 3, 0, 0].repeat(100)).is_ok() {}
            }),
            ("sends warnings without end", |mut stream| {
                while stream.write_all(&[21, 3, 3, 0, 2, 1, 112].repeat(100)).is_ok() {}
            }),
            ("drips", |mut stream| {
                for byte in record(22, 0x0303, &server_hello(0x0303, 0x002F, 0, &[])) {
                    if stream.write_all(&[byte]).is_err() {
                        return;
                    }
                    thread::sleep(Duration::from_millis(50));
                }
            }),
            ("announces a huge message", |mut stream| {
                let _ = stream.write_all(&record(22, 0x0303, &[2, 0xFF, 0xFF, 0xFF, 3, 3]));
                thread::sleep(Duration::from_millis(600));
            }),
            ("is a web server without TLS", |mut stream| {
                let _ = stream.read(&mut [0; 5000]);
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            }),
            ("sends a hello cut short", |mut stream| {
                let whole = server_hello(0x0303, 0x002F, 0, &[0xFF; 40]);
                let _ = stream.write_all(&record(22, 0x0303, &whole[..whole.len() - 60]));
                let _ = stream.write_all(&record(22, 0x0303, &[0xFF; 60]));
            }),
        ];
    for (what, answer) in servers {
        let seen = hostile(answer);
        assert!(!seen.speaks_tls.is_yes(), "a server that {what}: {:?}", seen.protocols);
        assert!(!seen.protocols.iter().any(|protocol| protocol.offered.is_yes()), "{what}");
        assert!(seen.chains.is_empty(), "{what}");
        if what.contains("web server") {
            assert_eq!(seen.speaks_tls, Answer::No);
        }
    }
}

#[test]
fn a_server_that_chooses_what_was_not_offered_is_not_believed_for_long() {
    let seen = hostile(|mut stream| {
        if hello(&mut stream).is_some() {
            let _ = stream.write_all(&record(22, 0x0303, &server_hello(0x0303, 0x0001, 0, &[])));
            let _ = stream.write_all(&record(22, 0x0303, &certificate_message(&[0x30; 5000])));
            let _ = stream.write_all(&record(22, 0x0303, &message(14, &[])));
            let _ = stream.read(&mut [0; 100]);
        }
    });
    // The library refuses such a server; what it sent as a certificate is none.
    assert!(seen.chains.iter().all(|chain| !chain.problems.is_empty()), "{:?}", seen.chains);
    assert!(seen.connections < 700);
}

#[test]
fn what_is_said_before_tls_is_said_in_five_languages() {
    let authority = Authority::new();
    let leaf = authority.make(&Wanted::default());
    for (protocol, greeting, answers) in [
        (
            Starttls::Smtp,
            "220 mail.example ESMTP\r\n",
            &["250-mail.example\r\n250 STARTTLS\r\n", "220 go\r\n"][..],
        ),
        (Starttls::Imap, "* OK ready\r\n", &["* CAPABILITY IMAP4rev1\r\na1 OK go\r\n"][..]),
        (Starttls::Pop3, "+OK ready\r\n", &["+OK go\r\n"][..]),
        (Starttls::Ftp, "220 ready\r\n", &["234 go\r\n"][..]),
        (Starttls::Postgres, "", &["S"][..]),
        (
            Starttls::Mysql,
            "\u{33}\0\0\0\u{a}8.0.0\0AAAABBBBBBBB\0\0\u{8}!\0\0\0\0\u{15}\0\0\0\0\0\0\0\0\0\0CCCCCCCCCCCC\0",
            &[""][..],
        ),
    ] {
        let inner = crate::support::s_server(&leaf, Some(&authority.path("intermediate.pem")), &[]);
        let port = inner.port;
        let server = Scripted::new(move |mut stream| {
            let mut talk = || -> std::io::Result<()> {
                stream.write_all(greeting.as_bytes())?;
                for answer in answers {
                    let mut said = [0; 600];
                    // What a client of MySQL sends first is 36 bytes; its hello follows without waiting.
                    let most = if protocol == Starttls::Mysql { 36 } else { said.len() };
                    let _ = stream.read(&mut said[..most])?;
                    stream.write_all(answer.as_bytes())?;
                }
                let mut behind = TcpStream::connect(("127.0.0.1", port))?;
                let (mut up, mut down) = (stream.try_clone()?, behind.try_clone()?);
                thread::spawn(move || {
                    std::io::copy(&mut up, &mut down).and(down.shutdown(std::net::Shutdown::Write))
                });
                std::io::copy(&mut behind, &mut stream)?;
                stream.shutdown(std::net::Shutdown::Both)
            };
            let _ = talk();
        });
        let seen =
            seen_as("localhost", server.port, Some(protocol), Scope::Certificate, &[authority.store()]);
        assert!(seen.speaks_tls.is_yes(), "{protocol:?}: {:?} {:?}", seen.speaks_tls, seen.problems);
        assert!(seen.chains[0].is_trusted(), "{protocol:?}");
    }
}
