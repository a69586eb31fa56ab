//! `apache-forwarded-proto-missing`: Apache passes on a scheme header that Django trusts.

use super::scopes::{apache_files, trusted_scheme_header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_finding::{Evidence, Role};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-forwarded-proto-missing"),
        title: "Apache passes on a scheme header that Django trusts",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "A visitor's own header makes plain requests pass for secure ones: redirect and HSTS are skipped.",
        advice: "`RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}` in the virtual host.",
        since: "0.1.0",
        page: include_str!("apache_forwarded_proto_missing.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let Some((settings, header)) = trusted_scheme_header(project) else { return };
    if project.deployment.strips(&header) {
        return;
    }
    for file in apache_files(project) {
        file.walk(&mut |host, scope| {
            let block = host.block.as_deref().unwrap_or_default();
            if !host.name.eq_ignore_ascii_case("VirtualHost") {
                return;
            }
            let pass = block.iter().find(|line| {
                line.name.eq_ignore_ascii_case("ProxyPass") && !line.arguments.iter().any(|word| word == "!")
            });
            let Some(pass) = pass else { return };
            let outer = scope.iter().flat_map(|level| level.block.iter().flatten());
            let sets = block.iter().chain(outer).chain(&file.directives).any(|line| {
                line.name.eq_ignore_ascii_case("RequestHeader")
                    && line.arguments.iter().any(|word| word.eq_ignore_ascii_case(&header))
                    && line.arguments.iter().take(2).any(|word| matches!(word.as_str(), "set" | "unset"))
            });
            let includes = block.iter().any(|line| line.name.to_ascii_lowercase().starts_with("include"));
            if !sets && !includes {
                let message = format!(
                    "`{}` trusts `{header}`, but Apache passes the visitor's own on here",
                    settings.name
                );
                let evidence = Evidence::at(
                    Role::Defined,
                    settings.place("SECURE_PROXY_SSL_HEADER"),
                    "the setting that trusts it",
                );
                found.at(pass.span, Confidence::Medium, message).because([evidence]);
            }
        });
    }
}
