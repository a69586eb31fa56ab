//! `user-always-authenticated`: the user model makes `is_authenticated` or `is_anonymous` a method, which is always true.

use super::user_model::user_models;
use super::views::own_method;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("user-always-authenticated"),
        title: "The user model makes `is_authenticated` or `is_anonymous` a method",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[287, 697],
        django_checks: &["auth.C009", "auth.C010"],
        consequence: "`if user.is_authenticated:` asks whether there is a method, not what it says: everybody passes, and `manage.py check` fails.",
        advice: "Put `@property` above it, or leave it out: Django's own base class has it.",
        since: "0.1.0",
        page: include_str!("user_always_authenticated.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let mut told = Vec::new();
    for (user, certain) in user_models(project) {
        let Some(facts) = project.code.class_facts(user) else { continue };
        for name in ["is_anonymous", "is_authenticated"] {
            // The nearest class that has the name decides.
            let method = facts.order.iter().find_map(|owner| {
                let module = project.code.module(owner.module);
                own_method(project, module, owner.class, name).map(|method| (module, method))
            });
            let Some((module, method)) = method else { continue };
            // A decorator, mostly `@property`, makes something else of it.
            if !module.function(method).decorators.is_empty() || told.contains(&(module.id, method)) {
                continue;
            }
            told.push((module.id, method));
            let confidence = if certain == Truth::Yes { Confidence::High } else { Confidence::Medium };
            let user = project.code.text(project.code.class(user).name);
            found.at(
                module.function_span(method),
                confidence,
                format!("`{name}` of `{user}` is a method, so `user.{name}` is true for everybody"),
            );
        }
    }
}
