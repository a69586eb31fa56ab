//! Passwords in addresses: `scheme://user:password@host`.

use crate::placeholder::{is_dummy_password, is_words};
use std::ops::Range;

/// The password of the address whose `://` stands at `at`, and whether it is hardly one.
pub(crate) fn password(text: &[u8], at: usize) -> Option<(Range<usize>, bool)> {
    let start = at + 3;
    let scheme_start = text[..at]
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'));
    let scheme = &text[scheme_start.map_or(0, |before| before + 1)..at];
    if scheme.is_empty() || scheme.len() > 30 {
        return None;
    }
    let rest = &text[start..text.len().min(start + 400)];
    let mut colon = None;
    let mut end = None;
    for (offset, byte) in rest.iter().copied().enumerate() {
        match byte {
            b':' if colon.is_none() => colon = Some(offset),
            b'@' => {
                end = Some(offset);
                break;
            }
            // A slash may stand in a password only when it is not the first after the host's port.
            b'/' | b'?' | b'#' if colon.is_none() => return None,
            b'/' if rest[colon? + 1..offset].iter().all(u8::is_ascii_digit) => return None,
            b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'|' | b'(' | b')' | 0..=b' ' | 0x7f.. => {
                return None;
            }
            _ => {}
        }
    }
    let (colon, end) = (colon?, end?);
    let user = &rest[..colon];
    let secret = &rest[colon + 1..end];
    if secret.is_empty() || user.contains(&b'/') || secret.len() > 200 {
        return None;
    }
    let host: Vec<u8> = rest[end + 1..]
        .iter()
        .copied()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'-' | b'_' | b'[' | b'{' | b'$' | b'%' | b'<')
        })
        .collect();
    if host.is_empty() || matches!(host[0], b'{' | b'$' | b'%' | b'<') || is_made_up_host(&host) {
        return None;
    }
    if secret == user
        || is_dummy_password(secret)
        || secret.starts_with(b"$")
        || secret.contains(&b'{')
        || secret.starts_with(b"%")
    {
        return None;
    }
    if secret.len() < 3 {
        return None;
    }
    // Placeholders are written in capitals: USER:PASSWORD@HOST.
    if user.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
        && secret.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
        && !user.is_empty()
    {
        return None;
    }
    let weak = secret.len() < 6 || is_words(secret);
    Some((start + colon + 1..start + end, weak))
}

fn is_made_up_host(host: &[u8]) -> bool {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    host == "host"
        || host == "hostname"
        || host == "example"
        || host.ends_with("example.com")
        || host.ends_with("example.org")
        || host.ends_with("example.net")
        || host == "ip"
        || host.starts_with("your")
}
