//! PostgreSQL's protocol, version 3: login and plain queries.

use super::digests::{base64, from_base64, hex, hmac_sha256, md5, pbkdf2_sha256, sha256, xor};
use super::stream::{Stream, open};
use super::{Connection, Login, Target, TlsMode, Way};
use crate::dial::Dialer;
use std::io::{Read, Write};
use std::num::NonZeroU32;

/// A message longer than this is none we asked for.
const LONGEST_MESSAGE: usize = 16 << 20;
/// More rows than this are not kept.
const MOST_ROWS: usize = 250_000;
/// A server that asks for more rounds only wants us busy.
const MOST_ROUNDS: u32 = 10_000_000;

/// A session.
pub(super) struct Session<'d> {
    stream: Stream<'d>,
    pub(super) connection: Connection,
    pub(super) version: String,
}

/// A row: each value as text, `None` for NULL.
pub(super) type Row = Vec<Option<String>>;

impl<'d> Session<'d> {
    /// Logs in.
    pub(super) fn open(dialer: &'d Dialer, target: &Target) -> Result<Self, (String, Option<Connection>)> {
        let early = |why: String| (why, None);
        let mut stream = open(dialer, target).map_err(early)?;
        if stream.way != Way::Socket && target.tls != TlsMode::Disable {
            stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).map_err(|error| early(lost(&error)))?;
            stream.flush().map_err(|error| early(lost(&error)))?;
            let mut answer = [0];
            stream.read_exact(&mut answer).map_err(|error| early(lost(&error)))?;
            match answer[0] {
                b'S' => stream = stream.secure(target).map_err(early)?,
                b'N' if target.tls <= TlsMode::Prefer => {}
                b'N' => {
                    return Err(early(
                        "the server offers no TLS, and the project's connection asks for it".to_owned(),
                    ));
                }
                _ => return Err(early("what answers does not speak PostgreSQL's protocol".to_owned())),
            }
        }
        let connection = Connection {
            way: stream.way,
            login: Login::Nothing,
            password_given: target.password.is_some(),
            tls: stream.tls.clone(),
            certificate_problem: stream.certificate_problem.clone(),
            project_verifies: target.tls >= TlsMode::VerifyAuthority,
        };
        let mut session = Self { stream, connection, version: String::new() };
        match session.log_in(target) {
            Ok(()) => Ok(session),
            Err(why) => Err((why, Some(session.connection))),
        }
    }

    fn log_in(&mut self, target: &Target) -> Result<(), String> {
        let mut body = 196_608_u32.to_be_bytes().to_vec();
        let database = if target.database.is_empty() { &target.user } else { &target.database };
        for (name, value) in
            [("user", target.user.as_str()), ("database", database), ("application_name", "barding")]
        {
            if value.contains('\0') {
                return Err("a name holds a zero byte".to_owned());
            }
            body.extend(name.bytes().chain([0]).chain(value.bytes()).chain([0]));
        }
        body.push(0);
        let mut message = ((body.len() + 4) as u32).to_be_bytes().to_vec();
        message.extend(body);
        self.write(&message)?;
        let password = target.password.as_ref().map(|password| password.reveal());
        let missing = || "the server asks for a password, and none was given".to_owned();
        let mut scram = None;
        loop {
            let (kind, body) = self.message()?;
            match kind {
                b'R' => {
                    let code = body
                        .get(..4)
                        .map_or(u32::MAX, |four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
                    let rest = body.get(4..).unwrap_or_default();
                    match code {
                        0 => {}
                        3 => {
                            self.connection.login = Login::Cleartext;
                            if self.connection.tls.is_none()
                                && matches!(self.connection.way, Way::Private | Way::Public)
                            {
                                return Err("the server asks for the password in clear over a connection without TLS; it was not sent".to_owned());
                            }
                            let word = password.ok_or_else(missing)?;
                            self.send(b'p', &[word.as_bytes(), &[0]].concat())?;
                        }
                        5 => {
                            self.connection.login = Login::WeakDigest("md5".to_owned());
                            let word = password.ok_or_else(missing)?;
                            let inner = hex(&md5(&[word.as_bytes(), target.user.as_bytes()].concat()));
                            let outer =
                                hex(&md5(&[inner.as_bytes(), rest.get(..4).unwrap_or_default()].concat()));
                            self.send(b'p', format!("md5{outer}\0").as_bytes())?;
                        }
                        10 => {
                            self.connection.login = Login::Strong("scram-sha-256".to_owned());
                            let word = password.ok_or_else(missing)?;
                            if !rest.split(|byte| *byte == 0).any(|name| name == b"SCRAM-SHA-256") {
                                return Err("the server offers no login that is known here".to_owned());
                            }
                            let own = Scram::new(word)?;
                            let first = own.first();
                            let mut body = b"SCRAM-SHA-256\0".to_vec();
                            body.extend((first.len() as u32).to_be_bytes());
                            body.extend(first.as_bytes());
                            self.send(b'p', &body)?;
                            scram = Some(own);
                        }
                        11 => {
                            let own = scram.as_mut().ok_or("the server skipped a step of the login")?;
                            let answer = own.answer(&String::from_utf8_lossy(rest))?;
                            self.send(b'p', answer.as_bytes())?;
                        }
                        12 => {
                            let own = scram.as_ref().ok_or("the server skipped a step of the login")?;
                            if !own.is_server(&String::from_utf8_lossy(rest)) {
                                return Err(
                                    "the server does not know the password itself: it may be another one's"
                                        .to_owned(),
                                );
                            }
                        }
                        7..=9 => {
                            return Err("the server asks for Kerberos, which is not known here".to_owned());
                        }
                        _ => return Err("the server offers no login that is known here".to_owned()),
                    }
                }
                b'E' => return Err(format!("the server refused the login: {}", error_of(&body))),
                b'S' => {
                    let mut parts = body.split(|byte| *byte == 0);
                    if parts.next() == Some(b"server_version") {
                        self.version = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
                    }
                }
                b'Z' => return Ok(()),
                _ => {}
            }
        }
    }

    /// Runs one statement and gives its rows.
    pub(super) fn query(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        self.send(b'Q', &[sql.as_bytes(), &[0]].concat())?;
        let mut rows = Vec::new();
        let mut failed = None;
        loop {
            let (kind, body) = self.message()?;
            match kind {
                b'D' if rows.len() < MOST_ROWS => rows.push(row(&body).ok_or("a row could not be read")?),
                b'E' => failed = Some(error_of(&body)),
                // COPY would wait for us.
                b'G' | b'H' | b'W' => return Err("the server wants to copy".to_owned()),
                b'Z' => return failed.map_or(Ok(rows), Err),
                _ => {}
            }
        }
    }

    fn send(&mut self, kind: u8, body: &[u8]) -> Result<(), String> {
        let mut message = vec![kind];
        message.extend(((body.len() + 4) as u32).to_be_bytes());
        message.extend(body);
        self.write(&message)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).map_err(|error| lost(&error))
    }

    fn message(&mut self) -> Result<(u8, Vec<u8>), String> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head).map_err(|error| lost(&error))?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let length = length.checked_sub(4).filter(|length| *length <= LONGEST_MESSAGE);
        let length = length.ok_or("what answers does not speak PostgreSQL's protocol")?;
        let mut body = Vec::new();
        let read =
            (&mut self.stream).take(length as u64).read_to_end(&mut body).map_err(|error| lost(&error))?;
        if read < length {
            return Err("the server closed the connection".to_owned());
        }
        Ok((head[0], body))
    }
}

