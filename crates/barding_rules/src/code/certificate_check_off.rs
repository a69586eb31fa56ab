//! `certificate-check-off`: a connection is made without checking the certificate.

use super::ask::{every_statement, is_false, is_judged, only_in_development};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprKind, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-check-off"),
        title: "Certificates are not checked",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[295, 297],
        django_checks: &[],
        consequence: "Anybody on the way can pretend to be the other side, read what is sent and answer in its name.",
        advice: "Leave verification on. For a private authority pass its file: `verify=\"/path/to/ca.pem\"`.",
        since: "0.1.0",
        page: include_str!("certificate_check_off.md"),
    },
    check: Check::Module(check),
};

const VERBS: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "request",
    "stream",
    "send",
    "Client",
    "AsyncClient",
    "Session",
    "ClientSession",
    "TCPConnector",
    "PoolManager",
    "ws_connect",
    "urlopen",
    "fetch",
    "HTTPSConnection",
    "Elasticsearch",
    "connect",
    "Redis",
    "StrictRedis",
    "from_url",
    "client",
    "Client",
    "resource",
    "HTTPTransport",
    "upload_file",
    "download",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let name = call.name().unwrap_or_default();
        if matches!(&*name, "ssl._create_unverified_context" | "ssl._create_stdlib_context") {
            found
                .at(call.span(), Confidence::High, "This TLS context checks no certificate")
                .severity(Severity::High);
            continue;
        }
        let last = call.last_name().unwrap_or_default();
        if last == "set_missing_host_key_policy" {
            if !only_in_development(module, call.span()) {
                host_keys(&call, found);
            }
            continue;
        }
        let off = ["verify", "verify_ssl", "ssl_verify", "verify_certs", "validate_certs", "check_hostname"]
            .into_iter()
            .find(|keyword| is_false(&call, keyword))
            .or_else(|| {
                (is_false(&call, "ssl")
                    && matches!(last, "TCPConnector" | "get" | "post" | "put" | "request")
                    && name.contains("aiohttp"))
                .then_some("ssl")
            })
            .or_else(|| no_certificate(&call, "cert_reqs").then_some("cert_reqs"))
            .or_else(|| no_certificate(&call, "ssl_cert_reqs").then_some("ssl_cert_reqs"));
        let Some(keyword) = off else { continue };
        if keyword == "verify"
            && !(VERBS.contains(&last) || name.starts_with("requests.") || name.starts_with("httpx."))
            || name.starts_with("jwt.")
        {
            continue;
        }
        // What is put into a mapping is used elsewhere, if at all.
        let only_kept = matches!(last, "update" | "dict" | "setdefault");
        let confidence = match only_kept || only_in_development(module, call.span()) {
            true => Confidence::Medium,
            false => Confidence::High,
        };
        found.at(call.span(), confidence, format!("`{keyword}` switches the check of the certificate off"));
    }
    assignments(module, project, found);
}

fn no_certificate(call: &Call<'_>, keyword: &str) -> bool {
    let Some(value) = call.keyword(keyword) else { return false };
    call.name_of(value).is_some_and(|name| name.ends_with("CERT_NONE"))
        || call
            .constant(value)
            .and_then(|constant| constant.as_text().map(str::to_ascii_lowercase))
            .is_some_and(|text| text == "none" || text == "cert_none")
}

fn host_keys(call: &Call<'_>, found: &mut Findings<'_>) {
    let Some(policy) = call.positional(0).or_else(|| call.keyword("policy")) else { return };
    let policy = match call.module.expr(policy) {
        ExprKind::Call(inner) => inner.callee,
        _ => policy,
    };
    let name = match call.name_of(policy) {
        Some(name) => name,
        None => call.module.source(policy).to_owned(),
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    if matches!(last, "AutoAddPolicy" | "WarningPolicy") {
        found
            .at(call.span(), Confidence::High, format!("`{last}` accepts any host key"))
            .severity(Severity::Medium);
    }
}

/// `session.verify = False`, `context.check_hostname = False`, `context.verify_mode = ssl.CERT_NONE`,
/// `ssl._create_default_https_context = …`.
fn assignments(module: &Module, project: &Project, found: &mut Findings<'_>) {
    every_statement(module, |statement, _| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        for target in targets {
            let ExprKind::Attribute(_, name) = module.expr(*target) else { continue };
            let name = project.code.text(*name);
            let off = matches!(module.expr(*value), ExprKind::Bool(false));
            let none = module.source(*value).ends_with("CERT_NONE");
            let unverified = name == "_create_default_https_context"
                && module.source(*value).ends_with("_create_unverified_context");
            if off && matches!(name, "verify" | "check_hostname" | "verify_ssl")
                || none && name == "verify_mode"
                || unverified
            {
                let span = module.span(*target);
                found.at(
                    span,
                    Confidence::Medium,
                    format!("`{}` switches the check of certificates off", module.source(*target)),
                );
            }
        }
    });
}
