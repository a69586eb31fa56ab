//! Services over UDP: one harmless datagram each, and what comes back names them. Silence says nothing: a firewall and a
//! service that does not answer sound the same.

use super::known::KnownPort;
use super::{PortSeen, State};
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// How long to wait for an answer.
const LISTEN: Duration = Duration::from_millis(1_500);
/// Bytes of an answer that are read.
const MOST: usize = 2_048;

/// Asks each service at once and waits for all of them together; `None` for those of which nothing was heard.
pub(super) fn look(address: IpAddr, ports: &[&KnownPort], until: Instant) -> Vec<Option<PortSeen>> {
    std::thread::scope(|threads| {
        let asked: Vec<_> = ports
            .iter()
            .map(|port| threads.spawn(move || one(SocketAddr::new(address, port.number), port, until)))
            .collect();
        asked.into_iter().map(|one| one.join().ok().flatten()).collect()
    })
}

fn one(address: SocketAddr, port: &KnownPort, until: Instant) -> Option<PortSeen> {
    let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    // Only this address can answer, and a host that says "nothing listens there" is heard as an error.
    socket.connect(address).ok()?;
    let wait = LISTEN.min(until.saturating_duration_since(Instant::now()));
    socket.set_read_timeout(Some(wait.max(Duration::from_millis(10)))).ok()?;
    socket.send(&question(port)).ok()?;
    let mut seen = PortSeen { number: address.port(), is_udp: true, ..PortSeen::default() };
    let mut bytes = [0; MOST];
    match socket.recv(&mut bytes) {
        Ok(length) => {
            let answer = &bytes[..length];
            seen.service = port.is_answer(answer).then(|| port.service.to_owned());
            seen.said = super::scan::shown(answer);
            Some(seen)
        }
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            seen.state = State::Closed;
            Some(seen)
        }
        Err(_) => None,
    }
}

/// The datagram. That of QUIC has to be long: servers do not answer short ones, which could be forged to flood others.
fn question(port: &KnownPort) -> Vec<u8> {
    let mut bytes = port.greeting("");
    if port.service == "http3" {
        bytes.resize(1_200, 0);
    }
    bytes
}

#[cfg(test)]
#[path = "../../tests/servers/free_port.rs"]
#[expect(dead_code, reason = "nothing is started here")]
mod free_port;

#[cfg(test)]
mod tests {
    use super::free_port::free_port;
    use super::*;
    use crate::ports::known_ports;

    /// A service that answers one datagram.
    fn answering(reply: &'static [u8]) -> (u16, std::thread::JoinHandle<Vec<u8>>) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let port = socket.local_addr().unwrap().port();
        let asked = std::thread::spawn(move || {
            let mut bytes = [0; 2_000];
            let (length, from) = socket.recv_from(&mut bytes).unwrap();
            socket.send_to(reply, from).unwrap();
            bytes[..length].to_vec()
        });
        (port, asked)
    }

    fn known(service: &str) -> &'static KnownPort {
        known_ports().iter().find(|port| port.is_udp && port.service == service).unwrap()
    }

    fn ask(port: u16, service: &str) -> Option<PortSeen> {
        let until = Instant::now() + Duration::from_secs(10);
        one(SocketAddr::from(([127, 0, 0, 1], port)), known(service), until)
    }

    #[test]
    fn services_are_named_by_what_they_answer() {
        let (port, asked) = answering(b"BA\0\0\0\x01\0\0VERSION 1.6.21\r\n");
        let seen = ask(port, "memcached-udp").unwrap();
        assert_eq!((seen.service.as_deref(), seen.is_udp), (Some("memcached-udp"), true));
        assert_eq!(asked.join().unwrap(), b"BA\0\0\0\x01\0\0version\r\n");
        let (port, asked) = answering(b"hello?");
        let seen = ask(port, "snmp").unwrap();
        assert_eq!((seen.service, seen.state), (None, State::Open));
        // Version 3 without a user: no community is guessed.
        let question = asked.join().unwrap();
        assert!(question.starts_with(&[0x30]) && !question.windows(6).any(|part| part == b"public"));
        let (port, asked) = answering(b"\xff\0\0\0\0\x04BARD\x04bard\0\0\0\x01");
        assert_eq!(ask(port, "http3").unwrap().service.as_deref(), Some("http3"));
        assert_eq!(asked.join().unwrap().len(), 1_200);
    }

    #[test]
    fn a_closed_port_says_so_and_silence_says_nothing() {
        assert_eq!(ask(free_port(), "statsd").unwrap().state, State::Closed);
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(ask(silent.local_addr().unwrap().port(), "statsd"), None);
    }
}
