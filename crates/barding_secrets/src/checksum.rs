//! Offline checks of formats: what a token says about itself.

use crate::detector::Checksum;
use std::fmt::Write;

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The format's own check holds; the note says which.
    Holds(String),
    /// It does not, which some made-up and some shortened tokens show. Still worth a look.
    Fails(&'static str),
    /// It cannot be such a secret.
    Impossible,
    /// Nothing to say.
    Silent,
}

/// Asks the check of a format about a secret. `whole` is the whole match.
pub(crate) fn check(checksum: Checksum, secret: &[u8], whole: &[u8]) -> Checked {
    match checksum {
        Checksum::Github => github(secret),
        Checksum::AwsKeyId => aws_account(secret),
        Checksum::Pypi => pypi(secret),
        Checksum::Jwt => jwt(secret),
        Checksum::BasicAuth => basic_auth(secret),
        Checksum::Authorization if whole.windows(6).any(|word| word.eq_ignore_ascii_case(b"basic ")) => {
            basic_auth(secret)
        }
        Checksum::Authorization => Checked::Silent,
        Checksum::Pem => pem(secret),
    }
}

/// GitHub's and npm's tokens end in the CRC-32 of what stands between prefix and checksum, in base 62.
fn github(token: &[u8]) -> Checked {
    let Some(at) = token.iter().position(|byte| *byte == b'_') else { return Checked::Silent };
    let body = &token[at + 1..];
    if body.len() != 36 {
        return Checked::Silent;
    }
    let (random, checksum) = body.split_at(30);
    if base62(crc32(random)) == checksum {
        Checked::Holds("its checksum is right".to_owned())
    } else {
        Checked::Fails("its checksum is wrong, so it may be made up")
    }
}

pub(crate) fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for place in digits.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits
}

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// The 16 characters after the prefix are base 32; 40 bits behind the first one are the account number.
fn aws_account(key: &[u8]) -> Checked {
    let mut bits: u128 = 0;
    for byte in &key[4..] {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return Checked::Impossible,
        };
        bits = (bits << 5) | u128::from(digit);
    }
    // 80 bits; the account is bits 1 to 40 of the first 48.
    let account = ((bits >> 32) as u64 & 0x7fff_ffff_ff80) >> 7;
    if account < 1_000_000_000_000 {
        Checked::Holds(format!("it belongs to account {account:012}"))
    } else {
        Checked::Fails("it names an impossible account, so it may be made up")
    }
}

/// A PyPI token is a macaroon: version 2, then the location as a length-prefixed text.
fn pypi(token: &[u8]) -> Checked {
    let Some(macaroon) = base64(&token[b"pypi-".len()..]) else { return Checked::Silent };
    match macaroon.get(..3) {
        Some([2, 1, length]) => {
            match macaroon.get(3..3 + usize::from(*length)).and_then(|host| std::str::from_utf8(host).ok()) {
                Some(host) if host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') => {
                    Checked::Holds(format!("it is for {host}"))
                }
                _ => Checked::Impossible,
            }
        }
        _ => Checked::Impossible,
    }
}

fn jwt(token: &[u8]) -> Checked {
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return Checked::Impossible };
    let Some(header) = base64(header).and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Checked::Impossible;
    };
    if !header.starts_with('{') || !header.contains("\"alg\"") {
        return Checked::Impossible;
    }
    let encrypted = header.contains("\"enc\"");
    let payload = base64(payload).unwrap_or_default();
    if !encrypted && !payload.starts_with(b"{") {
        return Checked::Impossible;
    }
    let algorithm =
        header.split_once("\"alg\"").and_then(|(_, rest)| rest.split('"').nth(1)).filter(|name| {
            name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    // The token that manuals print has this subject.
    if payload.windows(12).any(|word| word == b"\"1234567890\"") {
        return Checked::Impossible;
    }
    match algorithm {
        Some(name) => Checked::Holds(format!("it decodes; its algorithm is {name}")),
        None => Checked::Holds("it decodes".to_owned()),
    }
}

fn basic_auth(secret: &[u8]) -> Checked {
    let Some(pair) = base64(secret) else { return Checked::Impossible };
    let Some(colon) = pair.iter().position(|byte| *byte == b':') else { return Checked::Impossible };
    let printable = pair.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte >= 0x80);
    let (user, password) = (&pair[..colon], &pair[colon + 1..]);
    if !printable || password.is_empty() || crate::placeholder::is_dummy_password(password) {
        return Checked::Impossible;
    }
    let mut note = String::from("it is the password of ");
    for byte in user.iter().take(40) {
        let _ = write!(note, "{}", if byte.is_ascii_graphic() { *byte as char } else { '?' });
    }
    Checked::Holds(note)
}

/// The body of a PEM block must be base64 with the variety of a key.
fn pem(block: &[u8]) -> Checked {
    let Some(at) = block.windows(5).skip(20).position(|dashes| dashes == b"-----").map(|at| at + 25) else {
        return Checked::Impossible;
    };
    let body: Vec<u8> = block[at..].iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    if body.len() < 40 || crate::entropy::bits_per_byte(&body) < 3.8 {
        return Checked::Impossible;
    }
    if block.windows(9).take(40).any(|word| word == b"ENCRYPTED") {
        return Checked::Holds("it is encrypted with a passphrase".to_owned());
    }
    Checked::Silent
}

/// Base64 in either alphabet, padding optional. `None` when other bytes occur.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.iter().copied().take_while(|byte| *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_and_base62_are_the_usual_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(&base62(0), b"000000");
        assert_eq!(&base62(61), b"00000z");
        assert_eq!(&base62(62), b"000010");
    }

    #[test]
    fn an_aws_key_names_its_account() {
        // Split, so that scanners of this repository stay quiet.
        let key = concat!("AKIA", "QYLPMN5HHHFPZAM2");
        let Checked::Holds(note) = check(Checksum::AwsKeyId, key.as_bytes(), b"") else {
            panic!("a well-formed key id");
        };
        assert_eq!(note, "it belongs to account 052310077262");
    }

    #[test]
    fn basic_authentication_decodes() {
        assert_eq!(base64(b"aGVsbG8=").unwrap(), b"hello");
        assert!(matches!(basic_auth(b"bWFyaWE6czNjci10dWxpcA=="), Checked::Holds(_)));
        assert_eq!(basic_auth(b"bm9jb2xvbg=="), Checked::Impossible);
    }
}
