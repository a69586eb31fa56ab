//! Addresses of the web, as far as a look at a site needs them: read, joined, compared.

use crate::tls::to_ascii;
use std::fmt;

/// An address of `http` or `https`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url {
    /// Whether it is `https`.
    pub is_secure: bool,
    /// The host in small letters; an IPv6 address has no brackets here.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub target: String,
}

/// Longer addresses are not read.
const LONGEST: usize = 8_000;

impl Url {
    /// Reads an absolute address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST || text.chars().any(|c| c.is_control()) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        // Browsers take any number of slashes, and backslashes for slashes.
        let rest = rest.trim_start_matches(['/', '\\']);
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let usual = if is_secure { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, "")) => (host, usual),
            Some((host, port)) if !port.contains(']') && !host.is_empty() => (host, port.parse().ok()?),
            _ => (authority, usual),
        };
        let host = to_ascii(host.trim_matches(['[', ']'])).to_ascii_lowercase();
        let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(is_fine) {
            return None;
        }
        Some(Self { is_secure, host, port, target: target(rest) })
    }

    /// Where a reference on this page leads; `None` when it is no address of the web.
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference: String =
            reference.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let reference = reference.as_str();
        let scheme_end =
            reference.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
        if let Some(end) = scheme_end
            && reference[end..].starts_with(':')
            && reference.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            let own = if self.is_secure { "https" } else { "http" };
            let (scheme, rest) = reference.split_at(end);
            // `https:path` of the same scheme is relative in browsers, unless slashes follow.
            if scheme.eq_ignore_ascii_case(own) && !rest[1..].starts_with(['/', '\\']) {
                return self.join(&rest[1..]);
            }
            return Self::parse(reference);
        }
        let slashes = |text: &str| text.starts_with('/') || text.starts_with('\\');
        if slashes(reference) && reference.get(1..).is_some_and(slashes) {
            return Self::parse(&format!("{}:{reference}", if self.is_secure { "https" } else { "http" }));
        }
        if reference.len() > LONGEST {
            return None;
        }
        let path = self.path();
        let joined = if slashes(reference) {
            reference.to_owned()
        } else if reference.starts_with('?') {
            format!("{path}{reference}")
        } else if reference.is_empty() || reference.starts_with('#') {
            self.target.clone()
        } else {
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            format!("{folder}{reference}")
        };
        Some(Self { target: target(&joined), ..self.clone() })
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or("/")
    }

    /// The query without the question mark.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The same origin with another path.
    pub fn at(&self, target: &str) -> Self {
        Self { target: self::target(target), ..self.clone() }
    }

    /// Whether scheme, host and port are the same.
    pub fn same_origin(&self, other: &Url) -> bool {
        self.is_secure == other.is_secure && self.host == other.host && self.port == other.port
    }

    /// Whether the host is the same but for `www.`.
    pub fn same_site(&self, other: &Url) -> bool {
        let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
        bare(&self.host) == bare(&other.host)
    }

    /// The host with brackets where it is an IPv6 address, and the port where it is not the usual one.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.is_secure { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.is_secure { "https" } else { "http" }, self.authority())
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.origin(), self.target)
    }
}

/// Path and query without a fragment, without dot segments, in bytes that a request line may carry.
fn target(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default();
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let path = path.replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    let parts: Vec<&str> = path.split('/').skip(usize::from(path.starts_with('/'))).collect();
    for (at, part) in parts.iter().enumerate() {
        let is_last = at + 1 == parts.len();
        match *part {
            "." if is_last => segments.push(""),
            "." => {}
            ".." => {
                segments.pop();
                if is_last {
                    segments.push("");
                }
            }
            part => segments.push(part),
        }
    }
    let mut whole = format!("/{}", segments.join("/"));
    if let Some(query) = query {
        whole.push('?');
        whole.push_str(query);
    }
    escaped(&whole)
}

fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(base: &str, reference: &str) -> String {
        Url::parse(base).unwrap().join(reference).map_or("none".to_owned(), |url| url.to_string())
    }

    #[test]
    fn addresses_as_browsers_read_them() {
        let read = |text: &str| Url::parse(text).map_or("none".to_owned(), |url| url.to_string());
        assert_eq!(read("HTTPS://Shop.Example:443"), "https://shop.example/");
        assert_eq!(read("http://a:b@shop.example:8000/a?b#c"), "http://shop.example:8000/a?b");
        assert_eq!(read("http://[2001:db8::7]:81/x"), "http://[2001:db8::7]:81/x");
        assert_eq!(read("https:shop.example"), "https://shop.example/");
        assert_eq!(read("ftp://shop.example/"), "none");
        assert_eq!(read("https://shop.example\\@evil.example/"), "https://shop.example/@evil.example/");
        assert_eq!(read("https://"), "none");
    }

    #[test]
    fn references_lead_where_browsers_go() {
        let base = "https://shop.example/a/b?c";
        assert_eq!(joined(base, "d"), "https://shop.example/a/d");
        assert_eq!(joined(base, "/d/../e"), "https://shop.example/e");
        assert_eq!(joined(base, "?q=1"), "https://shop.example/a/b?q=1");
        assert_eq!(joined(base, "#top"), "https://shop.example/a/b?c");
        assert_eq!(joined(base, "//evil.example"), "https://evil.example/");
        assert_eq!(joined(base, "/\\evil.example"), "https://evil.example/");
        assert_eq!(joined(base, "https:d"), "https://shop.example/a/d");
        assert_eq!(joined(base, "http:evil.example/"), "http://evil.example/");
        assert_eq!(joined(base, "mailto:a@b.example"), "none");
        assert_eq!(joined(base, "javascript:alert(1)"), "none");
        assert_eq!(joined(base, " /ü\n"), "https://shop.example/%C3%BC");
    }

    proptest! {
        #[test]
        fn whatever_comes_a_request_line_stays_one_line(base in ".*", reference in ".*") {
            let start = Url::parse("https://shop.example/x").unwrap();
            for url in [Url::parse(&base), start.join(&reference)].into_iter().flatten() {
                prop_assert!(url.target.starts_with('/'));
                prop_assert!(url.to_string().bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert_eq!(Url::parse(&url.to_string()), Some(url.clone()));
            }
        }
    }
}
