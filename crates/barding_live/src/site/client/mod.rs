//! A client that decides nothing by itself: it follows no redirect, keeps no cookie, retries nothing that was heard, and
//! sends the `Host` it is told to. What an answer may cost in time and memory is bounded.

mod connect;
mod hpack;
mod http1;
mod http2;
mod tls;

pub use connect::{Family, Pinned, Proxy};

use super::url::Url;
use super::{Exchange, NoAnswer, Purpose};
use crate::dial::{Dialer, Limits};
use connect::{Conn, Connector};
use std::io::{self, ErrorKind, Read};
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How to ask.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long the whole look may take.
    pub whole: Duration,
    /// How long one answer may take.
    pub each: Duration,
    /// Requests per second; none means no limit inside and five to public addresses.
    pub rate: Option<f64>,
    /// Headers of the user: cookies and credentials among them. Only the host asked for gets them.
    pub headers: Vec<(String, String)>,
    /// Ask through this proxy.
    pub proxy: Option<Proxy>,
    /// Addresses that names have, whatever the resolver says.
    pub pinned: Vec<Pinned>,
    /// Send the user's headers also where the certificate cannot be trusted.
    pub insecure: bool,
    /// Only addresses of this family.
    pub family: Option<Family>,
    /// Whether HTTP/2 may be spoken.
    pub http2: bool,
    /// Certificates that are trusted beside Mozilla's: PEM files' contents, read.
    pub roots: Vec<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            whole: Duration::from_secs(120),
            each: Duration::from_secs(10),
            rate: None,
            headers: Vec::new(),
            proxy: None,
            pinned: Vec::new(),
            insecure: false,
            family: None,
            http2: true,
            roots: Vec::new(),
        }
    }
}

/// The name that requests go out under.
pub const USER_AGENT: &str =
    concat!("barding/", env!("CARGO_PKG_VERSION"), " (security check-up by the site's owner)");

/// A request to be sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Why.
    pub purpose: Purpose,
    /// The method; empty means GET.
    pub method: String,
    /// The address.
    pub url: Url,
    /// The `Host` to send in place of the address's own.
    pub host: Option<String>,
    /// Headers beyond the usual ones.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The text of ours in it.
    pub marker: String,
    /// Bytes of the body to keep.
    pub keep: usize,
    /// Whether the digest of the body is wanted.
    pub digest: bool,
    /// Whether the body is not wanted at all: it may never end.
    pub head_only: bool,
    /// Leave out what the user said to send.
    pub anonymous: bool,
}

impl Request {
    /// A plain GET.
    pub fn to(purpose: Purpose, url: Url) -> Self {
        Self { purpose, url, keep: 64 << 10, ..Self::default() }
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// Sends requests.
#[derive(Debug)]
pub struct Client<'a> {
    connector: Connector<'a>,
    options: &'a Options,
    /// The host that the user's headers are for, and whether over HTTPS only.
    home: Url,
    pool: Mutex<Vec<Conn<'a>>>,
    until: Instant,
    pace: Mutex<Option<Instant>>,
    requests: AtomicU32,
}

/// What may be read of one answer.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    head: usize,
    body: usize,
}

const BOUNDS: Bounds = Bounds { head: 2 << 20, body: 1 << 20 };
/// Bytes that a compressed body may grow to.
const INFLATED: u64 = 2 << 20;
/// Connections that wait for another request.
const IDLE: usize = 8;

/// A request in the words of the wire.
#[derive(Debug)]
struct Outgoing<'r> {
    method: &'r str,
    target: &'r str,
    host: &'r str,
    headers: Vec<(String, String)>,
    body: &'r [u8],
    head_only: bool,
}

/// An answer in the words of the wire.
#[derive(Debug, Default)]
struct Answer {
    version: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_cut: bool,
    problems: Vec<String>,
}

/// Why there is none.
#[derive(Clone, Debug)]
struct Failure {
    no_answer: NoAnswer,
    words: String,
}

