//! `api-unthrottled`: nothing limits how often the API may be asked.

use crate::ask::{On, any_entry, any_item, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("api-unthrottled"),
        title: "Nothing limits how often the API may be asked",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[307, 770],
        django_checks: &[],
        consequence: "Passwords and codes can be tried, and the service worn out, at full speed.",
        advice: "Set `DEFAULT_THROTTLE_CLASSES` and `DEFAULT_THROTTLE_RATES`, or limit requests in the server in front.",
        since: "0.1.0",
        page: include_str!("api_unthrottled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let none = |on: On<'_>| {
        on.ask("REST_FRAMEWORK", Truth::Yes, |settings| {
            ask_at(settings, &["DEFAULT_THROTTLE_CLASSES"], Truth::Yes, &|list| !list.truthiness())
        })
    };
    let answer = ask(settings, |on| on.installs("rest_framework").and(none(on)));
    if let Some(finding) =
        answer.report(found, settings, "REST_FRAMEWORK", "sets no throttle for the API", &[])
    {
        finding.severity(Severity::Info);
        finding.confidence = finding.confidence.min(Confidence::Medium);
        return;
    }
    let no_rate = |on: On<'_>| {
        on.ask("REST_FRAMEWORK", Truth::No, |settings| {
            let throttled = ask_at(settings, &["DEFAULT_THROTTLE_CLASSES"], Truth::No, &|list| {
                any_item(list, |item| {
                    text_is(item, |path| {
                        path == "rest_framework.throttling.AnonRateThrottle"
                            || path == "rest_framework.throttling.UserRateThrottle"
                    })
                })
            });
            let rates = ask_at(settings, &["DEFAULT_THROTTLE_RATES"], Truth::No, &|rates| {
                any_entry(rates, |_, rate| rate.truthiness())
            });
            throttled.and(!rates)
        })
    };
    let answer = ask(settings, |on| on.installs("rest_framework").and(no_rate(on)));
    answer.report(
        found,
        settings,
        "REST_FRAMEWORK",
        "throttles the API without a rate, which means not at all",
        &[],
    );
}
