//! `weak-cipher`: a broken or misused cipher encrypts.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-cipher"),
        title: "A broken cipher is used",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[327, 326],
        django_checks: &[],
        consequence: "What is encrypted can be read: the cipher is broken, its key too short, or equal blocks stay equal.",
        advice: "Use AES in GCM mode, or `cryptography.fernet.Fernet`.",
        since: "0.1.0",
        page: include_str!("weak_cipher.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "Crypto.Cipher.ARC2.new",
    "Crypto.Cipher.ARC4.new",
    "Crypto.Cipher.Blowfish.new",
    "Crypto.Cipher.DES.new",
    "Crypto.Cipher.DES3.new",
    "Crypto.Cipher.XOR.new",
    "Crypto.Cipher.CAST.new",
    "Cryptodome.Cipher.ARC2.new",
    "Cryptodome.Cipher.ARC4.new",
    "Cryptodome.Cipher.Blowfish.new",
    "Cryptodome.Cipher.DES.new",
    "Cryptodome.Cipher.DES3.new",
    "Cryptodome.Cipher.XOR.new",
    "Cryptodome.Cipher.CAST.new",
    "cryptography.hazmat.primitives.ciphers.algorithms.ARC4",
    "cryptography.hazmat.primitives.ciphers.algorithms.Blowfish",
    "cryptography.hazmat.primitives.ciphers.algorithms.CAST5",
    "cryptography.hazmat.primitives.ciphers.algorithms.IDEA",
    "cryptography.hazmat.primitives.ciphers.algorithms.SEED",
    "cryptography.hazmat.primitives.ciphers.algorithms.TripleDES",
    "cryptography.hazmat.primitives.ciphers.algorithms.RC2",
    "cryptography.hazmat.decrepit.ciphers.algorithms.ARC4",
    "cryptography.hazmat.decrepit.ciphers.algorithms.Blowfish",
    "cryptography.hazmat.decrepit.ciphers.algorithms.CAST5",
    "cryptography.hazmat.decrepit.ciphers.algorithms.IDEA",
    "cryptography.hazmat.decrepit.ciphers.algorithms.SEED",
    "cryptography.hazmat.decrepit.ciphers.algorithms.TripleDES",
    "cryptography.hazmat.decrepit.ciphers.algorithms.RC2",
    "cryptography.hazmat.primitives.ciphers.modes.ECB",
    "Crypto.Cipher.AES.new",
    "Cryptodome.Cipher.AES.new",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let parts: Vec<&str> = name.split('.').collect();
    let last = parts.last().copied().unwrap_or_default();
    let cipher = if last == "new" {
        parts.get(parts.len().saturating_sub(2)).copied().unwrap_or_default()
    } else {
        last
    };
    if cipher == "AES" {
        let mode = call.argument(1, "mode").and_then(|mode| call.name_of(mode));
        if mode.is_some_and(|mode| mode.ends_with(".MODE_ECB")) {
            found.at(call.span(), Confidence::High, "AES is used block by block (ECB)");
        }
        return;
    }
    let message = if cipher == "ECB" {
        "Blocks are encrypted one by one (ECB)".to_owned()
    } else {
        format!("The cipher {cipher} is used")
    };
    found.at(call.span(), Confidence::Medium, message);
}
