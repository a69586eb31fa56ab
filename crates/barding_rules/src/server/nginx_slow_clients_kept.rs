//! `nginx-slow-clients-kept`: nginx waits long for slow clients.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-slow-clients-kept"),
        title: "nginx waits long for slow clients",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[770],
        django_checks: &[],
        consequence: "A few clients that send a byte a minute hold all connections.",
        advice: "Leave the timeouts at 60 seconds or less.",
        since: "0.1.0",
        page: include_str!("nginx_slow_clients_kept.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let is_timeout = matches!(
                directive.name.as_str(),
                "client_header_timeout" | "client_body_timeout" | "send_timeout"
            );
            if let (true, Some(seconds)) = (is_timeout, seconds(directive.argument(0)))
                && seconds > 120
            {
                let message = format!("`{}` lets a client take {seconds} seconds", directive.name);
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}

/// A time as nginx writes it: `90`, `90s`, `2m`, `1h`.
fn seconds(text: &str) -> Option<u64> {
    let (number, factor) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1),
        (at, 'm') => (&text[..at], 60),
        (at, 'h') => (&text[..at], 3600),
        (at, 'd') => (&text[..at], 86_400),
        _ => (text, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}
