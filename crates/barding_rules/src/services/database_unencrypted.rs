//! `database-unencrypted`: the connection to the database may be in clear text.

use crate::ask::{any_entry, ask, ask_at, entries_that, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-unencrypted"),
        title: "The connection to the database may be in clear text",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[319, 295],
        django_checks: &[],
        consequence: "Whoever is on the network between the two reads and changes what the site stores.",
        advice: "For PostgreSQL set `\"OPTIONS\": {\"sslmode\": \"verify-full\", \"sslrootcert\": …}`, for MySQL `\"OPTIONS\": {\"ssl\": {\"ca\": …}}`.",
        since: "0.1.0",
        page: include_str!("database_unencrypted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("DATABASES", Truth::No, |databases| any_entry(databases, |_, database| clear_text(database)))
    });
    let Some(value) = set(settings, "DATABASES").map(|set| &set.value) else { return };
    let aliases = entries_that(value, |_, database| clear_text(database));
    let says = match aliases[..] {
        [] | ["default"] => "talks to a database on another machine without insisting on TLS".to_owned(),
        _ => {
            format!("talks to databases on other machines without insisting on TLS ({})", aliases.join(", "))
        }
    };
    if let Some(finding) = answer.report(found, settings, "DATABASES", says, &[]) {
        // An environment variable (PGSSLMODE), a service file or a private network may do what settings do not say.
        finding.confidence = finding.confidence.min(Confidence::Medium);
    }
}

fn clear_text(database: &Value) -> Truth {
    let engine = |words: &'static [&'static str]| {
        ask_at(database, &["ENGINE"], Truth::No, &move |engine| {
            text_is(engine, |engine| words.iter().any(|word| engine.contains(word)))
        })
    };
    let remote = ask_at(database, &["HOST"], Truth::No, &|host| text_is(host, is_remote));
    let lax_mode = ask_at(database, &["OPTIONS", "sslmode"], Truth::Yes, &|mode| {
        text_is(mode, |mode| matches!(mode, "disable" | "allow" | "prefer"))
    });
    let service = ask_at(database, &["OPTIONS", "service"], Truth::No, &|_| Truth::Yes);
    let postgres = engine(&["postg", "cockroach"]).and(lax_mode).and(!service);
    let no_ssl = !ask_at(database, &["OPTIONS", "ssl"], Truth::No, &Value::truthiness);
    let lax_mysql = ask_at(database, &["OPTIONS", "ssl_mode"], Truth::Yes, &|mode| {
        text_is(mode, |mode| matches!(mode, "DISABLED" | "PREFERRED"))
    });
    let from_file = ask_at(database, &["OPTIONS", "read_default_file"], Truth::No, &|_| Truth::Yes);
    let mysql = engine(&["mysql"]).and(no_ssl).and(lax_mysql).and(!from_file);
    remote.and(postgres.or(mysql))
}

/// Whether the host lies beyond this machine and its container network.
fn is_remote(host: &str) -> bool {
    if host.is_empty()
        || host.starts_with('/')
        || host == "localhost"
        || host.ends_with(".local")
        || host.ends_with(".internal")
    {
        return false;
    }
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => !address.is_loopback(),
        Err(_) => host.contains('.') && !host.ends_with(".svc.cluster.local") && !host.ends_with(".svc"),
    }
}
