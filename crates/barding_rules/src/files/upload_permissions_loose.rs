//! `upload-permissions-loose`: uploaded files get loose permissions.

use crate::ask::{ask, number_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-permissions-loose"),
        title: "Uploaded files get loose permissions",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[732],
        django_checks: &[],
        consequence: "Other accounts of the machine change uploads, or run them.",
        advice: "Use `0o640` or `0o644` for files and `0o750` for folders, in octal.",
        since: "0.1.0",
        page: include_str!("upload_permissions_loose.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let files =
        |value: &Value| number_is(value, |mode| mode & 0o022 != 0 || mode & 0o111 != 0 || mode > 0o777);
    let folders = |value: &Value| number_is(value, |mode| mode & 0o002 != 0 || mode > 0o7777);
    let answer = ask(settings, |on| on.ask("FILE_UPLOAD_PERMISSIONS", Truth::No, files));
    answer.report(
        found,
        settings,
        "FILE_UPLOAD_PERMISSIONS",
        "gives uploaded files permissions that are too loose",
        &[],
    );
    let answer = ask(settings, |on| on.ask("FILE_UPLOAD_DIRECTORY_PERMISSIONS", Truth::No, folders));
    answer.report(
        found,
        settings,
        "FILE_UPLOAD_DIRECTORY_PERMISSIONS",
        "gives folders of uploads permissions that are too loose",
        &[],
    );
}
