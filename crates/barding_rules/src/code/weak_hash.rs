//! `weak-hash`: a hash that can be forged is used.

use super::ask::{is_false, is_judged, last_name, names_secret, text};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprId, ExprKind, FormatPart};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-hash"),
        title: "A broken hash function is used",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[328, 327, 916],
        django_checks: &[],
        consequence: "Two texts with one MD5 or SHA-1 hash can be made at will, and hashes of short texts are looked up in tables.",
        advice: "Use SHA-256 or better. For a checksum without security meaning say so: `hashlib.md5(data, usedforsecurity=False)`.",
        since: "0.1.0",
        page: include_str!("weak_hash.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "hashlib.md5",
    "hashlib.sha1",
    "hashlib.md4",
    "hashlib.new",
    "crypt.crypt",
    "crypt.mksalt",
    "Crypto.Hash.MD2.new",
    "Crypto.Hash.MD4.new",
    "Crypto.Hash.MD5.new",
    "Crypto.Hash.SHA.new",
    "Crypto.Hash.SHA1.new",
    "Crypto.Hash.RIPEMD.new",
    "Cryptodome.Hash.MD2.new",
    "Cryptodome.Hash.MD4.new",
    "Cryptodome.Hash.MD5.new",
    "Cryptodome.Hash.SHA.new",
    "Cryptodome.Hash.SHA1.new",
    "cryptography.hazmat.primitives.hashes.MD5",
    "cryptography.hazmat.primitives.hashes.SHA1",
    "md5.md5",
    "md5.new",
    "sha.new",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) || is_false(call, "usedforsecurity") {
        return;
    }
    let Some(name) = call.name() else { return };
    let Some(hash) = hash_of(call, &name) else { return };
    let about = call.function();
    let secret =
        call.syntax().arguments.iter().any(|argument| speaks_of_secret(call, project, argument.value))
            || names_secret(project.code.text(about.name));
    let (severity, confidence) = match (hash.as_str(), secret) {
        ("DES crypt" | "MD5 crypt" | "Blowfish crypt", _) => (Severity::Medium, Confidence::Medium),
        (_, true) => (Severity::Medium, Confidence::Medium),
        _ => (Severity::Low, Confidence::Low),
    };
    found.at(call.span(), confidence, format!("{hash} is used")).severity(severity);
}

fn hash_of(call: &Call<'_>, name: &str) -> Option<String> {
    let last = name.rsplit('.').next()?;
    if name.starts_with("crypt.") {
        return weak_crypt(call, last);
    }
    if name == "hashlib.new" || name == "cryptography.hazmat.primitives.hashes.Hash" {
        let algorithm = text(call, 0, "name")?.to_ascii_lowercase();
        return matches!(algorithm.as_str(), "md2" | "md4" | "md5" | "sha" | "sha1" | "sha-1")
            .then(|| algorithm.to_ascii_uppercase());
    }
    if last == "new" {
        let module = name.rsplit('.').nth(1)?;
        return Some(module.to_owned());
    }
    Some(last.to_ascii_uppercase())
}

fn weak_crypt(call: &Call<'_>, function: &str) -> Option<String> {
    let (position, keyword) = if function == "crypt" { (1, "salt") } else { (0, "method") };
    let method = call.argument(position, keyword)?;
    let method = call.name_of(method)?;
    let method = method.rsplit('.').next()?;
    let weak = match method {
        "METHOD_CRYPT" => "DES crypt",
        "METHOD_MD5" => "MD5 crypt",
        "METHOD_BLOWFISH" => "Blowfish crypt",
        _ => return None,
    };
    Some(weak.to_owned())
}

/// Whether a secret is hashed, as far as names tell. `password` itself is the matter of `weak-password-hash`.
fn speaks_of_secret(call: &Call<'_>, project: &Project, expr: ExprId) -> bool {
    let module = call.module;
    match module.expr(expr) {
        ExprKind::Binary(_, left, right) => {
            let mut parts = vec![*left, *right];
            for _ in 0..8 {
                let Some(part) = parts.pop() else { break };
                match module.expr(part) {
                    ExprKind::Binary(_, left, right) => parts.extend([*left, *right]),
                    _ if last_name(project, module, part).is_some_and(names_secret) => return true,
                    _ => {}
                }
            }
            false
        }
        ExprKind::Format(parts) => parts.iter().any(|part| match part {
            FormatPart::Value { value, .. } => last_name(project, module, *value).is_some_and(names_secret),
            FormatPart::Text(_) => false,
        }),
        _ => last_name(project, module, expr).is_some_and(names_secret),
    }
}
