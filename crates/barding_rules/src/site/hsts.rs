//! `Strict-Transport-Security`, read as browsers read it.

use crate::Findings;
use barding_live::site::{Exchange, Site};

/// What the header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hsts {
    /// Seconds.
    pub(super) max_age: u64,
    pub(super) has_subdomains: bool,
    pub(super) wants_preload: bool,
}

/// The answer over HTTPS whose header counts; without one the rule says why it cannot judge.
pub(super) fn answer<'s>(site: &'s Site, found: &mut Findings<'_>) -> Option<&'s Exchange> {
    let Some(secure) = site.https_front() else {
        found.nothing_to_judge("the site does not speak HTTPS");
        return None;
    };
    if let Some(wall) = secure.wall() {
        found.cannot_tell(format!("{wall} answered in place of the site"));
        return None;
    }
    Some(secure)
}

/// The same with what its header says, where that does anything.
pub(super) fn in_force<'s>(site: &'s Site, found: &mut Findings<'_>) -> Option<(&'s Exchange, Hsts)> {
    let secure = answer(site, found)?;
    let hsts = Hsts::of(secure).filter(Hsts::protects);
    if hsts.is_none() {
        found.nothing_to_judge("there is no HSTS");
    }
    Some((secure, hsts?))
}

impl Hsts {
    /// Reads the first header, which is the one that counts; `None` when there is none or it cannot be read.
    pub(super) fn of(exchange: &Exchange) -> Option<Self> {
        Self::parse(exchange.header("strict-transport-security")?)
    }

    pub(super) fn parse(value: &str) -> Option<Self> {
        let mut hsts = Self::default();
        let mut has_age = false;
        for part in value.split(';') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "max-age" if has_age => return None,
                "max-age" => {
                    has_age = true;
                    let digits = value.trim().trim_matches('"');
                    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        return None;
                    }
                    hsts.max_age = digits.parse().unwrap_or(u64::MAX);
                }
                "includesubdomains" => hsts.has_subdomains = true,
                "preload" => hsts.wants_preload = true,
                _ => {}
            }
        }
        has_age.then_some(hsts)
    }

    /// Whether it does anything.
    pub(super) fn protects(&self) -> bool {
        self.max_age > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_servers_send_them() {
        let age = |value: &str| Hsts::parse(value).map(|hsts| hsts.max_age);
        assert_eq!(age("max-age=31536000; includeSubDomains"), Some(31_536_000));
        assert_eq!(age("MAX-AGE=\"300\" ;preload"), Some(300));
        assert_eq!(age("max-age=0"), Some(0));
        assert_eq!(age("includeSubDomains"), None);
        assert_eq!(age("max-age=a year"), None);
        assert_eq!(age("max-age=99999999999999999999999"), Some(u64::MAX));
        assert!(Hsts::parse("max-age=1; INCLUDESUBDOMAINS").unwrap().has_subdomains);
    }
}
