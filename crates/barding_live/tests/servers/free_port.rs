//! Ports for servers that a test starts but does not bind itself: each is handed out once, and when a program finds its
//! own taken after all, it is started again on another. Shared by the tests of several crates.

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// Below what the kernel gives to whoever asks for any port, so that no connection of another test sits on one.
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;

static HANDED_OUT: AtomicU16 = AtomicU16::new(0);

/// A port that nobody listens on, by TCP or by UDP, and that nobody else in this process will be given.
pub(crate) fn free_port() -> u16 {
    // Processes that run at the same time have numbers close to each other: the factor sets them far apart.
    let start = std::process::id().wrapping_mul(4_099) % u32::from(COUNT);
    for _ in 0..COUNT {
        let next = u32::from(HANDED_OUT.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + ((start + next) % u32::from(COUNT)) as u16;
        let at = ("127.0.0.1", port);
        if TcpListener::bind(at).is_ok() && UdpSocket::bind(at).is_ok() {
            return port;
        }
    }
    panic!("no port of {COUNT} is free");
}

/// Starts what listens on the port that `command` is given. A program that ends at once may have found its port taken:
/// it gets three ports before that counts as a failure.
pub(crate) fn start_on_free_port(
    what: &str,
    patience: Duration,
    mut command: impl FnMut(u16) -> Command,
) -> (Child, u16) {
    let mut ended = String::new();
    for _ in 0..3 {
        let port = free_port();
        let mut command = command(port);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{what} does not start: {error}"));
        let started = Instant::now();
        loop {
            // Asked in this order: who answers on the port of a program that has ended is somebody else.
            let answers = TcpStream::connect(("127.0.0.1", port)).is_ok();
            match child.try_wait() {
                Ok(None) if answers => return (child, port),
                Ok(None) => {}
                status => {
                    ended = format!("{status:?}");
                    break;
                }
            }
            if started.elapsed() > patience {
                let _ = child.kill();
                let _ = child.wait();
                panic!("{what} does not listen");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    panic!("{what} ended on three ports: {ended}");
}
