//! `credential-hardcoded`: A credential stands in the settings.

use crate::ask::{ask, given, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("credential-hardcoded"),
        title: "A credential stands in the settings",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798],
        django_checks: &[],
        consequence: "Everybody who can read the source can use the account it opens.",
        advice: "Read it from the environment or a secret store, and revoke the old one: it stays in the history.",
        since: "0.1.0",
        page: include_str!("credential_hardcoded.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    for (name, set) in &settings.values {
        if !is_credential(name) || given(project, &set.value) {
            continue;
        }
        let answer = ask(settings, |on| on.ask(name, Truth::No, |value| text_is(value, looks_real)));
        answer.report(found, settings, name, format!("holds {name} in the source"), &[]);
    }
}

/// Names that end so hold a credential as a text.
const ENDS: &[&str] = &[
    "EMAIL_HOST_PASSWORD",
    "SECRET_ACCESS_KEY",
    "ACCOUNT_KEY",
    "API_SECRET",
    "API_SECRET_KEY",
    "SECRET_API_KEY",
    "CLIENT_SECRET",
    "_AUTH_TOKEN",
    "ACCESS_TOKEN",
    "PRIVATE_KEY",
    "SIGNING_SECRET",
    "WEBHOOK_SECRET",
    "STRIPE_SECRET_KEY",
    "_API_KEY",
    "_PASSWORD",
    "BOT_TOKEN",
    "APP_SECRET",
    "CONSUMER_SECRET",
    "TOTP_INSECURE_BYPASS_CODE",
    "ENCRYPTION_KEY",
    "FIELD_ENCRYPTION_KEY",
    "FERNET_KEY",
    "JWT_SECRET",
    "JWT_SECRET_KEY",
];

fn is_credential(name: &str) -> bool {
    const NOT: &[&str] = &[
        "PUBLIC",
        "PUBLISHABLE",
        "TEST_",
        "MAPS",
        "RECAPTCHA_SITE",
        "SITE_KEY",
        "RESET",
        "VALIDATOR",
        "HASHER",
        "MIN_",
        "MAX_",
    ];
    let social = name.starts_with("SOCIAL_AUTH_") && (name.ends_with("_SECRET"));
    (social || ENDS.iter().any(|end| name.ends_with(end))) && !NOT.iter().any(|word| name.contains(word))
}

/// Whether a text can be a credential: long enough, no placeholder, path, address or dotted name.
fn looks_real(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let placeholder =
        ["your", "change", "example", "xxx", "placeholder", "dummy", "todo", "none", "<", "{{", "${"];
    text.len() >= 6
        && !placeholder.iter().any(|word| lower.contains(word))
        && !text.contains(char::is_whitespace)
        && !text.starts_with(['/', '.', '~'])
        && !text.contains("://")
        && !(text.contains('.') && text.chars().all(|c| c.is_ascii_alphabetic() || c == '.' || c == '_'))
        && !text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}
