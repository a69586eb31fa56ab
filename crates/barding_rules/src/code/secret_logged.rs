//! `secret-logged`: a secret is written to a log.

use super::ask::{is_judged, is_started_by_hand, last_name, words};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FormatPart, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-logged"),
        title: "A secret is written to a log",
        severity: Severity::Medium,
        tip: Tip::LogPrivacy,
        cwe: &[532, 200],
        django_checks: &[],
        consequence: "Logs are read by more people than the database, kept longer, and sent to other services.",
        advice: "Leave the value out, or log its name alone.",
        since: "0.1.0",
        page: include_str!("secret_logged.md"),
    },
    check: Check::Module(check),
};

const LEVELS: &[&str] =
    &["debug", "info", "warning", "warn", "error", "exception", "critical", "log", "fatal"];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let name = call.name().unwrap_or_default();
        let last = call.last_name().unwrap_or_default();
        let receiver =
            call.receiver().map(|base| module.source(base).to_ascii_lowercase()).unwrap_or_default();
        let logs = LEVELS.contains(&last)
            && (name.starts_with("logging.")
                || receiver.ends_with("logger")
                || receiver.ends_with("log")
                || receiver.ends_with("logging")
                || receiver.ends_with("_log"));
        let prints = name == "builtins.print" || name == "pprint.pprint";
        let mails = name == "django.core.mail.mail_admins";
        if !(logs || prints || mails) {
            continue;
        }
        for argument in &call.syntax().arguments {
            if let Some((what, severity)) = secret_in(project, module, argument.value, 6) {
                let (severity, confidence) = if prints && is_started_by_hand(module) {
                    (Severity::Info, Confidence::Low)
                } else {
                    (severity, Confidence::Medium)
                };
                let where_ = if prints {
                    "printed"
                } else if mails {
                    "mailed"
                } else {
                    "logged"
                };
                found.at(call.span(), confidence, format!("`{what}` is {where_}")).severity(severity);
                break;
            }
        }
    }
}

fn secret_in(project: &Project, module: &Module, expr: ExprId, fuel: usize) -> Option<(String, Severity)> {
    let fuel = fuel.checked_sub(1)?;
    let inside = |expr: ExprId| secret_in(project, module, expr, fuel);
    match module.expr(expr) {
        ExprKind::Binary(_, left, right) => inside(*left).or_else(|| inside(*right)),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().find_map(|item| inside(*item)),
        ExprKind::Dict(entries) => entries.iter().find_map(|(_, value)| inside(*value)),
        ExprKind::Format(parts) => parts.iter().find_map(|part| match part {
            FormatPart::Value { value, .. } => inside(*value),
            FormatPart::Text(_) => None,
        }),
        ExprKind::Call(call) => {
            let text = module.source(call.callee);
            let masks = ["len", "bool", "type", "mask", "redact", "hash", "repr_safe", "obfuscate", "censor"]
                .iter()
                .any(|word| text.contains(word));
            if masks {
                return None;
            }
            if text.ends_with(".format") {
                return call.arguments.iter().find_map(|argument| inside(argument.value));
            }
            if matches!(text, "str" | "repr" | "dict" | "json.dumps" | "list") {
                return call.arguments.iter().find_map(|argument| inside(argument.value));
            }
            if text.ends_with(".get")
                || text.ends_with(".dict")
                || text.ends_with(".items")
                || text.ends_with(".decode")
            {
                return named(project, module, expr);
            }
            None
        }
        _ => named(project, module, expr),
    }
}

fn named(project: &Project, module: &Module, expr: ExprId) -> Option<(String, Severity)> {
    let source = module.source(expr);
    let request = [
        "request.POST",
        "request.body",
        "request.COOKIES",
        "request.headers",
        "request.META",
        "request.data",
    ];
    let whole = |source: &str| request.iter().any(|part| source == *part || source == format!("self.{part}"));
    let trimmed = source
        .trim_end_matches(".dict()")
        .trim_end_matches(".items()")
        .trim_end_matches(".decode()")
        .trim_end_matches(".decode(\"utf-8\")");
    if whole(trimmed) {
        return Some((trimmed.to_owned(), Severity::Low));
    }
    let name = last_name(project, module, expr)?;
    let words = words(name);
    let last = words.last()?;
    let secret = matches!(
        last.as_str(),
        "password" | "passwd" | "pwd" | "secret" | "token" | "passphrase" | "otp" | "apikey" | "cvv"
    ) || last == "key"
        && words.iter().any(|word| matches!(word.as_str(), "api" | "secret" | "private"))
        || name == "SECRET_KEY";
    let harmless = matches!(module.expr(expr), ExprKind::Text(_))
        || words.first().is_some_and(|first| {
            matches!(
                first.as_str(),
                "has" | "is" | "num" | "n" | "needs" | "csrf" | "next" | "unknown" | "invalid" | "cancel"
            )
        });
    (secret && !harmless).then(|| (source.chars().take(60).collect(), Severity::Medium))
}
