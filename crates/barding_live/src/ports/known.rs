//! The ports that hosts of Django sites leave open by mistake, and how each tells what answers there.

use super::PortSeen;
use std::sync::LazyLock;

/// Whom a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// For everybody.
    Public,
    /// For given networks.
    Restricted,
    /// For nobody outside.
    Closed,
}

/// A port that is known.
#[derive(Clone, Debug)]
pub struct KnownPort {
    /// Its number.
    pub number: u16,
    /// Whether it is UDP, which a connect scan cannot see.
    pub is_udp: bool,
    /// What usually answers there.
    pub service: &'static str,
    /// Whom it is for.
    pub expected: Expected,
    /// How bad it is when the world gets in: `info` to `critical`.
    pub severity: &'static str,
    /// What to say there: `banner`, `tls`, `none`, `http GET /…`, `hex …`.
    pub probe: &'static str,
    /// What the answer holds when it is that service: parts separated by `|`, a `^` for the beginning.
    pub matches: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
}

static TABLE: LazyLock<Vec<KnownPort>> = LazyLock::new(|| {
    let lines = include_str!("data/ports.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(row).collect()
});

fn row(line: &'static str) -> Option<KnownPort> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [number, protocol, service, expected, severity, probe, matches, why, fix, _] = columns[..] else {
        return None;
    };
    let expected = match expected {
        "public" => Expected::Public,
        "restricted" => Expected::Restricted,
        _ => Expected::Closed,
    };
    let is_udp = protocol == "udp";
    Some(KnownPort {
        number: number.parse().ok()?,
        is_udp,
        service,
        expected,
        severity,
        probe,
        matches,
        why,
        fix,
    })
}

/// All of them, in the order of the table.
pub fn known_ports() -> &'static [KnownPort] {
    &TABLE
}

/// What is known about a TCP port.
pub fn known(number: u16) -> Option<&'static KnownPort> {
    TABLE.iter().find(|port| port.number == number && !port.is_udp)
}

/// What is known about a port that was seen.
pub fn known_of(seen: &PortSeen) -> Option<&'static KnownPort> {
    TABLE.iter().find(|port| port.number == seen.number && port.is_udp == seen.is_udp)
}

/// The ports of a short look.
pub fn quick_ports() -> &'static [u16] {
    &[
        21, 22, 23, 25, 80, 443, 1433, 2375, 3000, 3306, 3389, 5000, 5432, 5555, 5672, 6379, 8000, 8001,
        8080, 8443, 9000, 9200, 11211, 15672, 27017,
    ]
}

impl KnownPort {
    /// Whether an answer is this service's.
    pub fn is_answer(&self, answer: &[u8]) -> bool {
        match self.matches {
            "" => false,
            // The greeting: its length, a sequence number of 0, then protocol 10 or an error.
            "mysql" => answer.len() > 5 && answer[3] == 0 && matches!(answer[4], 10 | 255),
            "mysqlx" => answer.len() > 4 && answer[1..5] == [0, 0, 0, 11],
            marks => marks.split('|').any(|mark| match mark.strip_prefix('^') {
                Some(start) => answer.starts_with(&bytes(start)),
                None => {
                    let mark = bytes(mark);
                    answer.windows(mark.len()).any(|part| part.eq_ignore_ascii_case(&mark))
                }
            }),
        }
    }

    /// The bytes to send; none where the service speaks first.
    pub fn greeting(&self, host: &str) -> Vec<u8> {
        if let Some(hex) = self.probe.strip_prefix("hex ") {
            let digits: Vec<u8> = hex.bytes().collect();
            let byte =
                |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap_or("00"), 16).unwrap_or(0);
            return digits.chunks(2).map(byte).collect();
        }
        match self.probe.strip_prefix("http GET ") {
            Some(path) => http(path, host),
            None => Vec::new(),
        }
    }
}

/// A small request over HTTP.
pub(super) fn http(path: &str, host: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: barding\r\nAccept: */*\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Text with `\xHH` for bytes that are no letters.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.extend(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 2..at + 4).unwrap_or("00");
        out.push(u8::from_str_radix(digits, 16).unwrap_or(0));
        rest = rest.get(at + 4..).unwrap_or_default();
    }
    out.extend(rest.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        let lines = include_str!("data/ports.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(known_ports().len(), lines);
        assert!(quick_ports().iter().all(|number| known(*number).is_some()));
        for port in known_ports() {
            let speaks = matches!(port.probe, "none" | "tls");
            assert_eq!(port.matches.is_empty(), speaks, "{}", port.number);
        }
    }

    #[test]
    fn services_are_told_by_what_they_say() {
        let says = |number: u16, answer: &[u8]| known(number).unwrap().is_answer(answer);
        assert!(says(6379, b"+PONG\r\n") && says(6379, b"-NOAUTH Authentication required.\r\n"));
        assert!(!says(6379, b"HTTP/1.1 400 Bad Request\r\n"));
        assert!(says(22, b"SSH-2.0-OpenSSH_9.2p1\r\n"));
        assert!(says(3306, b"\x4a\x00\x00\x00\x0a8.0.36\x00"));
        assert!(says(5432, b"N") && !says(5432, b"HTTP/1.0 400"));
        assert_eq!(known(6379).unwrap().greeting("x"), b"PING\r\n");
        assert!(says(53, b"\0\x1cBD\x80\x05\0\x01") && !says(53, b"HTTP/1.1 400 Bad Request"));
        assert!(says(389, b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\0") && says(1883, b"\x20\x02\0\x05"));
        assert!(says(111, b"\x80\0\0\x18BARD\0\0\0\x01") && !says(111, b"SSH-2.0-x"));
        assert!(says(9092, b"\0\0\x01\0BARD\0\0") && says(61613, b"CONNECTED\nversion:1.2\n"));
        assert!(says(3031, b"d\0\0\x01") && !says(3031, b"HTTP/1.1 400 Bad Request"));
        assert!(says(25672, b"\0\x0csnot_allowed") && says(25672, b"\0\x03sok\0\x1bN"));
        assert!(says(9300, b"This is not an HTTP port") && says(1521, b"\0\x40\0\0\x04(DESCRIPTION=(TMP=)"));
    }
}
