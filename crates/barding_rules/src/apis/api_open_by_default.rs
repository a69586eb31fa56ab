//! `api-open-by-default`: the API lets everybody in unless a view says otherwise.

use crate::ask::{On, any_item, ask, ask_at, each_case, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("api-open-by-default"),
        title: "The API lets everybody in unless a view says otherwise",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[862, 306],
        django_checks: &[],
        consequence: "A view that forgets `permission_classes` is open to the world.",
        advice: "Set `DEFAULT_PERMISSION_CLASSES` to `[\"rest_framework.permissions.IsAuthenticated\"]` and open single views on purpose.",
        since: "0.1.0",
        page: include_str!("api_open_by_default.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const OPEN: &str = "rest_framework.permissions.AllowAny";
    let permissions = |on: On<'_>, question: &dyn Fn(&Value) -> Truth| {
        on.ask("REST_FRAMEWORK", Truth::Yes, |settings| {
            ask_at(settings, &["DEFAULT_PERMISSION_CLASSES"], Truth::Yes, &|list| question(list))
        })
    };
    let open = |list: &Value| match list.items() {
        Some([]) => Truth::Yes,
        // All of the classes must agree, so one that is strict closes the door.
        Some(items) => items
            .iter()
            .map(|item| each_case(item, &|item| item.equals_text(OPEN)))
            .fold(Truth::Yes, Truth::and),
        None => match list {
            Value::None => Truth::Yes,
            list => text_is(list, |path| path == OPEN),
        },
    };
    let answer = ask(settings, |on| on.installs("rest_framework").and(permissions(on, &open)));
    let set_here = set(settings, "REST_FRAMEWORK").is_some_and(|set| {
        ask_at(&set.value, &["DEFAULT_PERMISSION_CLASSES"], Truth::No, &|_| Truth::Yes) == Truth::Yes
    });
    let says = if set_here {
        "lets everybody use the API unless a view says otherwise"
    } else {
        "does not set DEFAULT_PERMISSION_CLASSES, so everybody may use the API unless a view says otherwise"
    };
    if let Some(finding) = answer.report(found, settings, "REST_FRAMEWORK", says, &[]) {
        // Views may each say who may enter.
        finding.confidence = finding.confidence.min(Confidence::Medium);
        return;
    }
    let reading = |list: &Value| {
        any_item(list, |item| {
            text_is(item, |path| {
                path == "rest_framework.permissions.IsAuthenticatedOrReadOnly"
                    || path == "rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly"
            })
        })
    };
    let answer = ask(settings, |on| {
        on.installs("rest_framework").and(on.ask("REST_FRAMEWORK", Truth::No, |settings| {
            ask_at(settings, &["DEFAULT_PERMISSION_CLASSES"], Truth::No, &reading)
        }))
    });
    if let Some(finding) = answer.report(
        found,
        settings,
        "REST_FRAMEWORK",
        "lets everybody read through the API unless a view says otherwise",
        &[],
    ) {
        finding.severity(Severity::Low);
        finding.confidence = finding.confidence.min(Confidence::Medium);
    }
}
