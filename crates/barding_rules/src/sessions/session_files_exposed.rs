//! `session-files-exposed`: session files lie in a folder that is served.

use crate::ask::ask;
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-files-exposed"),
        title: "Session files lie in a folder that is served",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[552],
        django_checks: &[],
        consequence: "The names of the files are the session ids.",
        advice: "Remove `SESSION_FILE_PATH`, or name a private folder.",
        since: "0.1.0",
        page: include_str!("session_files_exposed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let of_files = on.equals("SESSION_ENGINE", "django.contrib.sessions.backends.file");
        let served = on.ask("SESSION_FILE_PATH", Truth::No, |path| {
            ["MEDIA_ROOT", "STATIC_ROOT"]
                .into_iter()
                .map(|root| {
                    on.ask(root, Truth::No, |root| {
                        paths::lie(path, root, |relation| {
                            matches!(relation, paths::Relation::Same | paths::Relation::Inside)
                        })
                    })
                })
                .fold(Truth::No, Truth::or)
        });
        of_files.and(served)
    });
    answer.report(
        found,
        settings,
        "SESSION_FILE_PATH",
        "keeps session files in a folder that is served",
        &[],
    );
}
