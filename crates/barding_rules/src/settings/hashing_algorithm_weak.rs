//! `hashing-algorithm-weak`: signatures use an old or unknown hash.

use crate::ask::{On, ask};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hashing-algorithm-weak"),
        title: "Signatures use an old or unknown hash",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[328],
        django_checks: &["security.E100"],
        consequence: "Signed cookies, sessions and reset tokens rest on SHA-1, or nothing can be signed at all.",
        advice: "Remove `DEFAULT_HASHING_ALGORITHM`; its default is sha256.",
        since: "0.1.0",
        page: include_str!("hashing_algorithm_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let here = |on: On<'_>| matches!(on.series, Series::V3_1 | Series::V3_2);
    let invalid = ask(settings, |on| match here(on) {
        true => on.ask(NAME, Truth::No, |value| match value {
            Value::Text(text) => Truth::from(!["sha1", "sha256"].contains(&&**text)),
            Value::None | Value::Bool(_) | Value::Int(_) => Truth::Yes,
            _ => Truth::Maybe,
        }),
        false => Truth::No,
    });
    if invalid
        .report(
            found,
            settings,
            NAME,
            "names an unknown hash in DEFAULT_HASHING_ALGORITHM",
            &["security.E100"],
        )
        .is_some()
    {
        return;
    }
    let sha1 = ask(settings, |on| if here(on) { on.equals(NAME, "sha1") } else { Truth::No });
    sha1.report(found, settings, NAME, "signs with SHA-1", &[]);
}

const NAME: &str = "DEFAULT_HASHING_ALGORITHM";
