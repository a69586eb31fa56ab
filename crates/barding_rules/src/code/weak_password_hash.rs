//! `weak-password-hash`: a password is hashed by a fast hash.

use super::ask::{is_judged, last_name, text, words};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, ExprId, ExprKind, FormatPart};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-password-hash"),
        title: "A password is hashed by a fast hash",
        severity: Severity::High,
        tip: Tip::PasswordHashing,
        cwe: &[916, 328],
        django_checks: &[],
        consequence: "A graphics card tries billions of passwords a second against such a hash.",
        advice: "Let Django do it: `user.set_password(raw)` or `make_password(raw)` with the default hashers.",
        since: "0.1.0",
        page: include_str!("weak_password_hash.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "hashlib.md5",
    "hashlib.sha1",
    "hashlib.sha224",
    "hashlib.sha256",
    "hashlib.sha384",
    "hashlib.sha512",
    "hashlib.sha3_256",
    "hashlib.sha3_512",
    "hashlib.blake2b",
    "hashlib.blake2s",
    "hashlib.pbkdf2_hmac",
    "django.contrib.auth.hashers.make_password",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name.ends_with("make_password") {
        let hasher = text(call, 2, "hasher").unwrap_or_default();
        if matches!(hasher.as_str(), "md5" | "unsalted_md5" | "sha1" | "unsalted_sha1" | "crypt") {
            found.at(call.span(), Confidence::High, format!("The password is hashed with `{hasher}`"));
        }
        return;
    }
    if name == "hashlib.pbkdf2_hmac" {
        if let Some(Constant::Int(rounds)) =
            call.argument(3, "iterations").and_then(|rounds| call.constant(rounds))
            && rounds < 100_000
        {
            found
                .at(call.span(), Confidence::Medium, format!("{rounds} rounds are too few for a password"))
                .severity(Severity::Medium);
        }
        return;
    }
    let password =
        call.syntax().arguments.iter().any(|argument| holds_password(call, project, argument.value, 6));
    if password {
        found.at(call.span(), Confidence::Medium, format!("A password is hashed with `{name}`"));
    }
}

fn holds_password(call: &Call<'_>, project: &Project, expr: ExprId, fuel: usize) -> bool {
    let Some(fuel) = fuel.checked_sub(1) else { return false };
    let module = call.module;
    match module.expr(expr) {
        ExprKind::Binary(_, left, right) => {
            holds_password(call, project, *left, fuel) || holds_password(call, project, *right, fuel)
        }
        ExprKind::Format(parts) => parts.iter().any(|part| match part {
            FormatPart::Value { value, .. } => holds_password(call, project, *value, fuel),
            FormatPart::Text(_) => false,
        }),
        ExprKind::Call(inner) if inner.arguments.len() <= 2 => {
            let method = match module.expr(inner.callee) {
                ExprKind::Attribute(base, _) => holds_password(call, project, *base, fuel),
                _ => false,
            };
            method
                || inner.arguments.iter().any(|argument| holds_password(call, project, argument.value, fuel))
        }
        _ => last_name(project, module, expr).is_some_and(|name| {
            let words = words(name);
            words.last().is_some_and(|last| {
                matches!(last.as_str(), "password" | "passwd" | "pwd" | "passphrase" | "pin")
            })
        }),
    }
}
