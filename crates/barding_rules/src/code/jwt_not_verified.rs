//! `jwt-not-verified`: a token is read without checking its signature.

use super::ask::{is_false, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("jwt-not-verified"),
        title: "A token is read without checking its signature",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[347, 345],
        django_checks: &[],
        consequence: "Anybody can write a token that says they are anybody.",
        advice: "Call `jwt.decode(token, key, algorithms=[\"HS256\"])` with the one algorithm you use.",
        since: "0.1.0",
        page: include_str!("jwt_not_verified.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &["jwt.decode", "jwt.api_jwt.decode", "jose.jwt.decode", "jwt.decode_complete"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) {
        return;
    }
    let options =
        call.keyword("options").map(|options| call.module.source(options).replace(char::is_whitespace, ""));
    let off = options.as_deref().is_some_and(|options| {
        options.contains("\"verify_signature\":False")
            || options.contains("'verify_signature':False")
            || options.contains("verify_signature=False")
    });
    let old_off = is_false(call, "verify");
    let none = call.keyword("algorithms").is_some_and(|algorithms| {
        matches!(call.constant(algorithms), Some(Constant::List(items)) if items.iter().any(|item| matches!(item, Constant::Text(name) if name.eq_ignore_ascii_case("none"))))
    });
    if off || old_off {
        let (severity, confidence) = if verified_elsewhere(call) {
            (Severity::Low, Confidence::Low)
        } else {
            (Severity::High, Confidence::Medium)
        };
        found.at(call.span(), confidence, "The signature of this token is not checked").severity(severity);
    } else if none {
        found.at(call.span(), Confidence::High, "Tokens without a signature are accepted (`none`)");
    } else if call.argument(2, "algorithms").is_none()
        && call.argument(1, "key").is_some()
        && !call.has_hidden_arguments()
        && call.name().is_some_and(|name| name == "jwt.decode")
    {
        found
            .at(call.span(), Confidence::Low, "The token itself chooses how it is signed")
            .severity(Severity::Medium);
    }
}

/// Many programs look into a token first to choose the key, and then check it.
fn verified_elsewhere(call: &Call<'_>) -> bool {
    let (start, end) = call.function().whole;
    let text = call.module.file.text.get(start as usize..end as usize).unwrap_or_default();
    call.site.function.0 != 0 && text.matches("jwt.decode(").count() > 1
}
