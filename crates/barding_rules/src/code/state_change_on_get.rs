//! `state-change-on-get`: a view changes something when it is merely visited.

use super::ask::is_judged;
use super::views::{Methods, calls_in, changes, class_value, decorators, methods, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Function, FunctionId, FunctionRef, Meaning, Module};
use barding_source::Span;
use std::collections::BTreeSet;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("state-change-on-get"),
        title: "A view changes something on GET",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352, 650],
        django_checks: &[],
        consequence: "A link or an image on any site makes a visitor's browser do it; Django checks no token on GET.",
        advice: "Accept POST alone: `@require_POST`, and a small form instead of the link.",
        since: "0.1.0",
        page: include_str!("state_change_on_get.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    redirecting_views(module, project, found);
    // What the module itself calls is a helper, not a view.
    let called: BTreeSet<FunctionId> = project
        .code
        .calls_of(module)
        .filter_map(|call| match &call.site.meaning {
            Some(Meaning::Function(called)) if called.module == module.id => Some(called.function),
            _ => None,
        })
        .collect();
    for function in views(project, module) {
        let definition = module.function(function);
        let name = project.code.text(definition.name);
        let on_get = match methods(project, module, function) {
            Methods::Any => definition.class.is_none(),
            Methods::SafeOnly => {
                (definition.class.is_none() || name == "get") && !told_apart(module, definition)
            }
            Methods::UnsafeOnly | Methods::ToldApart => false,
        };
        if !on_get {
            continue;
        }
        // The addresses that lead here tell more than the function: whether it is a view at all, and what they refuse.
        let reference = FunctionRef { module: module.id, function };
        let mut routes = project.routes.of_function(reference).peekable();
        if routes.peek().is_some() {
            if routes.all(|route| !route.methods.answers("GET")) {
                continue;
            }
        } else if definition.class.is_none()
            && (called.contains(&function) || !looks_like_view(project, module, function))
        {
            continue;
        }
        let logs_out = calls_in(project, module, function).find(|call| {
            call.name().is_some_and(|name| {
                matches!(&*name, "django.contrib.auth.logout" | "django.contrib.auth.login")
            })
        });
        if let Some(call) = logs_out {
            let what = if call.name().is_some_and(|name| name.ends_with("logout")) { "out" } else { "in" };
            found
                .at(
                    module.function_span(function),
                    Confidence::Medium,
                    format!("`{name}` logs the visitor {what} on GET"),
                )
                .severity(Severity::Low)
                .because([Evidence::at(
                    Role::Sink,
                    call.span(),
                    format!("the visitor is logged {what} here"),
                )]);
            continue;
        }
        let Some((place, what)) = first_change(project, module, function) else { continue };
        let lower = name.to_ascii_lowercase();
        let verb = has_verb(&lower);
        let deletes = what.ends_with(".delete()");
        // Confirmation links in mails and counters change something on GET on purpose.
        let counts = ["log", "visit", "view", "hit", "history", "stat", "track", "seen", "last_"]
            .iter()
            .any(|word| what.to_ascii_lowercase().contains(word));
        let linked = ["confirm", "verify", "activat", "callback", "token", "unsubscribe", "oauth", "webhook"]
            .iter()
            .any(|word| lower.contains(word));
        let (severity, confidence) = match (verb || deletes, counts || linked) {
            (true, false) => (Severity::Medium, Confidence::Medium),
            (true, true) | (false, false) => (Severity::Low, Confidence::Low),
            (false, true) => continue,
        };
        found
            .at(module.function_span(function), confidence, format!("`{name}` changes something on GET"))
            .severity(severity)
            .because([Evidence::at(Role::Sink, place, format!("`{what}` runs whatever the method is"))]);
    }
}

/// Words in names of what changes something.
const VERBS: &[&str] = &[
    "delete",
    "remove",
    "create",
    "add",
    "update",
    "edit",
    "save",
    "toggle",
    "set_",
    "approve",
    "reject",
    "publish",
    "cancel",
    "reset",
    "activate",
    "deactivate",
    "enable",
    "disable",
    "archive",
    "move",
    "clear",
    "mark",
    "accept",
    "decline",
    "switch",
    "unsubscribe",
    "vote",
    "like",
    "follow",
];

fn has_verb(name: &str) -> bool {
    VERBS.iter().any(|verb| name.contains(verb))
}

/// Whether a function is named for what it changes: `delete_order`, `toggle`.
fn begins_with_verb(name: &str) -> bool {
    let first = name.trim_start_matches('_').split('_').next().unwrap_or_default();
    VERBS.iter().any(|verb| verb.trim_end_matches('_') == first)
}

/// The first call that changes something, in the function itself or in a function of the project that it calls and
/// that is named for changing things.
fn first_change(project: &Project, module: &Module, function: FunctionId) -> Option<(Span, String)> {
    calls_in(project, module, function).find_map(|call| {
        if let Some(what) = changes(&call) {
            return Some((call.span(), what));
        }
        let Some(Meaning::Function(called)) = &call.site.meaning else { return None };
        let other = project.code.module(called.module);
        let name = project.code.text(other.function(called.function).name).to_ascii_lowercase();
        if !begins_with_verb(&name) {
            return None;
        }
        let what = calls_in(project, other, called.function).find_map(|inner| changes(&inner))?;
        Some((call.span(), what))
    })
}

/// Redirecting views run `get_redirect_url` for every method.
fn redirecting_views(module: &Module, project: &Project, found: &mut Findings<'_>) {
    for (at, definition) in module.functions.iter().enumerate() {
        let Some(class) = definition.class else { continue };
        if project.code.text(definition.name) != "get_redirect_url"
            || class_value(project, module, class, "http_method_names").is_some()
            || told_apart(module, definition)
        {
            continue;
        }
        let function = FunctionId(at as u32);
        let Some((place, what)) = first_change(project, module, function) else { continue };
        let name = project.code.text(module.class(class).name);
        found
            .at(
                module.function_span(function),
                Confidence::Medium,
                format!("`{name}` changes something on GET"),
            )
            .because([Evidence::at(Role::Sink, place, format!("`{what}` runs whatever the method is"))]);
    }
}

fn told_apart(module: &Module, function: &Function) -> bool {
    let (start, end) = function.whole;
    module.file.text.get(start as usize..end as usize).unwrap_or_default().contains(".method")
}

/// A function with a request that gives a response, or stands in a file of views.
pub(super) fn looks_like_view(project: &Project, module: &Module, function: FunctionId) -> bool {
    let path = module.file.path.as_str();
    let in_views = path.ends_with("views.py")
        || path.contains("/views/")
        || path.starts_with("views/")
        || path.contains("view");
    let answers = calls_in(project, module, function).any(|call| {
        call.name().is_some_and(|name| {
            name.starts_with("django.http.")
                || name.starts_with("django.shortcuts.")
                || name.starts_with("rest_framework.response.")
        })
    });
    let helper = project.code.text(module.function(function).name).starts_with('_');
    let decorators = decorators(project, module, function);
    let guarded = decorators.iter().any(|decorator| decorator.name.starts_with("django."));
    (answers || guarded && in_views) && !helper && (in_views || !decorators.is_empty())
}
