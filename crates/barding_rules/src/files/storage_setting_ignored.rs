//! `storage-setting-ignored`: A storage setting is ignored.

use crate::ask::{ask, set};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("storage-setting-ignored"),
        title: "A storage setting is ignored",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[1188],
        django_checks: &[],
        consequence: "Files go to the local disk with Django's default storage, not where the setting says.",
        advice: "Move it into `STORAGES`.",
        since: "0.1.0",
        page: include_str!("storage_setting_ignored.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE"] {
        let answer = ask(settings, |on| match on.series {
            series if series < Series::V5_1 => Truth::No,
            _ => on.is_set(name),
        });
        if let Some(finding) =
            answer.report(found, settings, name, format!("sets {name}, which this Django does not read"), &[])
            && (name == "STATICFILES_STORAGE" || set(settings, "STORAGES").is_some())
        {
            finding.severity(Severity::Info);
        }
    }
}
