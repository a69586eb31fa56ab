//! `host-header-in-link`: the Host header of a request decides where a link leads.

use super::ask::{every_statement, is_judged, is_started_by_hand};
use super::views::calls_in;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("host-header-in-link"),
        title: "The Host header decides where a link leads",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[644, 640, 20, 601],
        django_checks: &[],
        consequence: "A request with a forged Host makes the site send its own users, by mail or from a cache, links to the forger's site, reset tokens included.",
        advice: "Take the name of the site from a setting or from `django.contrib.sites`; `request.get_host()` at least asks ALLOWED_HOSTS.",
        since: "0.1.0",
        page: include_str!("host_header_in_link.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    let mut written = Vec::new();
    every_statement(module, |statement, _| {
        if let StmtKind::Assign { targets, .. } = &statement.kind {
            written.extend(targets.iter().copied());
        }
    });
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        if module.function(function).outer.is_some() {
            continue;
        }
        for expr in module.expressions_within(function) {
            if is_raw_host(module, project, expr)
                && !written.contains(&expr)
                && !is_compared(module, project, function, expr)
            {
                found.at(
                    module.span(expr),
                    Confidence::Medium,
                    "This Host header is used without asking ALLOWED_HOSTS",
                );
            }
        }
        links_in_mail(module, project, function, found);
    }
}

/// `request.META["HTTP_HOST"]`, `request.META.get("HTTP_X_FORWARDED_HOST")`, `request.headers["Host"]`.
fn is_raw_host(module: &Module, project: &Project, expr: ExprId) -> bool {
    let (base, key) = match module.expr(expr) {
        ExprKind::Subscript(base, key) => (*base, *key),
        ExprKind::Call(call) => match (module.expr(call.callee), call.arguments.first()) {
            (ExprKind::Attribute(base, method), Some(first)) if project.code.text(*method) == "get" => {
                (*base, first.value)
            }
            _ => return false,
        },
        _ => return false,
    };
    let ExprKind::Text(key) = module.expr(key) else { return false };
    let ExprKind::Attribute(_, holder) = module.expr(base) else { return false };
    match project.code.text(*holder) {
        "META" => matches!(&**key, "HTTP_HOST" | "HTTP_X_FORWARDED_HOST"),
        "headers" => matches!(&*key.to_ascii_lowercase(), "host" | "x-forwarded-host"),
        _ => false,
    }
}

/// Whether it is only looked at: compared, or written to a log.
fn is_compared(module: &Module, project: &Project, function: FunctionId, expr: ExprId) -> bool {
    let inner = module.span(expr);
    module.expressions_within(function).any(|other| {
        let outer = module.span(other);
        let around = outer.start <= inner.start && inner.end <= outer.end && other != expr;
        around
            && match module.expr(other) {
                ExprKind::Compare(..) | ExprKind::Not(_) => true,
                ExprKind::Call(call) => match module.expr(call.callee) {
                    ExprKind::Attribute(base, method) => {
                        module.source(*base).to_ascii_lowercase().contains("log")
                            || matches!(
                                project.code.text(*method),
                                "filter" | "get_or_create" | "exclude" | "startswith" | "endswith"
                            )
                    }
                    _ => false,
                },
                _ => false,
            }
    })
}

/// `request.get_host()` and `request.build_absolute_uri()` in a function that sends mail.
fn links_in_mail(module: &Module, project: &Project, function: FunctionId, found: &mut Findings<'_>) {
    let mail = calls_in(project, module, function).find(|call| {
        call.last_name().is_some_and(|last| {
            matches!(
                last,
                "send_mail" | "EmailMessage" | "EmailMultiAlternatives" | "email_user" | "send_mass_mail"
            )
        })
    });
    let Some(mail) = mail else { return };
    for call in calls_in(project, module, function) {
        if !matches!(call.last_name(), Some("get_host" | "build_absolute_uri")) {
            continue;
        }
        found
            .at(call.span(), Confidence::Low, "A link in a mail leads to the host that the request named")
            .severity(Severity::Low)
            .because([
                Evidence::at(Role::Sink, mail.span(), "the mail is sent here"),
                Evidence::note(
                    Role::NotKnown,
                    "ALLOWED_HOSTS limits it to the site's own names, unless it holds a wildcard",
                ),
            ]);
    }
}
