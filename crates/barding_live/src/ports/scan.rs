//! The scan: connect, say one harmless thing, listen, hang up.

use super::datagrams;
use super::known::{KnownPort, http, known, known_ports};
use super::{PortScan, PortSeen, State};
use crate::dial::Dialer;
use crate::tls::{Answer, Time};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What to try.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The ports, each once.
    pub ports: Vec<u16>,
    /// Connections per second; none means no limit.
    pub rate: Option<f64>,
    /// Connections at once.
    pub at_once: usize,
    /// How long the whole scan may take.
    pub whole: Duration,
    /// Whether the services over UDP that are known are asked too.
    pub datagrams: bool,
    /// Whether SSH is open to given networks only, as the user says.
    pub ssh_is_restricted: bool,
}

/// Bytes of an answer that are read.
const MOST: usize = 2048;
/// How long to wait for what a service says.
const LISTEN: Duration = Duration::from_secs(2);

/// Tries the ports of one address of a host. `tell` hears how many were tried.
pub fn scan(
    host: &str,
    address: IpAddr,
    wish: &Wish,
    dialer: &Dialer,
    tell: &(dyn Fn(usize) + Sync),
) -> PortScan {
    let until = Instant::now() + wish.whole;
    let next = AtomicUsize::new(0);
    let turn = Mutex::new(Instant::now());
    let seen = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..wish.at_once.clamp(1, 200).min(wish.ports.len()) {
            threads.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(number) = wish.ports.get(at) else { return };
                    if Instant::now() >= until {
                        return;
                    }
                    if let Some(rate) = wish.rate {
                        wait(&turn, rate);
                    }
                    let port = look(host, SocketAddr::new(address, *number), dialer);
                    if let Ok(mut seen) = seen.lock() {
                        seen.push(port);
                    }
                    tell(at);
                }
            });
        }
    });
    let mut seen = seen.into_inner().unwrap_or_default();
    let tcp = seen.len();
    let udp: Vec<&KnownPort> = known_ports().iter().filter(|port| port.is_udp && wish.datagrams).collect();
    let heard = datagrams::look(address, &udp, until);
    let silent = heard.iter().filter(|one| one.is_none()).count() as u32;
    seen.extend(heard.into_iter().flatten());
    seen.sort_by_key(|port| (port.number, port.is_udp));
    let count = |state: State| seen.iter().filter(|port| port.state == state && !port.is_udp).count() as u32;
    let from = own_address(address);
    PortScan {
        host: host.to_owned(),
        address: address.to_string(),
        from: from.map_or_else(|| "an address that is not known".to_owned(), |from| from.to_string()),
        is_inside: crate::dial::Vantage { from: from.unwrap_or(address), to: address }.is_inside(),
        seen_at: Time::now(),
        tried: tcp as u32,
        closed: count(State::Closed),
        filtered: count(State::Filtered),
        udp_asked: udp.len() as u32,
        udp_silent: silent,
        ssh_is_restricted: wish.ssh_is_restricted,
        ended_early: (tcp < wish.ports.len()).then(|| "the time for the scan was used up".to_owned()),
        problems: Vec::new(),
        ports: seen.into_iter().filter(|port| matches!(port.state, State::Open | State::Unknown)).collect(),
    }
}

