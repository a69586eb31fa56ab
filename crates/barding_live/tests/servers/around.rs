//! What stands beside TLS: CAA records, asked of a resolver on the loopback, and the way from plain HTTP to HTTPS.

use crate::free_port::free_port;
use crate::scripted::Scripted;
use crate::support::{Authority, Wanted, look_at, s_server};
use barding_live::tls::{Answer, Dns, Endpoint, Scope, Target};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;

/// A resolver that has CAA records for some names, and remembers which names were asked for.
struct Resolver {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

type Zone = &'static [(&'static str, &'static [&'static [u8]])];

fn name_in(question: &[u8]) -> (String, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..at + 1 + length]).into_owned());
        at += 1 + length;
    }
    (labels.join("."), at + 5)
}

fn answer(question: &[u8], zone: Zone, cut: bool) -> (String, Vec<u8>) {
    let (name, end) = name_in(question);
    let found = zone.iter().find(|(have, _)| *have == name).map(|(_, records)| *records);
    let records = if cut { &[][..] } else { found.unwrap_or(&[]) };
    let mut bytes = question[..2].to_vec();
    bytes.extend([if cut { 0x83 } else { 0x81 }, if found.is_some() { 0x80 } else { 0x83 }]);
    bytes.extend([0, 1, 0, records.len() as u8, 0, 0, 0, 0]);
    bytes.extend(&question[12..end]);
    for record in records {
        bytes.extend([0xC0, 12, 1, 1, 0, 1, 0, 0, 0, 60]);
        bytes.extend((record.len() as u16).to_be_bytes());
        bytes.extend(*record);
    }
    (name, bytes)
}

impl Resolver {
    /// With `cut`, answers to datagrams are cut short, as long ones are, and whole ones come over TCP.
    fn new(zone: Zone, cut: bool) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let socket = UdpSocket::bind(address).unwrap();
        let listener = TcpListener::bind(address).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let names = asked.clone();
        thread::spawn(move || {
            let mut question = [0; 600];
            while let Ok((length, from)) = socket.recv_from(&mut question) {
                let (name, bytes) = answer(&question[..length], zone, cut);
                names.lock().unwrap().push(name);
                // Rubbish first, as somebody who guesses would send it.
                let _ = socket.send_to(b"\0\0rubbish", from);
                let _ = socket.send_to(&bytes, from);
            }
        });
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = [0; 2];
                let _ = stream.read_exact(&mut head);
                let mut question = vec![0; u16::from_be_bytes(head).into()];
                let _ = stream.read_exact(&mut question);
                let (_, bytes) = answer(&question, zone, false);
                let _ = stream.write_all(&[&(bytes.len() as u16).to_be_bytes()[..], &bytes].concat());
            }
        });
        Self { address, asked }
    }
}

fn seen(port: u16, host: &str, dns: Dns, plain_port: Option<u16>) -> Endpoint {
    let target = Target { host: host.to_owned(), port, dns, plain_port, ..Target::default() };
    look_at(&target, Scope::Handshakes, &[])
}

#[test]
fn the_nearest_name_with_caa_records_counts() {
    let authority = Authority::new();
    let leaf = authority.make(&Wanted::default());
    let server = s_server(&leaf, None, &["-tls1_3"]);
    const ZONE: Zone = &[("shop.example", &[b"\0\x05issueletsencrypt.org", b"\0\x09issuewild;"])];
    for cut in [false, true] {
        let resolver = Resolver::new(ZONE, cut);
        let seen = seen(server.port, "a.www.shop.example", Dns::At(resolver.address), None);
        let caa = seen.caa.unwrap();
        assert_eq!(caa.found_at, "shop.example");
        let records: Vec<_> = caa.records.iter().map(|one| (one.tag.as_str(), one.value.as_str())).collect();
        assert_eq!(records, [("issue", "letsencrypt.org"), ("issuewild", ";")], "cut: {cut}");
        assert_eq!(
            *resolver.asked.lock().unwrap(),
            ["a.www.shop.example", "www.shop.example", "shop.example"]
        );
    }
    let none = Resolver::new(&[], false);
    let seen_none = seen(server.port, "shop.example", Dns::At(none.address), None);
    assert!(seen_none.caa.is_some_and(|caa| caa.found_at.is_empty() && caa.records.is_empty()));
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent = seen(server.port, "shop.example", Dns::At(nobody.local_addr().unwrap()), None);
    assert_eq!(silent.caa, None, "silence is not an absent record");
    assert!(silent.problems.iter().any(|problem| problem.contains("the DNS did not answer")));
    let inside = seen(server.port, "shop.example", Dns::System, None);
    assert_eq!((inside.caa, inside.problems), (None, Vec::<String>::new()), "names inside stay inside");
}

#[test]
fn the_way_from_plain_http_to_https() {
    let authority = Authority::new();
    let leaf = authority.make(&Wanted::default());
    let server = s_server(&leaf, None, &["-tls1_3"]);
    let plain = |head: &'static str| {
        Scripted::new(move |mut stream| {
            let _ = stream.read(&mut [0; 1000]);
            let _ = stream.write_all(head.as_bytes());
        })
    };
    let asked = |port| seen(server.port, "localhost", Dns::Nobody, Some(port)).http_redirects;
    let leads = plain("HTTP/1.1 301 Moved\r\nLocation: https://localhost/\r\n\r\n");
    assert_eq!(asked(leads.port), Answer::Yes);
    let serves = plain("HTTP/1.1 200 OK\r\n\r\nhello");
    assert_eq!(asked(serves.port), Answer::No);
    let elsewhere = plain("HTTP/1.1 302 Found\r\nLocation: http://www.localhost/\r\n\r\n");
    assert_eq!(asked(elsewhere.port), Answer::Unknown("it leads to http://www.localhost/ first".to_owned()));
    let mail = plain("220 mail ESMTP\r\n");
    assert!(matches!(asked(mail.port), Answer::Unknown(why) if why.contains("does not answer with HTTP")));
    assert!(matches!(asked(free_port()), Answer::Unknown(why) if why.contains("closed")));
}
