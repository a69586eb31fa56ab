//! `secret-compared-with-equals`: a secret is compared by a comparison that stops early.

use super::ask::{is_equality, is_judged, is_literal, last_name, names_secret, words};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-compared-with-equals"),
        title: "A secret is compared with ==",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[208, 203],
        django_checks: &[],
        consequence: "The time the comparison takes tells how many letters were right; a secret can be guessed letter by letter.",
        advice: "Use `django.utils.crypto.constant_time_compare(a, b)` or `hmac.compare_digest`.",
        since: "0.1.0",
        page: include_str!("secret_compared_with_equals.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, expression) in module.expressions.iter().enumerate() {
        let ExprKind::Compare(left, rest) = &expression.kind else { continue };
        let [(op, right)] = **rest else { continue };
        if !is_equality(op) {
            continue;
        }
        let sides = [*left, right];
        let dull = sides.iter().any(|side| is_literal(module, *side, 6) || matches!(module.expr(*side), ExprKind::Attribute(_, name) if is_constant_name(project.code.text(*name))));
        let names = sides.map(|side| last_name(project, module, side).unwrap_or_default());
        if dull || both_typed(&names) {
            continue;
        }
        let Some(name) = names.iter().find(|name| is_secret(name)) else { continue };
        let strong = names.iter().any(|name| {
            let words = words(name);
            words.iter().any(|word| matches!(word.as_str(), "hmac" | "signature" | "digest" | "sig"))
        });
        let confidence = if strong || names.iter().all(|name| is_secret(name)) {
            Confidence::Medium
        } else {
            Confidence::Low
        };
        found.at(
            module.span(ExprId(at as u32)),
            confidence,
            format!("`{name}` is compared with an operator that stops at the first difference"),
        );
    }
}

fn is_secret(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    matches!(last, "token" | "signature" | "hmac" | "secret" | "sig" | "apikey" | "passphrase")
        || last == "key"
            && words.iter().any(|word| matches!(word.as_str(), "api" | "secret" | "access" | "activation"))
        || last == "hash" && words.iter().any(|word| matches!(word.as_str(), "password" | "token" | "auth"))
        || last == "digest" && words.len() > 1
        || matches!(name, "password" | "passwd")
}

/// `password1 != password2` compares what one visitor typed twice.
fn both_typed(names: &[&str; 2]) -> bool {
    let stem =
        |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_ascii_lowercase();
    stem(names[0]) == stem(names[1]) && names[0] != names[1]
        || names.iter().any(|name| {
            name.to_ascii_lowercase().contains("confirm")
                || name.contains("repeat")
                || name.contains("again")
                || name.contains("retype")
                || name.contains("new_password")
        })
}

fn is_constant_name(name: &str) -> bool {
    name.len() > 2
        && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        && !names_secret(&name.to_ascii_lowercase())
}
