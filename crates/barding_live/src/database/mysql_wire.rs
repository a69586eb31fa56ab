//! The protocol of MySQL and MariaDB: login and plain queries.

use super::digests::{sha1, sha256, xor};
use super::postgres_wire::lost;
use super::stream::{Stream, open};
use super::{Connection, Login, Target, TlsMode, Way};
use crate::dial::Dialer;
use std::io::{Read, Write};

const LONGEST_MESSAGE: usize = 16 << 20;
const MOST_ROWS: usize = 250_000;
const MOST_COLUMNS: u64 = 4096;

const LONG_PASSWORD: u32 = 1;
const CONNECT_WITH_DB: u32 = 8;
const PROTOCOL_41: u32 = 512;
const SSL: u32 = 2048;
const SECURE_CONNECTION: u32 = 1 << 15;
const PLUGIN_AUTH: u32 = 1 << 19;

/// A session.
pub(super) struct Session<'d> {
    stream: Stream<'d>,
    sequence: u8,
    pub(super) connection: Connection,
    pub(super) version: String,
}

/// A row: each value as text, `None` for NULL.
pub(super) type Row = Vec<Option<String>>;

struct Greeting {
    version: String,
    capabilities: u32,
    seed: Vec<u8>,
    plugin: String,
}

impl<'d> Session<'d> {
    /// Logs in.
    pub(super) fn open(dialer: &'d Dialer, target: &Target) -> Result<Self, (String, Option<Connection>)> {
        let early = |why: String| (why, None);
        let stream = open(dialer, target).map_err(early)?;
        let connection = Connection {
            way: stream.way,
            login: Login::Nothing,
            password_given: target.password.is_some(),
            tls: None,
            certificate_problem: None,
            project_verifies: target.tls >= TlsMode::VerifyAuthority,
        };
        let mut session = Self { stream, sequence: 0, connection, version: String::new() };
        let packet = session.packet().map_err(early)?;
        if packet.first() == Some(&0xff) {
            return Err(early(format!("the server refused us: {}", error_of(&packet))));
        }
        let greeting = greeting(&packet)
            .ok_or_else(|| early("what answers does not speak MySQL's protocol".to_owned()))?;
        session.version.clone_from(&greeting.version);
        let mut flags = LONG_PASSWORD | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH;
        if !target.database.is_empty() {
            flags |= CONNECT_WITH_DB;
        }
        let wants_tls = session.stream.way != Way::Socket && target.tls != TlsMode::Disable;
        if wants_tls && greeting.capabilities & SSL != 0 {
            flags |= SSL;
            session.send(&head(flags)).map_err(early)?;
            let sequence = session.sequence;
            session.stream = session.stream.secure(target).map_err(early)?;
            session.sequence = sequence;
            session.connection.tls.clone_from(&session.stream.tls);
            session.connection.certificate_problem.clone_from(&session.stream.certificate_problem);
        } else if wants_tls && target.tls > TlsMode::Prefer {
            return Err(early(
                "the server offers no TLS, and the project's connection asks for it".to_owned(),
            ));
        }
        match session.log_in(target, &greeting, flags) {
            Ok(()) => Ok(session),
            Err(why) => Err((why, Some(session.connection))),
        }
    }

    fn log_in(&mut self, target: &Target, greeting: &Greeting, flags: u32) -> Result<(), String> {
        let password = target.password.as_ref().map_or("", |password| password.reveal()).as_bytes().to_vec();
        let mut plugin = greeting.plugin.clone();
        let mut seed = greeting.seed.clone();
        let first = self.proof(&plugin, &password, &seed).unwrap_or_default();
        let mut body = head(flags);
        body.extend(target.user.bytes().filter(|byte| *byte != 0).chain([0]));
        body.push(first.len() as u8);
        body.extend(&first);
        if !target.database.is_empty() {
            body.extend(target.database.bytes().filter(|byte| *byte != 0).chain([0]));
        }
        body.extend(plugin.bytes().chain([0]));
        self.send(&body)?;
        for _ in 0..8 {
            let packet = self.packet()?;
            match packet.first() {
                Some(0) => {
                    if password.is_empty() && !plugin.contains("socket") {
                        self.connection.login = Login::Nothing;
                    } else {
                        self.connection.login = login_of(&plugin);
                    }
                    return Ok(());
                }
                Some(0xff) => return Err(format!("the server refused the login: {}", error_of(&packet))),
                Some(0xfe) => {
                    let mut parts = packet[1..].splitn(2, |byte| *byte == 0);
                    plugin = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
                    seed = parts.next().unwrap_or_default().to_vec();
                    if seed.last() == Some(&0) {
                        seed.pop();
                    }
                    let proof = self.proof(&plugin, &password, &seed)?;
                    self.send(&proof)?;
                }
                // caching_sha2_password: 3 is "known", 4 wants the password itself.
                Some(1) if packet.get(1) == Some(&3) => {}
                Some(1) if packet.get(1) == Some(&4) => {
                    if self.connection.tls.is_some() || self.connection.way == Way::Socket {
                        self.send(&[&password[..], &[0]].concat())?;
                    } else {
                        self.send(&[2])?;
                    }
                }
                // The server's key, to send the password under.
                Some(1) => {
                    let sealed = sealed(&packet[1..], &password, &seed)?;
                    self.send(&sealed)?;
                }
                _ => return Err("a step of the login could not be read".to_owned()),
            }
        }
        Err("the login took too many steps".to_owned())
    }

