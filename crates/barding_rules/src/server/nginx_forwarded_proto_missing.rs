//! `nginx-forwarded-proto-missing`: django trusts a scheme header that nginx does not set.

use super::scopes::{includes_more, nginx_files, trusted_scheme_header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_finding::{Evidence, Role};
use barding_project::Project;
use barding_project::servers::nginx::in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-forwarded-proto-missing"),
        title: "Django trusts a scheme header that nginx does not set",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "The client's own header arrives at Django: plain requests pass for secure ones, so redirect and HSTS are skipped.",
        advice: "Add `proxy_set_header X-Forwarded-Proto $scheme;` where the request is proxied.",
        since: "0.1.0",
        page: include_str!("nginx_forwarded_proto_missing.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let Some((settings, header)) = trusted_scheme_header(project) else { return };
    // A balancer in front removes what visitors send and sets its own.
    if project.deployment.strips(&header) {
        return;
    }
    for file in nginx_files(project) {
        file.walk(&mut |pass, scope| {
            if pass.name != "proxy_pass"
                || !scope.iter().any(|outer| outer.name == "server")
                || includes_more(scope)
            {
                return;
            }
            let set = in_effect(scope, "proxy_set_header");
            if !set.iter().any(|directive| directive.argument(0).eq_ignore_ascii_case(&header)) {
                let message = format!(
                    "`{}` trusts `{header}`, but nginx passes the client's own on here",
                    settings.name
                );
                found.at(pass.span, Confidence::Medium, message).because([Evidence::at(
                    Role::Defined,
                    settings.place("SECURE_PROXY_SSL_HEADER"),
                    "the setting that trusts it",
                )]);
            }
        });
    }
}
