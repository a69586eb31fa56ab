//! `live-git-exposed`: The git repository is served.

use super::{add, around, exposed, is_text_file};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-git-exposed"),
        title: "The git repository is served",
        severity: Severity::Critical,
        tip: Tip::Secrets,
        cwe: &[527, 538],
        django_checks: &[],
        consequence: "Source, history and every secret that was ever committed can be downloaded.",
        advice: "Deploy without `.git`; nginx `location ~ /\\\\.(?!well-known) { deny all; }`. Change every secret that is in the history.",
        since: "0.1.0",
        page: include_str!("live_git_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/.git/head", "/.git/config"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("`{}` of the repository is served", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let text = exchange.body.trim_start();
    let is_id = text.trim_end().len() == 40 && text.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit());
    match () {
        () if !is_text_file(exchange) => None,
        () if text.starts_with("ref: refs/") => Some("ref: refs/"),
        () if text.starts_with("[core]") => Some("[core]"),
        () if is_id => Some(""),
        () => None,
    }
}