/// The address that we have towards another one. No packet is sent for this.
fn own_address(to: IpAddr) -> Option<IpAddr> {
    let any = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect(SocketAddr::new(to, 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

fn wait(turn: &Mutex<Instant>, rate: f64) {
    let gap = Duration::from_secs_f64(1.0 / rate.clamp(0.1, 100_000.0));
    let wait = {
        let mut next = turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        let mine = (*next).max(now);
        *next = mine + gap;
        mine.saturating_duration_since(now)
    };
    std::thread::sleep(wait);
}

fn look(host: &str, address: SocketAddr, dialer: &Dialer) -> PortSeen {
    let mut seen = PortSeen { number: address.port(), ..PortSeen::default() };
    let expected = known(address.port());
    let speaks_first = expected.is_none_or(|port| matches!(port.probe, "banner" | "none" | "tls"));
    let greeting = expected.map(|port| port.greeting(host)).unwrap_or_default();
    let first = match say(address, &greeting, speaks_first, dialer) {
        Ok(answer) => answer,
        Err(state) => {
            seen.state = state;
            return seen;
        }
    };
    if let Some(port) = expected.filter(|port| port.is_answer(&first)) {
        tell(&mut seen, port, &first);
        if address.port() == 80 {
            seen.redirects_all = redirects_all(host, address, &first, dialer);
        }
        return seen;
    }
    if let Some(service) = told(&first) {
        seen.service = Some(service.to_owned());
        seen.said = shown(&first);
        return seen;
    }
    // It did not say what it is: ask for HTTP, then for TLS, as any client may.
    if let Ok(answer) = say(address, &http("/", host), false, dialer)
        && let Some(service) = told(&answer)
    {
        seen.service = Some(service.to_owned());
        seen.said = shown(&answer);
        return seen;
    }
    if let Ok(answer) = say(address, HELLO, false, dialer) {
        // A server's hello or an alert: both are TLS.
        let is_tls = answer.len() > 3 && matches!(answer[0], 21 | 22) && answer[1] == 3;
        seen.speaks_tls = is_tls.into();
        if is_tls {
            // A manager of a Docker swarm shows a certificate of the swarm's own authority, by its fixed name.
            let of_swarm = answer.windows(SWARM.len()).any(|part| part == SWARM);
            seen.service = Some(if of_swarm { "docker-swarm" } else { "tls" }.to_owned());
        }
    }
    seen
}

/// Whether the front page, a path that nobody made and a host that is nobody's are all redirected to HTTPS, or refused.
fn redirects_all(host: &str, address: SocketAddr, first: &[u8], dialer: &Dialer) -> Answer {
    let mut answers = vec![first.to_vec()];
    for request in [http("/barding/does-not-exist/", host), http("/", "barding.invalid")] {
        match say(address, &request, false, dialer) {
            Ok(answer) => answers.push(answer),
            Err(_) => return Answer::unknown("port 80 did not answer every time"),
        }
    }
    let serves = |answer: &Vec<u8>| {
        let text = String::from_utf8_lossy(answer);
        let status = text.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok()).unwrap_or(0);
        let location = text.lines().find(|line| line.to_ascii_lowercase().starts_with("location:"));
        let to_https = location.is_some_and(|line| line.to_ascii_lowercase().contains("https://"));
        (200..300).contains(&status) || (300..400).contains(&status) && !to_https
    };
    Answer::from(!answers.iter().any(serves))
}

/// Connects, says something, and hears what comes.
fn say(address: SocketAddr, greeting: &[u8], speaks_first: bool, dialer: &Dialer) -> Result<Vec<u8>, State> {
    let mut connection = match dialer.connect(address) {
        Ok(connection) => connection,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Err(State::Closed),
        Err(error) if error.kind() == ErrorKind::QuotaExceeded => return Err(State::Unknown),
        Err(_) => return Err(State::Filtered),
    };
    // What speaks first does so at once; what waits for us is not waited for long.
    connection.hurry(if speaks_first { Duration::from_millis(700) } else { LISTEN });
    if !greeting.is_empty() && connection.write_all(greeting).is_err() {
        return Ok(Vec::new());
    }
    let mut answer = Vec::new();
    let mut part = [0; 512];
    while answer.len() < MOST {
        match connection.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(read) => answer.extend(&part[..read]),
        }
        if speaks_first {
            break;
        }
    }
    Ok(answer)
}

/// What a well-known answer comes from.
fn told(answer: &[u8]) -> Option<&'static str> {
    let starts = |mark: &str| answer.starts_with(mark.as_bytes());
    let has = |mark: &str| answer.windows(mark.len()).any(|part| part == mark.as_bytes());
    Some(match () {
        () if starts("SSH-") => "ssh",
        () if starts("220") && (has("FTP") || has("ftp")) => "ftp",
        () if starts("220") => "smtp or ftp",
        () if starts("+OK") => "pop3",
        () if starts("* OK") => "imap",
        () if starts("HTTP/") => "http",
        () if starts("@RSYNCD:") => "rsync",
        () if starts("INFO {") => "nats",
        () if starts("-ERR") || starts("-NOAUTH") || starts("-DENIED") => "redis",
        () if starts("ERROR\r\n") => "memcached",
        () if answer.len() > 5 && answer[3] == 0 && answer[4] == 10 => "mysql",
        () => return None,
    })
}

fn tell(seen: &mut PortSeen, port: &KnownPort, answer: &[u8]) {
    seen.service = Some(port.service.to_owned());
    seen.said = shown(answer);
    let starts = |mark: &str| answer.starts_with(mark.as_bytes());
    let has = |mark: &str| answer.windows(mark.len()).any(|part| part == mark.as_bytes());
    seen.needs_password = match port.number {
        6379 | 26379 if starts("+PONG") => Answer::No,
        6379 | 26379 if starts("-NOAUTH") => Answer::Yes,
        11211 => Answer::No,
        2375 | 2379 | 9200 | 5555 | 2019 | 8500 if starts("HTTP/1.1 200") || starts("HTTP/1.0 200") => {
            Answer::No
        }
        _ if starts("HTTP/") && (has(" 401 ") || has(" 403 ")) => Answer::Yes,
        4222 => Answer::from(has("\"auth_required\":true")),
        _ => Answer::unknown("it cannot be told without a login"),
    };
    if matches!(port.number, 5432 | 5433 | 6432) {
        seen.speaks_tls = Answer::from(starts("S"));
    }
    // The Server line tells more than the service's usual name.
    if has("Server: WSGIServer/") {
        seen.service = Some("Django's development server".to_owned());
    }
}

/// A part of an answer, harmless to show.
pub(super) fn shown(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(&answer[..answer.len().min(200)]).into_owned();
    let line = text.lines().next().unwrap_or_default();
    line.chars().map(|c| if c.is_control() || c == '\u{fffd}' { '.' } else { c }).take(120).collect()
}

/// The name of the authority that a Docker swarm makes for itself.
const SWARM: &[u8] = b"swarm-ca";

/// A small hello of TLS 1.2 that every server answers with a hello or an alert.
const HELLO: &[u8] = &[
    22, 3, 1, 0, 75, 1, 0, 0, 71, 3, 3, 66, 97, 114, 100, 105, 110, 103, 32, 97, 115, 107, 115, 32, 119, 104,
    97, 116, 32, 105, 115, 32, 104, 101, 114, 101, 44, 32, 115, 111, 102, 116, 108, 0, 0, 8, 192, 47, 192,
    43, 0, 156, 0, 47, 1, 0, 0, 22, 0, 10, 0, 6, 0, 4, 0, 29, 0, 23, 0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1,
];
