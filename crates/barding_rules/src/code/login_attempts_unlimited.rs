//! `login-attempts-unlimited`: a login of the project's own lets passwords be tried without end.

use super::ask::is_judged;
use super::reading::whole;
use super::views::{class_value, decorators, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Module;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-attempts-unlimited"),
        title: "Nothing limits how often a password may be tried",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[307],
        django_checks: &[],
        consequence: "A script tries passwords until one fits.",
        advice: "Limit attempts by account and address: django-axes, django-ratelimit, a throttle, or the server's own limit.",
        since: "0.1.0",
        page: include_str!("login_attempts_unlimited.md"),
    },
    check: Check::Module(check),
};

/// Words that code about limits is written with.
const LIMITS: &[&str] = &[
    "axes",
    "ratelimit",
    "throttle",
    "limiter",
    "failed_",
    "max_attempts",
    "too_many",
    "lockout",
    "captcha",
    "brute",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project)
        || ["axes", "ratelimit", "django_ratelimit", "defender", "brutebuster", "DEFAULT_THROTTLE_CLASSES"]
            .iter()
            .any(|word| project.code.mentions(word))
    {
        return;
    }
    for function in views(project, module) {
        let text = whole(module, function).to_ascii_lowercase();
        let definition = module.function(function);
        let limited = LIMITS.iter().any(|word| text.contains(word))
            || definition
                .class
                .is_some_and(|class| class_value(project, module, class, "throttle_classes").is_some())
            || decorators(project, module, function).iter().any(|decorator| {
                let name = decorator.name.to_ascii_lowercase();
                LIMITS.iter().chain(&["limit"]).any(|word| name.contains(word))
            });
        if limited {
            continue;
        }
        let tries = project
            .code
            .calls_within(module, function)
            .find(|call| call.name().is_some_and(|name| name == "django.contrib.auth.authenticate"));
        let Some(call) = tries else { continue };
        let name = project.code.text(definition.name);
        found
            .at(call.span(), Confidence::Low, format!("`{name}` lets passwords be tried without a limit"))
            .because([Evidence::note(
                Role::NotKnown,
                "whether the server before Django limits requests to this address".to_owned(),
            )]);
    }
}
