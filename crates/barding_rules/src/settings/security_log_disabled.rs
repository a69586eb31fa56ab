//! `security-log-disabled`: django's security log goes nowhere.

use crate::ask::{ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("security-log-disabled"),
        title: "Django's security log goes nowhere",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[778],
        django_checks: &[],
        consequence: "Forged hosts, refused CSRF tokens and tampered cookies leave no trace.",
        advice: "Set `disable_existing_loggers` to False, or give the `django.security` logger a handler.",
        since: "0.1.0",
        page: include_str!("security_log_disabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let silent = |logging: &Value| {
        let disables = ask_at(logging, &["disable_existing_loggers"], Truth::Yes, &Value::truthiness);
        let configured = ask_at(logging, &["version"], Truth::No, &Value::truthiness);
        let handled = ["django.security", "django", "root", ""]
            .into_iter()
            .map(|logger| ask_at(logging, &["loggers", logger], Truth::No, &Value::truthiness))
            .fold(ask_at(logging, &["root"], Truth::No, &Value::truthiness), Truth::or);
        configured.and(disables).and(!handled)
    };
    let answer = ask(settings, |on| on.ask("LOGGING", Truth::No, silent).and(!on.is_none("LOGGING_CONFIG")));
    answer.report(
        found,
        settings,
        "LOGGING",
        "switches off Django's own loggers without a handler for django.security",
        &[],
    );
}
