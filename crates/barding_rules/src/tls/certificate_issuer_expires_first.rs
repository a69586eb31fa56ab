//! `certificate-issuer-expires-first`: an intermediate certificate expires before the server's own.

use super::{called, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Time};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-issuer-expires-first"),
        title: "An intermediate certificate expires before the server's own",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[298],
        django_checks: &[],
        consequence: "On the day the intermediate certificate expires, clients refuse the site, though its own certificate is good and looks watched.",
        advice: "Renew the certificate now, and serve the chain that comes with it; ask the authority for a chain over a newer intermediate.",
        since: "0.1.0",
        page: include_str!("certificate_issuer_expires_first.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for chain in &endpoint.chains {
        let path = on_path(chain);
        let Some((leaf, above)) =
            path.split_first().filter(|_| chain.best().is_some_and(|best| best.path.len() > 1))
        else {
            continue;
        };
        for issuer in above {
            let ends = issuer.not_after;
            if ends == Time::default() || ends < endpoint.seen_at || ends >= leaf.not_after {
                continue;
            }
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!(
                        "The intermediate certificate {} expires on {}, before {}",
                        called(issuer),
                        ends.date(),
                        called(leaf)
                    ),
                )
                .because([observed(endpoint, format!("the server's own is good until {}", leaf.not_after))]);
        }
    }
}
