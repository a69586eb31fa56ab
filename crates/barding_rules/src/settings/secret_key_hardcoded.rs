//! `secret-key-hardcoded`: SECRET_KEY stands in the settings.

use crate::ask::{Answer, ask, given, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-key-hardcoded"),
        title: "SECRET_KEY stands in the settings",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798, 321],
        django_checks: &[],
        consequence: "Everybody who can read the source can sign sessions, password reset links and cookies.",
        advice: "Read it from the environment without a default, and make a new one: the old one stays in the history.",
        since: "0.1.0",
        page: include_str!("secret_key_hardcoded.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let Some(key) = set(settings, "SECRET_KEY") else { return };
    if given(project, &key.value) {
        return;
    }
    let answer = answer(settings);
    let says = "holds its SECRET_KEY in the source";
    let public = key.value.cases().into_iter().any(|(_, value)| value.text().is_some_and(is_public));
    if let Some(finding) = answer.report(found, settings, "SECRET_KEY", says, &[])
        && public
    {
        finding.consequence("The key is a placeholder that attackers know: they sign sessions and password reset links at once.");
        if answer == Answer::Sure {
            finding.severity(Severity::Critical);
        }
    }
}

fn answer(settings: &SettingsModule) -> Answer {
    ask(settings, |on| on.ask("SECRET_KEY", Truth::No, |key| text_is(key, |text| !text.is_empty())))
}

/// Whether this rule reports this very key of this settings module.
pub(crate) fn reports(settings: &SettingsModule, project: &Project, key: &str) -> bool {
    let Some(set) = set(settings, "SECRET_KEY") else { return false };
    !given(project, &set.value)
        && answer(settings).holds()
        && set.value.cases().into_iter().any(|(_, value)| value.text() == Some(key))
}

/// Placeholders of templates and tutorials.
fn is_public(key: &str) -> bool {
    let plain: String = key.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    const WHOLE: &[&str] = &[
        "secret",
        "secretkey",
        "mysecretkey",
        "mysecret",
        "supersecret",
        "supersecretkey",
        "topsecret",
        "changeme",
        "key",
        "test",
        "testing",
        "testkey",
        "dummy",
        "dummykey",
        "insecure",
        "notsecret",
        "notasecret",
        "django",
        "djangosecretkey",
        "foo",
        "foobar",
        "abc",
        "abc123",
        "123456",
        "password",
        "todo",
        "fixme",
        "xxx",
        "dev",
        "devkey",
        "local",
        "unsafe",
        "default",
        "fake",
        "fakekey",
        "none",
        "example",
    ];
    const PARTS: &[&str] = &[
        "changeme",
        "changethis",
        "replaceme",
        "replacethis",
        "yoursecretkey",
        "yoursecret",
        "yourkey",
        "insertyour",
        "putyour",
        "notsosecret",
        "keepitsecret",
        "setmein",
        "pleasechange",
        "secretkeyhere",
    ];
    WHOLE.contains(&plain.as_str())
        || PARTS.iter().any(|part| plain.contains(part))
        || plain.chars().all(|c| c == 'x' || c == '0')
}
