//! `live-security-txt-missing`: there is no security.txt, or it has expired.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-security-txt-missing"),
        title: "There is no security.txt, or it has expired",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[],
        django_checks: &[],
        consequence: "Whoever finds a weakness does not know whom to tell.",
        advice: "A file at `/.well-known/security.txt` with `Contact:` and `Expires:` (RFC 9116).",
        since: "0.1.0",
        page: include_str!("live_security_txt_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(exchange) =
        site.with(Purpose::WellKnown).find(|exchange| exchange.path() == "/.well-known/security.txt")
    else {
        return found.cannot_tell("the file was not asked for");
    };
    if !exchange.is_answered() || exchange.wall().is_some() {
        return found.cannot_tell("the file could not be asked for");
    }
    let fields: Vec<(String, String)> = exchange
        .body
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    if !exchange.is_success() || exchange.looks_like_html() || value("contact").is_none() {
        add(found, exchange, Confidence::High, "There is no `/.well-known/security.txt`", "");
        return;
    }
    match value("expires").map(|text| text.get(..10).unwrap_or_default().to_owned()) {
        None => {
            add(found, exchange, Confidence::High, "security.txt has no `Expires`", "")
                .severity(Severity::Low);
        }
        Some(day) if day.as_str() < site.seen_at.date().as_str() => {
            add(found, exchange, Confidence::High, format!("security.txt expired on {}", cut(&day, 12)), "")
                .severity(Severity::Low);
        }
        Some(_) => {}
    }
}
