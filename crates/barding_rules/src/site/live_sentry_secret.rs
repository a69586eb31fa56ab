//! `live-sentry-secret`: The address of Sentry holds its secret.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-sentry-secret"),
        title: "The address of Sentry holds its secret",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[200],
        django_checks: &[],
        consequence: "Whoever has it can read what an old client may read.",
        advice: "Use the address with the public key alone.",
        since: "0.1.0",
        page: include_str!("live_sentry_secret.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let scripts = site.answered(Purpose::Static).filter(|file| file.is_success());
    for exchange in site.pages().into_iter().chain(scripts) {
        let mut rest = exchange.body.as_str();
        while let Some(at) = rest.find("https://") {
            rest = &rest[at + 8..];
            let address: String = rest
                .chars()
                .take(160)
                .take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '<'))
                .collect();
            let Some((keys, host)) = address.split_once('@') else { continue };
            let Some((public, secret)) = keys.split_once(':') else { continue };
            let is_key = |key: &str| key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_key(public) && is_key(secret) && host.contains("sentry") {
                add(
                    found,
                    exchange,
                    Confidence::High,
                    "The address of Sentry on the page holds the secret key",
                    format!("`https://{public}:…@{}`", cut(host, 60)),
                );
                return;
            }
        }
    }
}
