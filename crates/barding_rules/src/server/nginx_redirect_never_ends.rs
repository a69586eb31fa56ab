//! `nginx-redirect-never-ends`: the redirect to HTTPS never ends.

use super::scopes::{deployed_variables, nginx_files, server_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::{Directive, NginxFile};
use barding_project::{Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-redirect-never-ends"),
        title: "The redirect to HTTPS never ends",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[16],
        django_checks: &[],
        consequence: "Django takes every request for a plain one and redirects it to where it came from; people then switch the redirect off.",
        advice: "Set `SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")`, and let nginx set that header to `$scheme`.",
        since: "0.1.0",
        page: include_str!("nginx_redirect_never_ends.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let redirects = project.settings.iter().find(|settings| {
        let header = settings.get("SECURE_PROXY_SSL_HEADER").value().map(Value::truthiness);
        settings.is_judged()
            && settings.is_truthy("SECURE_SSL_REDIRECT") == Truth::Yes
            && header == Some(Truth::No)
    });
    let Some(settings) = redirects else { return };
    if server_believes_proxy(project) {
        return;
    }
    for file in nginx_files(project) {
        file.walk(&mut |pass, scope| {
            let tls = server_of(scope).is_some_and(|server| server.is_tls());
            if pass.name != "proxy_pass" || !tls || is_near(file, pass.argument(0)) {
                return;
            }
            let message = format!("`{}` redirects what nginx passes on here, over and over", settings.name);
            found.at(pass.span, Confidence::Medium, message).because([Evidence::at(
                Role::Defined,
                settings.place("SECURE_SSL_REDIRECT"),
                "the redirect; no setting says how nginx tells the scheme",
            )]);
        });
    }
}

/// Whether the application server is told whose scheme header to believe: Django then need not be.
fn server_believes_proxy(project: &Project) -> bool {
    let words = project.servers.commands.iter().flat_map(|command| &command.words);
    words.into_iter().any(|word| word.contains("forwarded-allow-ips"))
        || deployed_variables(project).iter().any(|variable| variable.name == "FORWARDED_ALLOW_IPS")
}

/// Whether the upstream is on the same machine, which gunicorn and uvicorn believe by default.
fn is_near(file: &NginxFile, upstream: &str) -> bool {
    let near =
        |address: &str| ["unix:", "127.", "localhost", "[::1]"].iter().any(|part| address.contains(part));
    let name = upstream.split("://").nth(1).unwrap_or(upstream).split(['/', ':']).next().unwrap_or_default();
    let mut members = Vec::new();
    file.walk(&mut |block: &Directive, _| {
        if block.name == "upstream" && block.argument(0) == name {
            members.extend(block.children("server").map(|server| server.argument(0).to_owned()));
        }
    });
    near(upstream) || !upstream.starts_with("http://") || members.iter().any(|member| near(member))
}
