//! `cors-allows-all`: every site may read the answers.

use crate::ask::{Answer, On, any_item, ask, story, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cors-allows-all"),
        title: "Every site may read the answers",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[942, 346],
        django_checks: &[],
        consequence: "Scripts of any page read what this site answers to its visitors.",
        advice: "List the origins that need it in `CORS_ALLOWED_ORIGINS`.",
        since: "0.1.0",
        page: include_str!("cors_allows_all.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"] {
        let superseded = |on: On<'_>| {
            if name == "CORS_ORIGIN_ALLOW_ALL" { on.is_set("CORS_ALLOW_ALL_ORIGINS") } else { Truth::No }
        };
        let all = |on: On<'_>| on.is_truthy(name).and(!superseded(on)).and(middleware(on));
        let with_cookies = ask(settings, |on| all(on).and(on.is_truthy("CORS_ALLOW_CREDENTIALS")));
        let says = "lets scripts of every site read answers together with the visitor's cookies";
        if let Some(finding) = with_cookies.report(found, settings, name, says, &[]) {
            finding.severity(Severity::Critical).because(story(settings, "CORS_ALLOW_CREDENTIALS"));
            if with_cookies == Answer::WhenUnset {
                finding.severity(Severity::High);
            }
            finding.consequence("A page anywhere reads what a logged-in visitor may read here, and sends requests in the visitor's name.");
            continue;
        }
        let answer = ask(settings, all);
        answer.report(found, settings, name, "lets scripts of every site read its answers", &[]);
    }
}

fn middleware(on: On<'_>) -> Truth {
    on.ask("MIDDLEWARE", Truth::No, |list| {
        any_item(list, |item| text_is(item, |path| path.ends_with("CorsMiddleware")))
    })
}
