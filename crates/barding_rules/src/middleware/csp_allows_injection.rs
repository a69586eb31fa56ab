//! `csp-allows-injection`: the Content-Security-Policy lets injected scripts run.

use crate::ask::{On, any_item, ask, ask_at, set};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-allows-injection"),
        title: "The Content-Security-Policy lets injected scripts run",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693, 79],
        django_checks: &[],
        consequence: "The policy is there and does not do what it is for.",
        advice: "Allow scripts by nonce or hash, and drop 'unsafe-inline', 'unsafe-eval', *, data: and whole schemes from script-src.",
        since: "0.1.0",
        page: include_str!("csp_allows_injection.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, path) in [("SECURE_CSP", &[][..]), ("CONTENT_SECURITY_POLICY", &["DIRECTIVES"][..])] {
        let answer = ask(settings, |on| match (name, on.series) {
            ("SECURE_CSP", series) if series < Series::V6_0 => Truth::No,
            _ => on.ask(name, Truth::No, |policy| {
                ask_at(policy, path, Truth::No, &|directives| weak_policy(directives))
            }),
        });
        answer.report(
            found,
            settings,
            name,
            format!("lets injected scripts run despite the policy in {name}"),
            &[],
        );
    }
    let script = if set(settings, "CSP_SCRIPT_SRC").is_some() { "CSP_SCRIPT_SRC" } else { "CSP_DEFAULT_SRC" };
    let nonce = |on: On<'_>| on.ask("CSP_INCLUDE_NONCE_IN", Truth::No, |list| list.contains("script-src"));
    let answer = ask(settings, |on| on.ask(script, Truth::No, |sources| weak_sources(sources, nonce(on))));
    answer.report(
        found,
        settings,
        script,
        format!("lets injected scripts run despite the policy in {script}"),
        &[],
    );
}

/// Judges `script-src`, or `default-src` where there is none.
fn weak_policy(directives: &Value) -> Truth {
    let has = ask_at(directives, &["script-src"], Truth::No, &|_| Truth::Yes);
    let judge = |directive: &str| {
        ask_at(directives, &[directive], Truth::No, &|sources| weak_sources(sources, Truth::No))
    };
    match has {
        Truth::Yes => judge("script-src"),
        Truth::No => judge("default-src"),
        Truth::Maybe => Truth::Maybe,
    }
}

fn weak_sources(sources: &Value, nonce: Truth) -> Truth {
    let any = |is: &dyn Fn(&str) -> bool| match sources.text() {
        Some(text) => Truth::from(text.split_whitespace().any(is)),
        None => any_item(sources, |item| match source(item) {
            Some(text) => Truth::from(is(&text)),
            None => Truth::Maybe,
        }),
    };
    let strict = any(&|text| {
        text == "NONCE"
            || text == "'strict-dynamic'"
            || text.starts_with("'nonce-")
            || text.starts_with("'sha")
    });
    let inline = any(&|text| text == "'unsafe-inline'").and(!strict.or(nonce));
    let dynamic = any(&|text| text == "'strict-dynamic'");
    let anywhere = any(&|text| matches!(text, "*" | "https:" | "http:" | "data:" | "http://*" | "https://*"))
        .and(!dynamic);
    inline.or(anywhere).or(any(&|text| text == "'unsafe-eval'"))
}

/// A source as it stands in the header; constants of Django and django-csp stand for theirs.
fn source(item: &Value) -> Option<String> {
    match item {
        Value::Text(text) if &**text == "<CSP_NONCE_SENTINEL>" => Some("NONCE".to_owned()),
        Value::Text(text) => Some(text.to_string()),
        Value::Name(name) if name.starts_with("django.utils.csp.") || name.starts_with("csp.constants.") => {
            let constant = name.rsplit('.').next()?;
            Some(match constant {
                "NONCE" => "NONCE".to_owned(),
                _ => format!("'{}'", constant.to_ascii_lowercase().replace('_', "-")),
            })
        }
        _ => None,
    }
}
