//! `staticfiles-dirs-malformed`: STATICFILES_DIRS has the wrong form.

use crate::ask::{On, any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("staticfiles-dirs-malformed"),
        title: "STATICFILES_DIRS has the wrong form",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["staticfiles.E001", "staticfiles.E003"],
        consequence: "Static files are not found, and `manage.py check` fails.",
        advice: "Write a list or tuple of folders; a prefix does not end with a slash.",
        since: "0.1.0",
        page: include_str!("staticfiles_dirs_malformed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let app = |on: On<'_>| match on.series {
        Series::V1_11 => Truth::No,
        _ => on.installs("django.contrib.staticfiles"),
    };
    let not_list = ask(settings, |on| {
        app(on).and(on.ask("STATICFILES_DIRS", Truth::No, |value| match value {
            Value::List(_) | Value::Tuple(_) => Truth::No,
            Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => {
                Truth::Maybe
            }
            _ => Truth::Yes,
        }))
    });
    if not_list
        .report(
            found,
            settings,
            "STATICFILES_DIRS",
            "sets STATICFILES_DIRS to something that is not a list",
            &["staticfiles.E001"],
        )
        .is_some()
    {
        return;
    }
    let slash = ask(settings, |on| match on.series {
        series if series < Series::V2_2 => Truth::No,
        _ => app(on).and(on.ask("STATICFILES_DIRS", Truth::No, |folders| {
            any_item(folders, |folder| match folder.items() {
                Some([prefix, _]) => text_is(prefix, |prefix| prefix.ends_with('/')),
                _ => Truth::No,
            })
        })),
    });
    slash.report(
        found,
        settings,
        "STATICFILES_DIRS",
        "has a prefix with a slash at its end in STATICFILES_DIRS",
        &["staticfiles.E003"],
    );
}
