//! `source-served-as-static`: the source is served as static files.

use crate::ask::{On, any_item, ask};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("source-served-as-static"),
        title: "The source is served as static files",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[552],
        django_checks: &[],
        consequence: "Settings, keys and databases can be downloaded.",
        advice: "Name a folder that holds nothing but static files.",
        since: "0.1.0",
        page: include_str!("source_served_as_static.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let is_source = |on: On<'_>, folder: &Value| match paths::path_of(folder) {
        Some(path) => {
            let base = on.look("BASE_DIR").ok().flatten().and_then(paths::path_of);
            let root = path == "<root>" || path == "/";
            Truth::from(root || base.is_some_and(|base| base == path))
        }
        None => Truth::from(folder.truthiness() != Truth::No).and(Truth::Maybe),
    };
    for name in ["STATIC_ROOT", "WHITENOISE_ROOT"] {
        let answer = ask(settings, |on| on.ask(name, Truth::No, |folder| is_source(on, folder)));
        answer.report(found, settings, name, format!("names the folder of the source in {name}"), &[]);
    }
    let collected = ask(settings, |on| {
        on.ask("STATICFILES_DIRS", Truth::No, |folders| {
            any_item(folders, |folder| match folder.items() {
                Some([_, folder]) => is_source(on, folder),
                _ => is_source(on, folder),
            })
        })
    });
    collected.report(
        found,
        settings,
        "STATICFILES_DIRS",
        "collects the folder of the source as static files",
        &[],
    );
}
