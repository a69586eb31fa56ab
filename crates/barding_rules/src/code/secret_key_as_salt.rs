//! `secret-key-as-salt`: SECRET_KEY is handed to a scheme that gives its salt away.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-key-as-salt"),
        title: "SECRET_KEY is the salt of Hashids",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[327, 321, 522],
        django_checks: &[],
        consequence: "Hashids is no encryption: a few numbers with their texts give the salt back, and with SECRET_KEY anybody signs sessions and password resets.",
        advice: "Give Hashids a text of its own, and do not count on it to hide anything.",
        since: "0.1.0",
        page: include_str!("secret_key_as_salt.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &["hashids.Hashids"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) {
        return;
    }
    let Some(salt) = call.argument(0, "salt") else { return };
    // A hash of the key stays a secret of its own.
    let source = call.module.source(salt);
    let is_key = source.ends_with("SECRET_KEY") && !source.contains('(')
        || source.starts_with("str(") && source.contains("SECRET_KEY")
        || source.starts_with("getattr(") && source.contains("\"SECRET_KEY\"");
    if is_key {
        found.at(call.span(), Confidence::Medium, "Hashids gives its salt away, and here that is SECRET_KEY");
    }
}
