//! `cookie-without-flags`: a cookie that opens a session lacks its flags.

use super::ask::{is_falsy, is_judged, names_secret};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cookie-without-flags"),
        title: "A session-like cookie lacks its flags",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614, 1004],
        django_checks: &[],
        consequence: "Without `secure` the cookie is sent in clear text once somebody makes the browser ask over http; without `httponly` scripts read it.",
        advice: "Pass `secure=True, httponly=True, samesite=\"Lax\"`.",
        since: "0.1.0",
        page: include_str!("cookie_without_flags.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[".set_cookie"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) || call.has_hidden_arguments() {
        return;
    }
    let Some(name) = call.argument(0, "key") else { return };
    let name = match call.constant(name) {
        Some(Constant::Text(name)) => name,
        _ => call.module.source(name).to_owned(),
    };
    let missing: Vec<&str> = [(5, "secure"), (6, "httponly")]
        .into_iter()
        .filter(|(position, flag)| match call.argument(position + 2, flag) {
            None => true,
            Some(value) => is_falsy(call, value),
        })
        .map(|(_, flag)| flag)
        .collect();
    if missing.is_empty() {
        return;
    }
    let lower = name.to_ascii_lowercase();
    let session = names_secret(&name)
        || ["session", "auth", "jwt", "sid", "login", "remember", "user"]
            .iter()
            .any(|word| lower.contains(word));
    let (severity, confidence) =
        if session { (Severity::Medium, Confidence::Medium) } else { (Severity::Info, Confidence::Low) };
    found
        .at(
            call.span(),
            confidence,
            format!("The cookie `{name}` is set without `{}`", missing.join("` and `")),
        )
        .severity(severity);
}
