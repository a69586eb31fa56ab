//! `caddy-plain-http`: Caddy serves the site over plain HTTP.

use super::scopes::{caddy_files, tls_ends_before, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-plain-http"),
        title: "Caddy serves the site over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Passwords and sessions travel in clear.",
        advice: "Name the site without `http://` and drop `auto_https off`: Caddy gets a certificate and redirects by itself.",
        since: "0.1.0",
        page: include_str!("caddy_plain_http.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    if tls_ends_before(project) {
        return;
    }
    for file in caddy_files(project) {
        let twins: Vec<&str> = file
            .directives
            .iter()
            .flat_map(|site| std::iter::once(&site.name).chain(&site.arguments))
            .filter(|address| !address.starts_with("http://"))
            .map(|address| address.trim_start_matches("https://"))
            .collect();
        for site in &file.directives {
            if site.name.is_empty() {
                let off = site.children("auto_https").find(|line| line.argument(0) == "off");
                if let Some(line) = off {
                    found.at(
                        line.span,
                        Confidence::Medium,
                        "`auto_https off` switches certificates and redirects off",
                    );
                }
                continue;
            }
            let addresses = std::iter::once(&site.name).chain(&site.arguments);
            let plain = addresses.map(String::as_str).find(|address| {
                let name = address.strip_prefix("http://").unwrap_or(address);
                let local = name.starts_with("localhost") || name.starts_with("127.");
                (address.starts_with("http://") || *address == ":80")
                    && !local
                    && !name.contains('$')
                    && !name.contains('{')
            });
            let Some(address) = plain else { continue };
            let mut proxies = false;
            let mut redirects = false;
            visit(site, &mut |line| {
                proxies |= matches!(line.name.as_str(), "reverse_proxy" | "php_fastcgi");
                redirects |= line.name == "redir";
            });
            let twin = twins.contains(&address.trim_start_matches("http://"));
            if proxies && !redirects && !twin {
                found.at(
                    site.span,
                    Confidence::Medium,
                    format!("`{address}` hands requests to Django without TLS"),
                );
            }
        }
    }
}
