//! `live-isolation-header-invalid`: a header of isolation means nothing.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-isolation-header-invalid"),
        title: "A header of isolation means nothing",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[346],
        django_checks: &[],
        consequence: "Browsers leave it out, and the page is not as isolated as it says.",
        advice: "Write one of the known tokens without quotes, once.",
        since: "0.1.0",
        page: include_str!("live_isolation_header_invalid.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let known: [(&str, &[&str]); 2] = [
        ("Cross-Origin-Embedder-Policy", &["require-corp", "credentialless", "unsafe-none"]),
        ("Cross-Origin-Resource-Policy", &["same-origin", "same-site", "cross-origin"]),
    ];
    for (name, values) in known {
        let sent: Vec<&str> = page.header_values(name).collect();
        let is_fine = |value: &&&str| values.contains(&value.split(';').next().unwrap_or_default().trim());
        if sent.len() > 1 || sent.iter().any(|value| !is_fine(&value)) {
            add(
                found,
                page,
                Confidence::High,
                format!("`{name}` has no value that browsers know"),
                header(page, name),
            );
        }
    }
}
