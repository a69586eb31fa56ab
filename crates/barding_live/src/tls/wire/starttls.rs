//! What must be said before TLS on the ports of mail, files and databases.

use super::Bytes;
use crate::tls::Starttls;
use std::io::{self, ErrorKind, Read, Write};

/// Talks until the server is ready for TLS.
///
/// # Errors
/// When the server does not offer TLS or does not speak that protocol.
pub(crate) fn begin(protocol: Starttls, connection: &mut (impl Read + Write)) -> io::Result<()> {
    match protocol {
        Starttls::Smtp => smtp(connection),
        Starttls::Imap => {
            expect(connection, "* ")?;
            connection.write_all(b"a1 STARTTLS\r\n")?;
            tagged(connection, "a1 OK")
        }
        Starttls::Pop3 => {
            expect(connection, "+OK")?;
            connection.write_all(b"STLS\r\n")?;
            expect(connection, "+OK")
        }
        Starttls::Ftp => {
            reply(connection, "220")?;
            connection.write_all(b"AUTH TLS\r\n")?;
            reply(connection, "234")
        }
        Starttls::Postgres => {
            connection.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
            let mut answer = [0];
            connection.read_exact(&mut answer)?;
            if answer == *b"S" { Ok(()) } else { Err(refused("PostgreSQL does not offer TLS")) }
        }
        Starttls::Mysql => mysql(connection),
    }
}

fn smtp(connection: &mut (impl Read + Write)) -> io::Result<()> {
    reply(connection, "220")?;
    connection.write_all(b"EHLO barding.example\r\n")?;
    reply(connection, "250")?;
    connection.write_all(b"STARTTLS\r\n")?;
    reply(connection, "220")
}

fn mysql(connection: &mut (impl Read + Write)) -> io::Result<()> {
    const TLS: u16 = 0x0800;
    let mut head = [0; 4];
    connection.read_exact(&mut head)?;
    let length = usize::from(head[0]) | usize::from(head[1]) << 8;
    if head[2] != 0 || !(20..=4096).contains(&length) {
        return Err(refused("the greeting is not MySQL's"));
    }
    let mut greeting = vec![0; length];
    connection.read_exact(&mut greeting)?;
    let capabilities = mysql_capabilities(&greeting).ok_or_else(|| refused("the greeting is not MySQL's"))?;
    if capabilities & TLS == 0 {
        return Err(refused("MySQL does not offer TLS"));
    }
    // SSLRequest: protocol 4.1, TLS, secure connection; packets of 16 MB; utf8mb4; 23 zeros; second packet.
    let mut request = vec![32, 0, 0, 1];
    request.extend((0x0200u32 | u32::from(TLS) | 0x8000).to_le_bytes());
    request.extend(0x0100_0000u32.to_le_bytes());
    request.push(45);
    request.extend([0; 23]);
    connection.write_all(&request)
}

/// The lower capability flags of a greeting of protocol 10.
fn mysql_capabilities(greeting: &[u8]) -> Option<u16> {
    let mut bytes = Bytes(greeting);
    if bytes.u8()? != 10 {
        return None;
    }
    let version = bytes.0.iter().position(|byte| *byte == 0)?;
    bytes.take(version + 1)?;
    // Connection number, eight bytes of the challenge, a zero.
    bytes.take(4 + 8 + 1)?;
    bytes.take(2).map(|flags| u16::from_le_bytes([flags[0], flags[1]]))
}

/// One line of at most 1,000 bytes, read byte by byte so that nothing of the TLS that follows is swallowed.
fn line(connection: &mut impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while bytes.len() < 1000 {
        connection.read_exact(&mut byte)?;
        if byte[0] == b'\n' {
            return Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        }
        bytes.push(byte[0]);
    }
    Err(refused("a line without end"))
}

fn expect(connection: &mut impl Read, start: &str) -> io::Result<()> {
    if line(connection)?.starts_with(start) {
        Ok(())
    } else {
        Err(refused("the server does not offer TLS here"))
    }
}

/// A reply of several lines: all but the last have a hyphen after the number.
fn reply(connection: &mut impl Read, number: &str) -> io::Result<()> {
    for _ in 0..50 {
        let line = line(connection)?;
        let Some(rest) = line.strip_prefix(number) else {
            return Err(refused("the server does not offer TLS here"));
        };
        if !rest.starts_with('-') {
            return Ok(());
        }
    }
    Err(refused("a reply without end"))
}

fn tagged(connection: &mut impl Read, wanted: &str) -> io::Result<()> {
    for _ in 0..50 {
        let line = line(connection)?;
        if line.starts_with(wanted) {
            return Ok(());
        }
        if !line.starts_with("* ") {
            break;
        }
    }
    Err(refused("the server does not offer TLS here"))
}

fn refused(why: &str) -> io::Error {
    io::Error::new(ErrorKind::Unsupported, why)
}
