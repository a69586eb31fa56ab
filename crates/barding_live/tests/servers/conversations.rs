//! What only finished handshakes tell, against OpenSSL's own server, and against it behind a proxy that spoils it.

use crate::scripted::{Scripted, hello, message, record};
use crate::support::{Authority, Wanted, s_server, seen};
use barding_live::tls::{Answer, Scope};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

#[test]
fn every_way_to_a_finished_handshake_is_led_to_its_end() {
    let authority = Authority::new();
    let rsa = authority.make(&Wanted { name: "rsa", key: "rsa:2048", ..Wanted::default() });
    let ec = authority.make(&Wanted { name: "ec", ..Wanted::default() });
    let cases = [
        (&rsa, "-tls1", "AES128-SHA:@SECLEVEL=0"),
        (&rsa, "-tls1_1", "DHE-RSA-AES256-SHA:@SECLEVEL=0"),
        (&rsa, "-tls1_2", "AES256-SHA256"),
        (&rsa, "-tls1_2", "DHE-RSA-AES128-GCM-SHA256"),
        (&ec, "-tls1", "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"),
        (&ec, "-tls1_2", "ECDHE-ECDSA-AES256-SHA384"),
        (&ec, "-tls1_2", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ];
    for (certified, version, cipher) in cases {
        let server = s_server(certified, None, &[version, "-cipher", cipher]);
        let seen = seen(server.port, Scope::Everything, &[]);
        let session = &seen.session;
        assert_eq!(session.resumes_by_ticket, Answer::Yes, "{version} {cipher}: {session:?}");
        assert!(session.ticket_lifetime.is_some(), "{version} {cipher}");
        assert_eq!(session.client_renegotiation, Answer::No, "{version} {cipher}");
        assert_eq!(seen.vulnerabilities.ticketbleed, Answer::No, "{version} {cipher}");
        assert_eq!(seen.vulnerabilities.cbc_oracle, Answer::No, "{version} {cipher}");
        assert_eq!(
            seen.http_seen,
            Answer::Yes,
            "{version} {cipher}: also where the library does not speak it"
        );
        assert!(seen.problems.is_empty(), "{:?}", seen.problems);
    }
}

#[test]
fn renegotiation_and_resumption_as_the_server_is_told() {
    let authority = Authority::new();
    let rsa = authority.make(&Wanted { key: "rsa:2048", ..Wanted::default() });
    let common = ["-tls1_2", "-cipher", "AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256"];
    let of = |more: &[&str]| {
        let server = s_server(&rsa, None, &[&common[..], more].concat());
        seen(server.port, Scope::Handshakes, &[])
    };
    let willing = of(&["-client_renegotiation"]);
    assert_eq!(willing.session.client_renegotiation, Answer::Yes);
    assert_eq!(willing.session.secure_renegotiation, Answer::Yes);
    assert_eq!(of(&["-no_renegotiation"]).session.client_renegotiation, Answer::No);
    let by_id = of(&["-no_ticket"]).session;
    assert_eq!((by_id.resumes_by_ticket, by_id.resumes_by_id), (Answer::No, Answer::Yes));
    assert_eq!(by_id.ticket_lifetime, None);
    let never = of(&["-no_ticket", "-no_cache"]).session;
    assert_eq!((never.resumes_by_ticket, never.resumes_by_id), (Answer::No, Answer::No));
    let gentle = of(&[]).vulnerabilities;
    assert!(
        matches!(gentle.cbc_oracle, Answer::Unknown(_)),
        "what breaks the protocol is left out when told so"
    );
}

#[test]
fn a_server_of_tls_1_3_alone_has_none_of_it() {
    let authority = Authority::new();
    let ec = authority.make(&Wanted::default());
    let server = s_server(&ec, None, &["-tls1_3"]);
    let seen = seen(server.port, Scope::Everything, &[]);
    assert_eq!(seen.session.client_renegotiation, Answer::No);
    assert_eq!(seen.vulnerabilities.ticketbleed, Answer::No);
    assert_eq!(seen.vulnerabilities.cbc_oracle, Answer::No);
    assert_eq!(seen.session.resumes_tls13, Answer::Yes);
    assert_eq!(seen.session.early_data, Some(0));
}

#[test]
fn early_data_is_seen_in_the_ticket() {
    let authority = Authority::new();
    let ec = authority.make(&Wanted::default());
    let server = s_server(&ec, None, &["-tls1_3", "-max_early_data", "16384"]);
    let seen = seen(server.port, Scope::Handshakes, &[]);
    assert_eq!(seen.session.early_data, Some(16_384));
}

/// Hands bytes on in both directions; what the client sends goes through `pass`, which says whether the connection stands.
fn relay(stream: TcpStream, first: &[u8], port: u16, pass: impl Fn(&[u8]) -> bool + Send + 'static) {
    let Ok(mut behind) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let (Ok(mut up), Ok(mut down)) = (stream.try_clone(), behind.try_clone()) else { return };
    if behind.write_all(first).is_err() {
        return;
    }
    thread::spawn(move || {
        loop {
            let mut head = [0; 5];
            if up.read_exact(&mut head).is_err() {
                break;
            }
            let mut body = vec![0; usize::from(head[3]) << 8 | usize::from(head[4])];
            if up.read_exact(&mut body).is_err() {
                break;
            }
            let whole = [&head[..], &body].concat();
            if !pass(&whole) || down.write_all(&whole).is_err() {
                let _ = up.shutdown(Shutdown::Both);
                break;
            }
        }
        let _ = down.shutdown(Shutdown::Write);
    });
    let mut stream = stream;
    let _ = std::io::copy(&mut behind, &mut stream);
    let _ = stream.shutdown(Shutdown::Both);
}

#[test]
fn ticketbleed_shows_in_the_length_of_the_id() {
    let authority = Authority::new();
    let rsa = authority.make(&Wanted { key: "rsa:2048", ..Wanted::default() });
    let inner = s_server(&rsa, None, &["-tls1_2", "-cipher", "AES128-SHA"]);
    let port = inner.port;
    let server = Scripted::new(move |mut stream| {
        let Some(first) = hello(&mut stream) else { return };
        if first[0] == 22 && first[43] == 8 {
            // What the load balancer did: 32 bytes of id, whatever the length that came.
            let mut body = vec![3, 3];
            body.extend([9; 32]);
            body.push(32);
            body.extend(&first[44..52]);
            body.extend([0xAA; 24]);
            body.extend([0, 0x2F, 0]);
            let _ = stream.write_all(&record(22, 0x0303, &message(2, &body)));
            let _ = stream.read(&mut [0; 100]);
            return;
        }
        relay(stream, &first, port, |_| true);
    });
    let bleeding = seen(server.port, Scope::Everything, &[]);
    assert_eq!(bleeding.vulnerabilities.ticketbleed, Answer::Yes, "{:?}", bleeding.session);
    assert_eq!(bleeding.vulnerabilities.cbc_oracle, Answer::No);
}

#[test]
fn a_server_that_tells_wrong_records_apart_is_an_oracle() {
    let authority = Authority::new();
    let rsa = authority.make(&Wanted { key: "rsa:2048", ..Wanted::default() });
    let inner = s_server(&rsa, None, &["-tls1_2", "-cipher", "AES128-SHA"]);
    let port = inner.port;
    // Hangs up on a record without text, and answers all others with an alert.
    let server = Scripted::new(move |mut stream| {
        let Some(first) = hello(&mut stream) else { return };
        relay(stream, &first, port, |whole| whole[0] != 23 || whole.len() != 5 + 64);
    });
    let telling = seen(server.port, Scope::Everything, &[]);
    assert_eq!(telling.vulnerabilities.cbc_oracle, Answer::Yes);
    assert_eq!(telling.vulnerabilities.ticketbleed, Answer::No);
}
