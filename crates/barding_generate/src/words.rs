//! Texts of the project that are written into files of another language: checked first, so that no name of a project can
//! say anything there but itself.

/// A host name as servers take it: letters, digits, dots, dashes; a leading `.` or `*.` for subdomains.
pub(crate) fn is_domain(text: &str) -> bool {
    let name = text.strip_prefix("*.").or(text.strip_prefix('.')).unwrap_or(text);
    !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// Whether a path or URL prefix can stand in any of the formats without quoting.
pub(crate) fn is_plain_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 1024
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:~".contains(&byte))
        && !text.split('/').any(|part| part == "..")
}

/// Whether a text can be a name in SQL, a service's name or a Python module without quoting.
pub(crate) fn is_word(text: &str) -> bool {
    text.len() <= 50
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a text is an address or a network: `203.0.113.0/24`, `2001:db8::/32`.
pub(crate) fn network(text: &str) -> Option<Network> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: std::net::IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    if let Some(bits) = bits
        && !bits.parse::<u8>().is_ok_and(|bits| bits <= most)
    {
        return None;
    }
    Some(if address.is_ipv4() { Network::V4 } else { Network::V6 })
}

/// The sort of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Seconds in words that a reader knows: a year, a week.
pub(crate) fn bytes_in_words(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    const KIB: u64 = 1 << 10;
    if bytes.is_multiple_of(MIB) { format!("{}m", bytes / MIB) } else { format!("{}k", bytes.div_ceil(KIB)) }
}

/// Comment lines: each line of `text` behind `mark`, folded at about 100 columns.
pub(crate) fn comment(mark: &str, indent: &str, text: &str) -> String {
    let mut lines = String::new();
    let most = 110_usize.saturating_sub(indent.len() + mark.len());
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > most {
                lines.push_str(&format!("{indent}{mark} {line}\n"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push_str(&format!("{indent}{mark} {line}\n"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_pass_for_names() {
        assert!(is_domain("shop.example") && is_domain(".shop.example") && is_domain("*.shop.example"));
        assert!(!is_domain("a;b") && !is_domain("") && !is_domain("a..b") && !is_domain("a b"));
        assert!(
            is_plain_path("/srv/shop/static/") && !is_plain_path("/srv/a b") && !is_plain_path("/a/../b")
        );
        assert!(!is_plain_path("/a;}") && !is_plain_path("/a\n"));
        assert!(
            network("10.0.0.0/8").is_some() && network("10.0.0.0/33").is_none() && network("x").is_none()
        );
    }

    #[test]
    fn sizes_are_exact_or_rounded_up() {
        assert_eq!(bytes_in_words(5 << 20), "5m");
        assert_eq!(bytes_in_words(2_621_440), "2560k");
        assert_eq!(bytes_in_words(1), "1k");
    }
}
