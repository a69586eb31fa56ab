//! `Set-Cookie` lines, read as browsers read them.

/// One cookie as it was set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether it is sent over HTTPS only.
    pub is_secure: bool,
    /// Whether scripts cannot read it.
    pub is_http_only: bool,
    /// The value of `SameSite` in small letters; absent when it was not sent.
    pub same_site: Option<String>,
    /// The value of `Domain`; absent when it was not sent.
    pub domain: Option<String>,
    /// The value of `Path`; absent when it was not sent.
    pub path: Option<String>,
    /// Whether it is taken away rather than set.
    pub is_removed: bool,
}

impl Cookie {
    /// Reads one line; `None` when a browser would take no notice of it.
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split(';');
        let pair = parts.next()?;
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.is_empty() && value.is_empty() {
            return None;
        }
        let mut cookie = Self { name: name.to_owned(), value: value.to_owned(), ..Self::default() };
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "secure" => cookie.is_secure = true,
                "httponly" => cookie.is_http_only = true,
                "samesite" => cookie.same_site = Some(value.to_ascii_lowercase()),
                "domain" if !value.is_empty() => {
                    cookie.domain = Some(value.trim_start_matches('.').to_ascii_lowercase());
                }
                "path" if value.starts_with('/') => cookie.path = Some(value.to_owned()),
                "max-age" if value.parse::<i64>().is_ok_and(|seconds| seconds <= 0) => {
                    cookie.is_removed = true
                }
                "expires" if value.contains("1970") => cookie.is_removed = true,
                _ => {}
            }
        }
        Some(cookie)
    }

    /// The name without a `__Host-` or `__Secure-` before it.
    pub fn bare_name(&self) -> &str {
        let prefixes = ["__Host-Http-", "__Http-", "__Host-", "__Secure-"];
        let prefix = prefixes.iter().find(|prefix| {
            self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        });
        prefix.map_or(self.name.as_str(), |prefix| &self.name[prefix.len()..])
    }

    /// Whether it holds a session: Django's own name, or a name that says so.
    pub fn is_session(&self) -> bool {
        let name = self.bare_name().to_ascii_lowercase();
        let words: Vec<&str> = name.split(['-', '_', '.']).collect();
        let says_so = ["sessionid", "session", "sessid", "sid", "phpsessid", "jsessionid", "connect"];
        !self.is_csrf()
            && (name.ends_with("sessionid")
                || words.iter().any(|word| says_so[..4].contains(word))
                || says_so.contains(&name.as_str()))
    }

    /// Whether it holds the token against forged requests.
    pub fn is_csrf(&self) -> bool {
        let name = self.bare_name().to_ascii_lowercase();
        name.contains("csrf") || name.contains("xsrf")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_in_any_letter_case() {
        let cookie =
            Cookie::parse("sessionid=abc; HTTPONLY; secure; samesite=LAX; Path=/; Max-Age=10").unwrap();
        assert!(cookie.is_secure && cookie.is_http_only && cookie.is_session());
        assert_eq!(cookie.same_site.as_deref(), Some("lax"));
        assert!(!cookie.is_removed);
    }

    #[test]
    fn names_that_say_what_they_hold() {
        let named = |name: &str| Cookie { name: name.to_owned(), ..Cookie::default() };
        assert!(named("__Host-sessionid").is_session());
        assert!(named("shop_session").is_session());
        assert!(!named("residence").is_session());
        assert!(!named("session_csrf").is_session() && named("session_csrf").is_csrf());
        assert!(named("csrftoken").is_csrf());
        assert!(
            Cookie::parse("sessionid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0").unwrap().is_removed
        );
        assert_eq!(Cookie::parse(";"), None);
    }
}
