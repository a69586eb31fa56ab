//! `live-env-file-exposed`: a file of secrets is served.

use super::{add, exposed, is_text_file};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-env-file-exposed"),
        title: "A file of secrets is served",
        severity: Severity::Critical,
        tip: Tip::Secrets,
        cwe: &[538, 200],
        django_checks: &[],
        consequence: "The database, the mail server and every signed session are open.",
        advice: "Keep it outside of every folder that is served, deny names that begin with a dot, and change every secret in it.",
        since: "0.1.0",
        page: include_str!("live_env_file_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} is served; it sets {}", exchange.path(), names(exchange)),
            format!("a line sets a name with `{mark}`"),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    if !exchange.path().contains("/.env") || !is_text_file(exchange) {
        return None;
    }
    let marks = ["SECRET_KEY", "DATABASE_URL", "DJANGO_", "PASSWORD", "AWS_", "API_KEY", "TOKEN"];
    let is_assigned = |line: &str| {
        line.split_once('=').is_some_and(|(name, _)| {
            let name = name.trim().trim_start_matches("export ");
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        })
    };
    marks.into_iter().find(|mark| exchange.body.lines().any(|line| is_assigned(line) && line.contains(mark)))
}

/// The names that the file sets; never their values.
fn names(exchange: &Exchange) -> String {
    let lines = exchange.body.lines().filter_map(|line| line.split_once('='));
    let mut names: Vec<String> = lines
        .map(|(name, _)| name.trim().trim_start_matches("export ").to_owned())
        .filter(|name| {
            !name.is_empty()
                && name.len() < 60
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        })
        .collect();
    names.truncate(8);
    names.join(", ")
}
