//! `certificate-expires-soon`: the certificate expires soon.

use super::{called, leaves, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Certificate, Endpoint, Time};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-expires-soon"),
        title: "The certificate expires soon",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[298],
        django_checks: &[],
        consequence: "When it expires, browsers refuse the page. A renewal that is overdue usually means that the automation is broken.",
        advice: "See that the renewal runs (`certbot renew --dry-run`, `systemctl list-timers`, the ACME client's log) and that the server is reloaded after it.",
        since: "0.1.0",
        page: include_str!("certificate_expires_soon.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        if let Some(severity) = urgency(leaf, endpoint.seen_at) {
            let days = endpoint.seen_at.days_until(leaf.not_after);
            let when = match days {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => format!("in {days} days"),
            };
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} expires {when}", called(leaf)),
                )
                .because([observed(
                    endpoint,
                    format!("it is good for {} days in all, until {}", leaf.lifetime_days(), leaf.not_after),
                )])
                .severity(severity);
        }
        for above in on_path(chain).into_iter().skip(1) {
            let runs_out = above.not_after > endpoint.seen_at && above.not_after < leaf.not_after;
            if runs_out && endpoint.seen_at.days_until(above.not_after) < 30 {
                found
                    .add(
                        place(endpoint),
                        Confidence::High,
                        format!(
                            "The intermediate certificate {} expires before the server's own",
                            called(above)
                        ),
                    )
                    .because([observed(endpoint, format!("it is good until {}", above.not_after))])
                    .advice(
                        "Get the authority's new intermediate certificate and put it into the chain file.",
                    );
            }
        }
    }
}

/// How pressing it is; `None` while there is time.
fn urgency(leaf: &Certificate, now: Time) -> Option<Severity> {
    let left = leaf.not_after.0.saturating_sub(now.0);
    if left <= 0 {
        return None;
    }
    let days = left as f64 / 86_400.0;
    let share = left as f64 / (leaf.not_after.0.saturating_sub(leaf.not_before.0).max(1)) as f64;
    let lifetime = leaf.lifetime_days();
    if lifetime >= 180 {
        match days {
            days if days < 7.0 => Some(Severity::Critical),
            days if days < 14.0 => Some(Severity::High),
            days if days < 30.0 => Some(Severity::Medium),
            _ => None,
        }
    } else if lifetime >= 46 {
        match days {
            days if days < 3.0 => Some(Severity::Critical),
            days if days < 14.0 => Some(Severity::High),
            _ => (share < 1.0 / 3.0).then_some(Severity::Medium),
        }
    } else if lifetime > 10 {
        match share {
            share if share < 0.2 => Some(Severity::High),
            share if share < 1.0 / 3.0 => Some(Severity::Medium),
            _ => None,
        }
    } else if days < 1.0 {
        Some(Severity::High)
    } else {
        (share < 1.0 / 3.0).then_some(Severity::Medium)
    }
}