pub(super) fn lost(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
            "the server took too long to answer".to_owned()
        }
        _ => format!("the connection broke: {error}"),
    }
}

fn row(body: &[u8]) -> Option<Row> {
    let count = u16::from_be_bytes([*body.first()?, *body.get(1)?]);
    let mut at = 2;
    let mut values = Vec::new();
    for _ in 0..count {
        let length = i32::from_be_bytes(body.get(at..at + 4)?.try_into().ok()?);
        at += 4;
        if length < 0 {
            values.push(None);
            continue;
        }
        let end = at.checked_add(length as usize)?;
        values.push(Some(String::from_utf8_lossy(body.get(at..end)?).into_owned()));
        at = end;
    }
    Some(values)
}

/// The message of an error, without what a terminal would obey.
fn error_of(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0);
    let message = fields.filter(|field| field.first() == Some(&b'M')).map(|field| &field[1..]).next();
    super::asking::harmless(&String::from_utf8_lossy(message.unwrap_or(b"no reason given")))
}

/// SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.
struct Scram {
    password: Vec<u8>,
    nonce: String,
    auth: String,
    salted: [u8; 32],
}

impl Scram {
    fn new(password: &str) -> Result<Self, String> {
        let mut random = [0; 18];
        aws_lc_rs::rand::fill(&mut random).map_err(|_| "the system gave no randomness".to_owned())?;
        Ok(Self {
            password: password.as_bytes().to_vec(),
            nonce: base64(&random),
            auth: String::new(),
            salted: [0; 32],
        })
    }

    fn bare(&self) -> String {
        format!("n=,r={}", self.nonce)
    }

    fn first(&self) -> String {
        format!("n,,{}", self.bare())
    }

    fn answer(&mut self, server: &str) -> Result<String, String> {
        let part = |key: &str| server.split(',').find_map(|part| part.strip_prefix(key));
        let broken = || "a step of the login could not be read".to_owned();
        let nonce = part("r=").filter(|nonce| nonce.starts_with(&self.nonce)).ok_or_else(broken)?;
        let salt = part("s=").and_then(from_base64).ok_or_else(broken)?;
        let rounds: u32 = part("i=").and_then(|rounds| rounds.parse().ok()).ok_or_else(broken)?;
        let rounds =
            NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= MOST_ROUNDS).ok_or_else(broken)?;
        self.salted = pbkdf2_sha256(&self.password, &salt, rounds);
        let last = format!("c=biws,r={nonce}");
        self.auth = format!("{},{server},{last}", self.bare());
        let key = hmac_sha256(&self.salted, b"Client Key");
        let signature = hmac_sha256(&sha256(&[&key]), self.auth.as_bytes());
        Ok(format!("{last},p={}", base64(&xor(&key, &signature))))
    }

    fn is_server(&self, last: &str) -> bool {
        let key = hmac_sha256(&self.salted, b"Server Key");
        let expected = base64(&hmac_sha256(&key, self.auth.as_bytes()));
        last.split(',').any(|part| part.strip_prefix("v=") == Some(&expected))
    }
}
