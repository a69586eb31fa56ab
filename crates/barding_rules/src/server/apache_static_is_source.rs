//! `apache-static-is-source`: Apache serves static files out of the code.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-static-is-source"),
        title: "Apache serves static files out of the code",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[538],
        django_checks: &[],
        consequence: "What lies beside the files of an app is served too, and what other apps bring is missing.",
        advice: "Collect static files into `STATIC_ROOT` and let the `Alias` name that folder.",
        since: "0.1.0",
        page: include_str!("apache_static_is_source.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |alias, _| {
            if !alias.name.eq_ignore_ascii_case("Alias")
                || !alias.argument(0).trim_start_matches('/').starts_with("static")
            {
                return;
            }
            let target = alias.argument(1).trim_end_matches('/');
            let in_library = target.contains("/site-packages/");
            // `…/shop/static`, where `shop` is a package of the project.
            let of_app = target
                .strip_suffix("/static")
                .and_then(|folder| folder.rsplit('/').next())
                .is_some_and(|app| {
                    project
                        .code
                        .modules
                        .iter()
                        .any(|module| module.is_package && module.name.rsplit('.').next() == Some(app))
                });
            if in_library || of_app {
                let message = format!("`{target}` belongs to the code of an app");
                found.at(alias.span, Confidence::Medium, message);
            }
        });
    }
}
