//! `nginx-forwarded-proto-from-client`: nginx passes on a scheme that the client may have written.

use super::scopes::{is_scheme_header, nginx_files, server_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-forwarded-proto-from-client"),
        title: "nginx passes on a scheme that the client may have written",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "A client that sends `X-Forwarded-Proto: https` over plain http makes Django believe the request is secure.",
        advice: "Write `proxy_set_header X-Forwarded-Proto $scheme;` at the outermost proxy.",
        since: "0.1.0",
        page: include_str!("nginx_forwarded_proto_from_client.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name != "proxy_set_header" || !is_scheme_header(directive.argument(0)) {
                return;
            }
            // A balancer in front removes what visitors send and sets its own.
            if project.deployment.strips(directive.argument(0)) {
                return;
            }
            let value = directive.argument(1);
            if value.starts_with("$http_x_forwarded_") || value.starts_with("${http_x_forwarded_") {
                // An inner nginx behind one's own outer proxy does this rightly; the files do not tell.
                found.at(
                    directive.span,
                    Confidence::Medium,
                    format!("nginx passes `{}` on as the client sent it", directive.argument(0)),
                );
            } else if value == "https"
                && server_of(scope).is_some_and(|server| server.is_plain() && !server.is_tls())
            {
                found.at(
                    directive.span,
                    Confidence::Medium,
                    "nginx calls every request `https`, but this server listens without TLS",
                );
            }
        });
    }
}
