//! `old-tls-version`: an outdated version of TLS is asked for.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("old-tls-version"),
        title: "An outdated TLS version is used",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[327, 326],
        django_checks: &[],
        consequence: "SSL 2 and 3, TLS 1.0 and 1.1 can be broken into; others on the way can read along.",
        advice: "Use `ssl.create_default_context()`, which picks TLS 1.2 and newer.",
        since: "0.1.0",
        page: include_str!("old_tls_version.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, expression) in module.expressions.iter().enumerate() {
        let ExprKind::Attribute(base, name) = &expression.kind else { continue };
        let name = project.code.text(*name);
        let base = module.source(*base);
        let weak = match name {
            "PROTOCOL_SSLv2" | "PROTOCOL_SSLv3" | "PROTOCOL_TLSv1" | "PROTOCOL_TLSv1_1" => base == "ssl",
            "SSLv2_METHOD" | "SSLv3_METHOD" | "TLSv1_METHOD" | "TLSv1_1_METHOD" => base.ends_with("SSL"),
            "SSLv23_METHOD" => base.ends_with("SSL"),
            "SSLv3" | "TLSv1" | "TLSv1_1" => base.ends_with("TLSVersion"),
            _ => false,
        };
        if weak {
            let span = module.span(ExprId(at as u32));
            let negotiates = name == "SSLv23_METHOD";
            found
                .at(
                    span,
                    if negotiates { Confidence::Low } else { Confidence::Medium },
                    format!("`{base}.{name}` allows an outdated version of TLS"),
                )
                .severity(if negotiates { Severity::Low } else { Severity::Medium });
        }
    }
    for call in project.code.calls_of(module) {
        if call.name().as_deref() == Some("ssl.wrap_socket")
            && call.keyword("ssl_version").is_none()
            && !call.has_hidden_arguments()
        {
            found
                .at(
                    call.span(),
                    Confidence::Medium,
                    "`ssl.wrap_socket` accepts outdated versions and checks no host name",
                )
                .severity(Severity::Low);
        }
    }
}
