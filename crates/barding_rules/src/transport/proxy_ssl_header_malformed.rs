//! `proxy-ssl-header-malformed`: SECURE_PROXY_SSL_HEADER can never match.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("proxy-ssl-header-malformed"),
        title: "SECURE_PROXY_SSL_HEADER can never match",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "Django takes every request for plain HTTP: redirects go round in circles, and secure-only behaviour is off.",
        advice: "Write `SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")`, the name as WSGI spells it.",
        since: "0.1.0",
        page: include_str!("proxy_ssl_header_malformed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.ask("SECURE_PROXY_SSL_HEADER", Truth::No, malformed));
    let says = "sets a SECURE_PROXY_SSL_HEADER that is not a pair of a header in WSGI spelling and a value";
    answer.report(found, settings, "SECURE_PROXY_SSL_HEADER", says, &[]);
}

fn malformed(header: &Value) -> Truth {
    match header {
        // Django takes whatever counts as false for unset.
        value if value.truthiness() == Truth::No => Truth::No,
        Value::Text(_) | Value::Bool(_) => Truth::Yes,
        Value::List(items) | Value::Tuple(items) => match &items[..] {
            [name, _] => text_is(name, |name| {
                let server_variable = matches!(name, "HTTPS" | "wsgi.url_scheme" | "REQUEST_SCHEME");
                !server_variable
                    && (!name.starts_with("HTTP_")
                        || name.contains('-')
                        || name.chars().any(|c| c.is_ascii_lowercase()))
            }),
            items if items.iter().any(|item| matches!(item, Value::Rest(_))) => Truth::Maybe,
            _ => Truth::Yes,
        },
        Value::Dict(_) | Value::Set(_) | Value::Int(_) => Truth::Yes,
        _ => Truth::Maybe,
    }
}
