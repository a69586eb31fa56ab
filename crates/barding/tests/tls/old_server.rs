//! A server of a few bytes that speaks TLS 1.2 with suites and Diffie-Hellman numbers that no library of today would serve.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What it has.
pub(crate) struct OldServer {
    /// Its certificate, in DER.
    pub(crate) certificate: Vec<u8>,
    /// The suites it takes, the one it likes best first.
    pub(crate) suites: &'static [u16],
    /// Its prime for Diffie-Hellman.
    pub(crate) prime: Vec<u8>,
}

impl OldServer {
    /// Starts it on a port of the loopback, where it answers as long as the tests run.
    pub(crate) fn start(self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Arc::new(self);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.answer(stream));
            }
        });
        port
    }

    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(3))).ok()?;
        let mut head = [0; 5];
        stream.read_exact(&mut head).ok()?;
        let refuse = |stream: &mut TcpStream| stream.write_all(&[21, 3, 1, 0, 2, 2, 40]).ok();
        if head[0] != 22 {
            return refuse(&mut stream);
        }
        let mut hello = vec![0; usize::from(head[3]) << 8 | usize::from(head[4])];
        stream.read_exact(&mut hello).ok()?;
        // TLS 1.3 says its version elsewhere, and TLS 1.2 here; its suites tell the two apart.
        let at = 39 + usize::from(hello[38]);
        let length = usize::from(hello[at]) << 8 | usize::from(hello[at + 1]);
        let offered = hello.get(at + 2..at + 2 + length)?;
        let chosen = self.suites.iter().find(|suite| offered.chunks(2).any(|two| two == suite.to_be_bytes()));
        let (Some(suite), true) = (chosen, hello[4..6] == [3, 3]) else { return refuse(&mut stream) };
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.push(0);
        body.extend(suite.to_be_bytes());
        body.push(0);
        let list = with_length(&self.certificate, 3);
        let mut messages = [message(2, &body), message(11, &with_length(&list, 3))].concat();
        if matches!(suite, 0x0033 | 0x0016 | 0x009E) {
            let numbers = [with_length(&self.prime, 2), with_length(&[2], 2), with_length(&[5; 60], 2)];
            messages.extend(message(12, &[numbers.concat(), vec![4, 1], with_length(&[0; 256], 2)].concat()));
        }
        messages.extend(message(14, &[]));
        for part in messages.chunks(16_000) {
            let record = [&[22, 3, 3][..], &with_length(part, 2)].concat();
            stream.write_all(&record).ok()?;
        }
        // Whatever comes next cannot be answered without a key.
        let _ = stream.read(&mut [0; 4000]);
        refuse(&mut stream)
    }
}

fn with_length(bytes: &[u8], digits: usize) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[4 - digits..], bytes].concat()
}

fn message(sort: u8, body: &[u8]) -> Vec<u8> {
    [&[sort][..], &with_length(body, 3)].concat()
}
