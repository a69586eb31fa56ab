//! `storage-unencrypted`: files travel to the cloud without TLS.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("storage-unencrypted"),
        title: "Files travel to the cloud without TLS",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319, 295],
        django_checks: &[],
        consequence: "Files and the signature of the request can be read or changed on the way.",
        advice: "Remove the setting; TLS and its verification are on by default.",
        since: "0.1.0",
        page: include_str!("storage_unencrypted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, absent_is_fine) in [("AWS_S3_USE_SSL", true), ("AWS_S3_VERIFY", true), ("AZURE_SSL", true)] {
        let answer = ask(settings, |on| {
            on.ask(name, Truth::No, |value| match value {
                Value::Bool(known) => Truth::from(!known),
                Value::Int(number) => Truth::from(*number == 0),
                Value::None => Truth::No,
                value => text_is(value, |_| !absent_is_fine),
            })
        });
        answer.report(
            found,
            settings,
            name,
            format!("switches TLS or its verification off with {name}"),
            &[],
        );
    }
    let links = ask(settings, |on| {
        on.ask("AWS_S3_URL_PROTOCOL", Truth::No, |value| {
            text_is(value, |scheme| scheme.trim_end_matches(':') == "http")
        })
    });
    if let Some(finding) =
        links.report(found, settings, "AWS_S3_URL_PROTOCOL", "links to uploads over plain HTTP", &[])
    {
        finding.severity(Severity::Medium);
    }
}
