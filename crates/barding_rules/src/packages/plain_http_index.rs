//! `plain-http-index`: an index, page or archive is fetched without TLS.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_deps::{IndexKind, Origin};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("plain-http-index"),
        title: "Packages come over plain HTTP",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[319, 494],
        django_checks: &[],
        consequence: "Anyone on the way can replace a package, and its code runs as soon as it is installed.",
        advice: "Use `https://`.",
        since: "0.1.0",
        page: include_str!("plain_http_index.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for manifest in &packages.manifests {
        for option in &manifest.options {
            let fetched = !matches!(
                option.kind,
                IndexKind::TrustedHost | IndexKind::RequireHashes | IndexKind::NoIndex
            );
            if fetched && is_plain(&option.value) {
                found.at(
                    option.place,
                    Confidence::High,
                    format!("packages come from `{}` over plain HTTP", option.value),
                );
            }
        }
        for package in manifest.packages.iter().filter(|package| !package.hashed) {
            let url = match &package.origin {
                Origin::Url(url) => url,
                Origin::Repository { url, .. } => url,
                Origin::Index | Origin::Path(_) => continue,
            };
            if is_plain(url) {
                found.add(
                    place(package),
                    Confidence::High,
                    format!("`{}` comes from `{url}` over plain HTTP", package.name),
                );
            }
        }
    }
}

fn is_plain(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("git://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', ':']).next().unwrap_or(rest);
        !matches!(host, "localhost" | "127.0.0.1")
    })
}