impl Failure {
    fn new(no_answer: NoAnswer, words: impl Into<String>) -> Self {
        Self { no_answer, words: words.into() }
    }

    fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                Self::new(NoAnswer::Silent, "no answer came in time")
            }
            ErrorKind::ConnectionRefused => Self::new(NoAnswer::Refused, "the port is closed"),
            ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionAborted => {
                Self::new(NoAnswer::Closed, "the connection was closed without an answer")
            }
            ErrorKind::FileTooLarge => Self::new(NoAnswer::NotHttp, "the server sent too much"),
            ErrorKind::InvalidData => Self::new(NoAnswer::Tls, format!("TLS: {error}")),
            _ => Self::new(NoAnswer::Silent, format!("no connection: {error}")),
        }
    }
}

/// The limits of the dialer that a look at one site needs.
pub fn limits(options: &Options) -> Limits {
    Limits {
        at_once: 24,
        in_all: 5_000,
        connect: options.each.min(Duration::from_secs(5)),
        whole: options.each,
        bytes: 8 << 20,
    }
}

impl<'a> Client<'a> {
    /// A client for the site at `home`.
    pub fn new(dialer: &'a Dialer, options: &'a Options, home: &Url) -> Self {
        Self {
            connector: Connector::new(dialer, options, home),
            options,
            home: home.clone(),
            pool: Mutex::default(),
            until: Instant::now() + options.whole,
            pace: Mutex::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// How many requests were sent.
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How much time is left.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// The addresses of a host.
    pub fn addresses(&self, url: &Url) -> Vec<IpAddr> {
        self.connector.addresses(url).unwrap_or_default()
    }

    /// Whether the host is this machine or in a private network.
    pub fn is_inside(&self) -> bool {
        self.connector.is_inside(&self.home)
    }

    /// Sends a request.
    pub fn send(&self, request: &Request) -> Exchange {
        let started = Instant::now();
        let mut exchange = Exchange {
            purpose: request.purpose,
            method: request.method.clone(),
            url: request.url.to_string(),
            sent: request.headers.clone(),
            sent_body: request.body.clone(),
            marker: request.marker.clone(),
            ..Exchange::default()
        };
        if let Some(host) = &request.host {
            exchange.sent.insert(0, ("Host".to_owned(), host.clone()));
        }
        self.wait_for_turn();
        match self.exchange(request) {
            Ok((answer, certificate_problem)) => fill(&mut exchange, answer, request, certificate_problem),
            Err(failure) => {
                exchange.no_answer = Some(failure.no_answer);
                exchange.failure = failure.words;
            }
        }
        exchange.millis = started.elapsed().as_millis() as u64;
        exchange
    }

    fn exchange(&self, request: &Request) -> Result<(Answer, Option<String>), Failure> {
        let each = self.options.each.min(self.left());
        if each.is_zero() {
            return Err(Failure::new(NoAnswer::Silent, "the time for the whole look was used up"));
        }
        let pooled = self.pooled(&request.url);
        if let Some(conn) = pooled {
            match self.on(conn, request, each) {
                // An old connection may have been closed while it waited; that is no answer of the site.
                Err(failure) if failure.no_answer == NoAnswer::Closed => {}
                other => return other,
            }
        }
        let started = Instant::now();
        let conn = self.connector.connect(&request.url, each)?;
        let left = each.saturating_sub(started.elapsed());
        self.on(conn, request, left.max(Duration::from_millis(50)))
    }

    fn on(
        &self,
        mut conn: Conn<'a>,
        request: &Request,
        each: Duration,
    ) -> Result<(Answer, Option<String>), Failure> {
        let own_host = request.url.authority();
        let host = request.host.as_deref().unwrap_or(&own_host);
        let target = conn.target(&request.url);
        let outgoing = Outgoing {
            method: if request.method.is_empty() { "GET" } else { &request.method },
            target: &target,
            host,
            headers: self.headers(request, conn.certificate_problem.is_none()),
            body: request.body.as_bytes(),
            head_only: request.head_only,
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        conn.renew(each);
        let (answer, reusable) = conn.exchange(&outgoing, &BOUNDS)?;
        let problem = conn.certificate_problem.clone();
        if reusable {
            let mut pool = self.pool.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if pool.len() >= IDLE {
                pool.remove(0);
            }
            pool.push(conn);
        }
        Ok((answer, problem))
    }

    fn pooled(&self, url: &Url) -> Option<Conn<'a>> {
        let mut pool = self.pool.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = pool.iter().rposition(|conn| conn.is_for(url))?;
        Some(pool.remove(at))
    }

    fn headers(&self, request: &Request, is_trusted: bool) -> Vec<(String, String)> {
        let has = |name: &str| request.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let mut headers = Vec::new();
        let usual = [
            ("User-Agent", USER_AGENT),
            ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("Accept-Encoding", "gzip"),
        ];
        headers.extend(
            usual
                .into_iter()
                .filter(|(name, _)| !has(name))
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        // A name and password go to the site they are for and to no other, never in the clear when it speaks HTTPS, and
        // never to somebody whose certificate proves nothing.
        let is_home = request.url.host == self.home.host && request.host.is_none();
        let is_safe =
            (request.url.is_secure || !self.home.is_secure) && (is_trusted || self.options.insecure);
        if is_home && is_safe && !request.anonymous {
            headers.extend(self.options.headers.iter().filter(|(name, _)| !has(name)).cloned());
        }
        headers.extend(request.headers.iter().cloned());
        headers
    }

    /// Keeps the pace.
    fn wait_for_turn(&self) {
        let rate = match self.options.rate {
            Some(rate) => rate,
            None if self.is_inside() => return,
            None => 5.0,
        };
        let gap = Duration::from_secs_f64(1.0 / rate.clamp(0.01, 10_000.0));
        let wait = {
            let mut next = self.pace.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + gap);
            turn.saturating_duration_since(now)
        };
        std::thread::sleep(wait.min(self.left()));
    }
}

fn fill(exchange: &mut Exchange, answer: Answer, request: &Request, certificate_problem: Option<String>) {
    exchange.certificate_problem = certificate_problem;
    exchange.version = answer.version;
    exchange.status = answer.status;
    exchange.is_cut = answer.is_cut;
    exchange.failure = answer.problems.first().cloned().unwrap_or_default();
    exchange.headers = answer.headers;
    let encoding = exchange.header("content-encoding").unwrap_or_default().to_ascii_lowercase();
    let (body, is_cut) = match encoding.trim() {
        "" | "identity" => (answer.body, false),
        "gzip" | "x-gzip" => inflate(flate2::read::GzDecoder::new(answer.body.as_slice())),
        "deflate" => match inflate(flate2::read::ZlibDecoder::new(answer.body.as_slice())) {
            (body, true) if body.is_empty() => {
                inflate(flate2::read::DeflateDecoder::new(answer.body.as_slice()))
            }
            done => done,
        },
        other => {
            exchange.failure = format!("the body is encoded with {other:?}, which was not asked for");
            (Vec::new(), true)
        }
    };
    exchange.is_cut |= is_cut;
    if request.digest && !exchange.is_cut {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        exchange.sha256 = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    }
    let keep = request.keep.min(body.len());
    exchange.is_cut |= keep < body.len();
    exchange.body = String::from_utf8_lossy(&body[..keep]).into_owned();
}

/// What a compressed body holds, up to a bound; and whether there is more, or the rest could not be read.
fn inflate(reader: impl Read) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    let done = reader.take(INFLATED + 1).read_to_end(&mut body);
    let is_cut = done.is_err() || body.len() as u64 > INFLATED;
    body.truncate(INFLATED as usize);
    (body, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_bomb_ends_at_the_bound() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![0; 50 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        assert!(packed.len() < 100_000);
        let (body, is_cut) = inflate(flate2::read::GzDecoder::new(packed.as_slice()));
        assert!(is_cut && body.len() as u64 == INFLATED);
    }
}
