//! Connections with bounds: how many at once, how long each may take, how much it may send.
//!
//! What comes in: an address and [`Limits`]. What goes out: a [`Connection`] that reads and writes until its time or its
//! allowance is used up. Every probe of this crate goes through here, so a server that stalls, floods or drips cannot
//! hold an audit up.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a connection may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections may be open at once.
    pub at_once: usize,
    /// How many connections may be made in all.
    pub in_all: u32,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long one connection may take from its first byte to its last.
    pub whole: Duration,
    /// How many bytes one connection may send us.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 10,
            in_all: 2_000,
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(8),
            bytes: 1 << 20,
        }
    }
}

/// Makes connections, within limits.
#[derive(Debug)]
pub struct Dialer {
    limits: Limits,
    free: Mutex<usize>,
    freed: Condvar,
    made: AtomicU32,
}

/// A connection within limits. Dropping it closes it and lets the next one in.
#[derive(Debug)]
pub struct Connection<'d> {
    stream: TcpStream,
    until: Instant,
    allowance: usize,
    dialer: &'d Dialer,
}

/// Where we looked from. What is closed from here may be open from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vantage {
    /// Our own address.
    pub from: IpAddr,
    /// The address looked at.
    pub to: IpAddr,
}

impl Vantage {
    /// Whether the other side is this machine or a private network, so that we see what the internet does not.
    pub fn is_inside(&self) -> bool {
        match self.to {
            IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
            IpAddr::V6(address) => {
                address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
            }
        }
    }
}

impl Dialer {
    /// A dialer with these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            free: Mutex::new(limits.at_once.max(1)),
            freed: Condvar::new(),
            made: AtomicU32::new(0),
        }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many connections were made.
    pub fn made(&self) -> u32 {
        self.made.load(Ordering::Relaxed)
    }

    /// Connects, waiting for a free place first.
    ///
    /// # Errors
    /// When the other side does not answer, or the allowance of connections is used up.
    pub fn connect(&self, address: SocketAddr) -> io::Result<Connection<'_>> {
        if self.made.fetch_add(1, Ordering::Relaxed) >= self.limits.in_all {
            return Err(io::Error::new(ErrorKind::QuotaExceeded, "the allowance of connections is used up"));
        }
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        drop(free);
        match TcpStream::connect_timeout(&address, self.limits.connect) {
            Ok(stream) => {
                // Small messages, each waiting for an answer: without this the kernel would hold them back.
                let _ = stream.set_nodelay(true);
                let until = Instant::now() + self.limits.whole;
                Ok(Connection { stream, until, allowance: self.limits.bytes, dialer: self })
            }
            Err(error) => {
                self.release();
                Err(error)
            }
        }
    }

    fn release(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
    }
}

impl Connection<'_> {
    /// Where we looked from, when the system can tell.
    pub fn vantage(&self) -> Option<Vantage> {
        Some(Vantage { from: self.stream.local_addr().ok()?.ip(), to: self.stream.peer_addr().ok()?.ip() })
    }

    /// Gives this connection less time than the usual.
    pub fn hurry(&mut self, time: Duration) {
        self.until = self.until.min(Instant::now() + time);
    }

    /// Gives this connection new time and a new allowance of bytes, for another exchange.
    pub fn renew(&mut self, time: Duration, bytes: usize) {
        self.until = Instant::now() + time;
        self.allowance = bytes;
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(ErrorKind::TimedOut, "the connection took too long"));
        }
        Ok(left)
    }
}

impl Read for Connection<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.allowance == 0 {
            return Err(io::Error::new(ErrorKind::FileTooLarge, "the server sent too much"));
        }
        self.stream.set_read_timeout(Some(self.left()?))?;
        let most = buffer.len().min(self.allowance);
        let read = self.stream.read(&mut buffer[..most]).map_err(timed_out)?;
        self.allowance -= read;
        Ok(read)
    }
}

impl Write for Connection<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        self.dialer.release();
    }
}

/// Unix says "would block" when a timeout passes.
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { io::Error::new(ErrorKind::TimedOut, error) } else { error }
}

/// The addresses of a host, each once, in the resolver's order; at most 16.
///
/// # Errors
/// When the name has no address.
pub fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for address in (host.trim_matches(['[', ']']), port).to_socket_addrs()? {
        if !found.contains(&address) && found.len() < 16 {
            found.push(address);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn impatient() -> Limits {
        Limits { whole: Duration::from_millis(200), bytes: 1000, at_once: 1, in_all: 3, ..Limits::default() }
    }

    #[test]
    fn a_server_that_says_nothing_is_left() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let dialer = Dialer::new(impatient());
        let started = Instant::now();
        let mut connection = dialer.connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(connection.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(started.elapsed() < Duration::from_secs(3));
        assert!(connection.vantage().unwrap().is_inside());
    }

    #[test]
    fn a_server_that_floods_is_left_and_places_are_given_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let flood = std::thread::spawn(move || {
            for _ in 0..3 {
                let (mut stream, _) = listener.accept().unwrap();
                while stream.write_all(&[7; 4096]).is_ok() {}
            }
        });
        let dialer = Dialer::new(impatient());
        for _ in 0..3 {
            let mut connection = dialer.connect(address).unwrap();
            let mut all = Vec::new();
            assert!(connection.read_to_end(&mut all).is_err());
            assert!(all.len() <= 1000);
        }
        assert_eq!(dialer.connect(address).unwrap_err().kind(), ErrorKind::QuotaExceeded);
        assert_eq!(dialer.made(), 4);
        flood.join().unwrap();
    }
}
