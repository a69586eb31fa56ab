//! `weak-key-size`: a key is generated that is too short.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, ExprKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-key-size"),
        title: "A generated key is too short",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[326, 327],
        django_checks: &[],
        consequence: "A key of this size can be worked out from its public half.",
        advice: "Generate RSA and DSA keys of at least 2048 bits, better 3072, or use Ed25519.",
        since: "0.1.0",
        page: include_str!("weak_key_size.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key",
    "cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key",
    "cryptography.hazmat.primitives.asymmetric.ec.generate_private_key",
    "Crypto.PublicKey.RSA.generate",
    "Crypto.PublicKey.DSA.generate",
    "Cryptodome.PublicKey.RSA.generate",
    "Cryptodome.PublicKey.DSA.generate",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name.ends_with("ec.generate_private_key") {
        let curve = call.argument(0, "curve").and_then(|curve| match call.module.expr(curve) {
            ExprKind::Call(inner) => call.name_of(inner.callee),
            _ => call.name_of(curve),
        });
        let Some(curve) = curve else { return };
        let curve = curve.rsplit('.').next().unwrap_or_default();
        if bits_of(curve).is_some_and(|bits| bits < 224) {
            found.at(call.span(), Confidence::High, format!("The curve {curve} is too small"));
        }
        return;
    }
    let (position, keyword) = if name.ends_with("rsa.generate_private_key") {
        (1, "key_size")
    } else if name.ends_with("generate_private_key") {
        (0, "key_size")
    } else {
        (0, "bits")
    };
    let Some(Constant::Int(bits)) = call.argument(position, keyword).and_then(|size| call.constant(size))
    else {
        return;
    };
    if bits < 2048 {
        let severity = if bits < 1024 { Severity::High } else { Severity::Medium };
        found.at(call.span(), Confidence::High, format!("The key has only {bits} bits")).severity(severity);
    }
}

/// The size in a curve's name: `SECT163R2` has 163 bits.
fn bits_of(curve: &str) -> Option<u32> {
    let digits: String =
        curve.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
