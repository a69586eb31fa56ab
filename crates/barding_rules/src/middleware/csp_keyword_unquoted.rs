//! `csp-keyword-unquoted`: A keyword of the Content-Security-Policy lacks its quotes.

use crate::ask::{any_entry, any_item, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-keyword-unquoted"),
        title: "A keyword of the Content-Security-Policy lacks its quotes",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "Browsers take the word for the name of a host: the policy allows less, or does not allow what was meant.",
        advice: "Write the inner quotes: `\"'self'\"`, or use the constants.",
        since: "0.1.0",
        page: include_str!("csp_keyword_unquoted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let bare = |directives: &Value| {
        any_entry(directives, |_, sources| match sources.text() {
            Some(text) => Truth::from(text.split_whitespace().any(is_bare)),
            None => any_item(sources, |item| text_is(item, is_bare)),
        })
    };
    for (name, path) in [("SECURE_CSP", &[][..]), ("CONTENT_SECURITY_POLICY", &["DIRECTIVES"][..])] {
        let answer = ask(settings, |on| match (name, on.series) {
            ("SECURE_CSP", series) if series < Series::V6_0 => Truth::No,
            _ => on.ask(name, Truth::No, |policy| ask_at(policy, path, Truth::No, &bare)),
        });
        answer.report(found, settings, name, format!("writes a keyword without its quotes in {name}"), &[]);
    }
    for name in
        ["CSP_DEFAULT_SRC", "CSP_SCRIPT_SRC", "CSP_STYLE_SRC", "CSP_OBJECT_SRC", "CSP_FRAME_ANCESTORS"]
    {
        let answer = ask(settings, |on| {
            on.ask(name, Truth::No, |sources| any_item(sources, |item| text_is(item, is_bare)))
        });
        answer.report(found, settings, name, format!("writes a keyword without its quotes in {name}"), &[]);
    }
}

fn is_bare(source: &str) -> bool {
    matches!(source, "self" | "none" | "unsafe-inline" | "unsafe-eval" | "strict-dynamic")
}
