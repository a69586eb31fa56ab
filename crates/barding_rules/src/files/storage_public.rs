//! `storage-public`: uploads in the cloud are readable by everybody.

use crate::ask::{ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("storage-public"),
        title: "Uploads in the cloud are readable by everybody",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[732, 552],
        django_checks: &[],
        consequence: "Whoever guesses or learns an address reads the file, for good.",
        advice: "Leave the ACL unset (the bucket decides), or `private`, and sign addresses with `AWS_QUERYSTRING_AUTH`.",
        since: "0.1.0",
        page: include_str!("storage_public.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, public) in [
        ("AWS_DEFAULT_ACL", &["public-read", "public-read-write", "authenticated-read"][..]),
        ("GS_DEFAULT_ACL", &["publicRead", "publicReadWrite", "projectPrivate_publicRead"][..]),
    ] {
        let answer =
            ask(settings, |on| on.ask(name, Truth::No, |acl| text_is(acl, |acl| public.contains(&acl))));
        let writable = ask(settings, |on| {
            on.ask(name, Truth::No, |acl| text_is(acl, |acl| acl.to_ascii_lowercase().ends_with("write")))
        });
        if let Some(finding) =
            answer.report(found, settings, name, format!("makes every uploaded file public with {name}"), &[])
            && writable.holds()
        {
            finding.severity(Severity::High);
        }
    }
    for name in ["AWS_QUERYSTRING_AUTH", "GS_QUERYSTRING_AUTH"] {
        let answer = ask(settings, |on| on.ask(name, Truth::No, |value| !value.truthiness()));
        if let Some(finding) = answer.report(
            found,
            settings,
            name,
            format!("hands out addresses of uploads without a signature with {name}"),
            &[],
        ) {
            finding.severity(Severity::Low);
        }
    }
    let options = ask(settings, |on| {
        on.ask("STORAGES", Truth::No, |storages| {
            ask_at(storages, &["default", "OPTIONS", "default_acl"], Truth::No, &|acl| {
                text_is(acl, |acl| acl.starts_with("public"))
            })
        })
    });
    options.report(found, settings, "STORAGES", "makes every uploaded file public with STORAGES", &[]);
}
