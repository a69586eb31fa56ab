//! `live-secret-in-page`: a page or script holds a secret.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-secret-in-page"),
        title: "A page or script holds a secret",
        severity: Severity::Critical,
        tip: Tip::Secrets,
        cwe: &[798, 200],
        django_checks: &[],
        consequence: "Everybody who looks at the source has it.",
        advice: "Change the secret, and keep it on the server.",
        since: "0.1.0",
        page: include_str!("live_secret_in_page.md"),
    },
    check: Check::Site(check),
};

/// Prefix, how many characters follow at least, and what it is.
const PREFIXES: [(&str, usize, &str); 9] = [
    ("AKIA", 16, "an access key of AWS"),
    ("sk_live_", 20, "a secret key of Stripe"),
    ("rk_live_", 20, "a restricted key of Stripe"),
    ("ghp_", 36, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("xoxb-", 20, "a token of Slack"),
    ("SG.", 60, "a key of SendGrid"),
    ("django-insecure-", 40, "a SECRET_KEY of Django"),
    ("-----BEGIN RSA PRIVATE KEY-----", 0, "a private key"),
];

fn check(site: &Site, found: &mut Findings<'_>) {
    let scripts = site.answered(Purpose::Static).filter(|file| file.is_success());
    for exchange in site.pages().into_iter().chain(scripts) {
        for (prefix, least, what) in PREFIXES {
            let Some(at) = exchange.body.find(prefix) else { continue };
            let rest = &exchange.body[at + prefix.len()..];
            let length = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "-_.!@#$%^&*()+=".contains(*c))
                .count();
            let before = exchange.body[..at].chars().next_back();
            let varied = rest.chars().take(least.max(8)).collect::<std::collections::BTreeSet<_>>().len()
                >= 6
                || least == 0;
            if length >= least && varied && before.is_none_or(|c| !c.is_ascii_alphanumeric()) {
                add(
                    found,
                    exchange,
                    Confidence::Medium,
                    format!("{} holds what looks like {what}", cut(&exchange.path(), 80)),
                    format!("the body has `{}…`", prefix),
                );
            }
        }
    }
}
