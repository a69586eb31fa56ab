//! `task-queue-accepts-pickle`: tasks arrive as pickles.

use crate::ask::{any_item, ask, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("task-queue-accepts-pickle"),
        title: "Tasks arrive as pickles",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[502],
        django_checks: &[],
        consequence: "Whoever can write to the broker runs code on the workers.",
        advice: "Use JSON: remove the setting, or list `json` only.",
        since: "0.1.0",
        page: include_str!("task_queue_accepts_pickle.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in [
        "CELERY_ACCEPT_CONTENT",
        "CELERY_RESULT_ACCEPT_CONTENT",
        "ACCEPT_CONTENT",
        "CELERY_TASK_SERIALIZER",
        "CELERY_RESULT_SERIALIZER",
    ] {
        if name == "ACCEPT_CONTENT"
            && set(settings, "CELERY_BROKER_URL").is_none()
            && set(settings, "BROKER_URL").is_none()
        {
            continue;
        }
        let answer = ask(settings, |on| {
            on.ask(name, Truth::No, |value| match value.items() {
                Some(_) => any_item(value, |item| text_is(item, dangerous)),
                None => text_is(value, dangerous),
            })
        });
        answer.report(found, settings, name, format!("lets tasks travel as pickles with {name}"), &[]);
    }
    let q = ask(settings, |on| {
        on.ask("DRAMATIQ_ENCODER", Truth::No, |value| text_is(value, |path| path.ends_with("PickleEncoder")))
    });
    q.report(found, settings, "DRAMATIQ_ENCODER", "lets tasks travel as pickles with DRAMATIQ_ENCODER", &[]);
}

fn dangerous(content: &str) -> bool {
    matches!(content, "pickle" | "yaml" | "application/x-python-serialize" | "application/x-yaml")
}
