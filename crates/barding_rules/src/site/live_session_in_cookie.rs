//! `live-session-in-cookie`: sessions are kept in the cookie itself.

use super::{add, session_cookies};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-session-in-cookie"),
        title: "Sessions are kept in the cookie itself",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[315, 613],
        django_checks: &[],
        consequence: "The visitor can read what is in the session, and a logout cannot end a session that was copied.",
        advice: "`SESSION_ENGINE = 'django.contrib.sessions.backends.db'` or `cached_db`.",
        since: "0.1.0",
        page: include_str!("live_session_in_cookie.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in session_cookies(site, found) {
        let parts: Vec<&str> = cookie.value.split(':').collect();
        let is_word = |part: &&str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        // Payload, time in base 62 and a signature of SHA-1 or SHA-256.
        let [payload, time, signature] = parts[..] else { continue };
        if is_word(&payload.trim_end_matches('='))
            && is_word(&time)
            && (4..9).contains(&time.len())
            && matches!(signature.len(), 27 | 43)
        {
            add(
                found,
                exchange,
                Confidence::Medium,
                "The session cookie holds the session, signed",
                "its value has the three parts of Django's signed cookies",
            );
        }
    }
}
