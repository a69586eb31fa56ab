//! `token-signing-weak`: tokens are signed badly or not at all.

use crate::ask::{ask, ask_at, given, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("token-signing-weak"),
        title: "Tokens are signed badly or not at all",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[347, 321],
        django_checks: &[],
        consequence: "Whoever knows or does not need the key makes tokens for any user.",
        advice: "Use a key of its own, read from the environment, with HS256, RS256 or ES256.",
        since: "0.1.0",
        page: include_str!("token_signing_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let unsigned = ask(settings, |on| {
        on.ask("SIMPLE_JWT", Truth::No, |jwt| {
            ask_at(jwt, &["ALGORITHM"], Truth::No, &|value| {
                text_is(value, |name| name.eq_ignore_ascii_case("none"))
            })
        })
    });
    if let Some(finding) =
        unsigned.report(found, settings, "SIMPLE_JWT", "accepts tokens that nobody signed", &[])
    {
        finding.severity(Severity::Critical);
        return;
    }
    let Some(value) = set(settings, "SIMPLE_JWT").map(|set| &set.value) else { return };
    // The project's SECRET_KEY, reused, is judged where it is set.
    let own_key = set(settings, "SECRET_KEY").map(|set| &set.value);
    let literal = |key: &Value| {
        Truth::from(own_key != Some(key))
            .and(text_is(key, |text| !text.is_empty() && !text.contains("PUBLIC KEY")))
    };
    let answer = ask(settings, |on| {
        on.ask("SIMPLE_JWT", Truth::No, |jwt| ask_at(jwt, &["SIGNING_KEY"], Truth::No, &literal))
    });
    if given(project, value) {
        return;
    }
    answer.report(found, settings, "SIMPLE_JWT", "holds the key that signs its tokens in the source", &[]);
}
