//! `nginx-stapling-idle`: stapling is on and staples nothing.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::value_in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-stapling-idle"),
        title: "Stapling is on and staples nothing",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[299],
        django_checks: &[],
        consequence: "Who reads the configuration believes that revocation is told; no answer is ever stapled.",
        advice: "Take `ssl_stapling` out where the authority has no OCSP responder; elsewhere name a `resolver`.",
        since: "0.1.0",
        page: include_str!("nginx_stapling_idle.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |server, scope| {
            if server.name != "server" {
                return;
            }
            let mut levels = scope.clone();
            levels.push(server);
            let on = value_in_effect(&levels, "ssl_stapling").filter(|line| line.argument(0) == "on");
            let Some(on) = on else { return };
            let certificate = value_in_effect(&levels, "ssl_certificate");
            let without_responder =
                certificate.is_some_and(|line| line.argument(0).contains("/letsencrypt/"));
            let has = |name: &str| value_in_effect(&levels, name).is_some();
            if without_responder {
                found.at(
                    on.span,
                    Confidence::Medium,
                    "Let's Encrypt has answered no OCSP question since August 2025",
                );
            } else if certificate.is_some()
                && !has("resolver")
                && !has("ssl_stapling_file")
                && !has("include")
            {
                found.at(
                    on.span,
                    Confidence::Low,
                    "without a `resolver` nginx keeps the responder's address of its start",
                );
            }
        });
    }
}