    /// What proves the password to a plugin of the server.
    fn proof(&mut self, plugin: &str, password: &[u8], seed: &[u8]) -> Result<Vec<u8>, String> {
        self.connection.login = login_of(plugin);
        if password.is_empty() {
            return Ok(Vec::new());
        }
        match plugin {
            "mysql_native_password" => {
                let once = sha1(&[password]);
                Ok(xor(&once, &sha1(&[seed, &sha1(&[&once])])))
            }
            "caching_sha2_password" | "sha256_password" => {
                let once = sha256(&[password]);
                Ok(xor(&once, &sha256(&[&sha256(&[&once]), seed])))
            }
            "mysql_clear_password"
                if self.connection.tls.is_some()
                    || matches!(self.connection.way, Way::Socket | Way::Loopback) =>
            {
                Ok([password, &[0]].concat())
            }
            "mysql_clear_password" => Err(
                "the server asks for the password in clear over a connection without TLS; it was not sent"
                    .to_owned(),
            ),
            "unix_socket" | "auth_socket" => Ok(Vec::new()),
            other => {
                Err(format!("the server's login `{}` is not known here", super::asking::harmless(other)))
            }
        }
    }

    /// Runs one statement and gives its rows.
    pub(super) fn query(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        self.sequence = 0;
        self.send(&[&[3], sql.as_bytes()].concat())?;
        let packet = self.packet()?;
        let columns = match packet.first() {
            Some(0) => return Ok(Vec::new()),
            Some(0xff) => return Err(error_of(&packet)),
            // LOCAL INFILE: the server asks for a file of ours.
            Some(0xfb) => return Err("the server asks for a file".to_owned()),
            _ => number(&packet, &mut 0)
                .filter(|count| *count <= MOST_COLUMNS)
                .ok_or("an answer could not be read")?,
        };
        for _ in 0..=columns {
            self.packet()?;
        }
        let mut rows = Vec::new();
        loop {
            let packet = self.packet()?;
            match packet.first() {
                Some(0xff) => return Err(error_of(&packet)),
                Some(0xfe) if packet.len() < 9 => return Ok(rows),
                _ if rows.len() < MOST_ROWS => {
                    rows.push(row(&packet, columns).ok_or("a row could not be read")?)
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, body: &[u8]) -> Result<(), String> {
        let mut packet = (body.len() as u32).to_le_bytes()[..3].to_vec();
        packet.push(self.sequence);
        self.sequence = self.sequence.wrapping_add(1);
        packet.extend(body);
        self.stream.write_all(&packet).and_then(|()| self.stream.flush()).map_err(|error| lost(&error))
    }

    fn packet(&mut self) -> Result<Vec<u8>, String> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head).map_err(|error| lost(&error))?;
        let length = u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize;
        if length > LONGEST_MESSAGE {
            return Err("an answer is too long".to_owned());
        }
        self.sequence = head[3].wrapping_add(1);
        let mut body = Vec::new();
        let read =
            (&mut self.stream).take(length as u64).read_to_end(&mut body).map_err(|error| lost(&error))?;
        if read < length {
            return Err("the server closed the connection".to_owned());
        }
        Ok(body)
    }
}

/// What begins the login and the wish for TLS: flags, largest packet, utf8mb4.
fn head(flags: u32) -> Vec<u8> {
    let mut body = flags.to_le_bytes().to_vec();
    body.extend((LONGEST_MESSAGE as u32).to_le_bytes());
    body.push(45);
    body.extend([0; 23]);
    body
}

fn login_of(plugin: &str) -> Login {
    match plugin {
        "mysql_native_password" | "mysql_old_password" => Login::WeakDigest(plugin.to_owned()),
        "mysql_clear_password" => Login::Cleartext,
        "unix_socket" | "auth_socket" => Login::Strong(plugin.to_owned()),
        other => Login::Strong(super::asking::harmless(other)),
    }
}

fn greeting(packet: &[u8]) -> Option<Greeting> {
    if *packet.first()? != 10 {
        return None;
    }
    let end = packet.iter().skip(1).position(|byte| *byte == 0)? + 1;
    let version = String::from_utf8_lossy(packet.get(1..end)?).into_owned();
    let at = end + 1 + 4;
    let mut seed = packet.get(at..at + 8)?.to_vec();
    let low = u16::from_le_bytes([*packet.get(at + 9)?, *packet.get(at + 10)?]);
    let high = u16::from_le_bytes([*packet.get(at + 14)?, *packet.get(at + 15)?]);
    let length = usize::from(*packet.get(at + 16)?);
    let rest = at + 9 + 2 + 1 + 2 + 2 + 1 + 10;
    let more = length.saturating_sub(8).max(13);
    let second = packet.get(rest..(rest + more).min(packet.len()))?;
    seed.extend(second.strip_suffix(&[0]).unwrap_or(second));
    let plugin =
        packet.get(rest + more..).unwrap_or_default().split(|byte| *byte == 0).next().unwrap_or_default();
    Some(Greeting {
        // MariaDB puts this before its own version for old clients.
        version: version.strip_prefix("5.5.5-").unwrap_or(&version).to_owned(),
        capabilities: u32::from(low) | u32::from(high) << 16,
        seed,
        plugin: String::from_utf8_lossy(plugin).into_owned(),
    })
}

/// The password under the server's RSA key, as caching_sha2_password wants it without TLS.
fn sealed(pem: &[u8], password: &[u8], seed: &[u8]) -> Result<Vec<u8>, String> {
    use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
    let broken = |_| "the server's key could not be read".to_owned();
    let text = String::from_utf8_lossy(pem);
    let inner: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = super::digests::from_base64(inner.trim()).ok_or("the server's key could not be read")?;
    let key = PublicEncryptingKey::from_der(&der).map_err(broken)?;
    let key =
        OaepPublicEncryptingKey::new(key).map_err(|_| "the server's key could not be used".to_owned())?;
    let mut plain: Vec<u8> = password.iter().copied().chain([0]).collect();
    if seed.is_empty() {
        return Err("a step of the login could not be read".to_owned());
    }
    plain.iter_mut().zip(seed.iter().cycle()).for_each(|(byte, seed)| *byte ^= seed);
    let mut out = vec![0; key.ciphertext_size()];
    let length = key
        .encrypt(&OAEP_SHA1_MGF1SHA1, &plain, &mut out, None)
        .map_err(|_| "the password does not fit the server's key".to_owned())?
        .len();
    out.truncate(length);
    Ok(out)
}

fn row(packet: &[u8], columns: u64) -> Option<Row> {
    let mut at = 0;
    let mut values = Vec::new();
    for _ in 0..columns {
        if packet.get(at) == Some(&0xfb) {
            at += 1;
            values.push(None);
            continue;
        }
        let length = usize::try_from(number(packet, &mut at)?).ok()?;
        let end = at.checked_add(length)?;
        values.push(Some(String::from_utf8_lossy(packet.get(at..end)?).into_owned()));
        at = end;
    }
    Some(values)
}

/// A number in MySQL's own lengths.
fn number(packet: &[u8], at: &mut usize) -> Option<u64> {
    let first = *packet.get(*at)?;
    *at += 1;
    let width = match first {
        0..=0xfa => return Some(u64::from(first)),
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        _ => return None,
    };
    let bytes = packet.get(*at..*at + width)?;
    *at += width;
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn error_of(packet: &[u8]) -> String {
    let text = packet.get(3..).unwrap_or_default();
    let text = if text.first() == Some(&b'#') { text.get(6..).unwrap_or_default() } else { text };
    super::asking::harmless(&String::from_utf8_lossy(text))
}
