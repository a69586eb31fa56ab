//! `pages-compressed`: pages with secrets are compressed.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pages-compressed"),
        title: "Pages with secrets are compressed",
        severity: Severity::Info,
        tip: Tip::Https,
        cwe: &[310],
        django_checks: &[],
        consequence: "The length of a compressed page tells, request by request, what is in it (BREACH).",
        advice: "Compress static files only, in the server in front.",
        since: "0.1.0",
        page: include_str!("pages_compressed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.lists("django.middleware.gzip.GZipMiddleware"));
    answer.report(found, settings, "MIDDLEWARE", "compresses pages with GZipMiddleware", &[]);
}
