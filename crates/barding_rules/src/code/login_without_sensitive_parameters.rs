//! `login-without-sensitive-parameters`: a view that takes a password lets error reports show it.

use super::ask::{is_judged, is_started_by_hand};
use super::views::{class_decorators, decorators, own_method, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, Module};
use barding_source::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-without-sensitive-parameters"),
        title: "Error reports may show a password",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[532, 209],
        django_checks: &[],
        consequence: "When such a view fails, Django's error mail lists the local variables and POST fields; names that do not look like passwords are shown.",
        advice: "Decorate the view with `@sensitive_post_parameters()` and helpers with `@sensitive_variables()`.",
        since: "0.1.0",
        page: include_str!("login_without_sensitive_parameters.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for function in views(project, module) {
        let definition = module.function(function);
        let (start, end) = definition.whole;
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        let handles = [
            "POST[\"password",
            "POST['password",
            "POST.get(\"password",
            "POST.get('password",
            "data[\"password",
            "data['password",
            "data.get(\"password",
            "data.get('password",
            "card_number",
            "cvv",
        ]
        .iter()
        .any(|word| text.contains(word));
        if !handles {
            continue;
        }
        let covered = |decorator: &str| decorator.starts_with("sensitive_");
        let own = decorators(project, module, function).iter().any(|decorator| covered(decorator.last()));
        let class = definition.class.is_some_and(|class| {
            class_decorators(project, module, class).iter().any(|decorator| covered(decorator.last()))
                || own_method(project, module, class, "dispatch").is_some_and(|dispatch| {
                    decorators(project, module, dispatch).iter().any(|decorator| covered(decorator.last()))
                })
        });
        if !own && !class {
            let name = project.code.text(definition.name);
            found.at(
                module.function_span(function),
                Confidence::Low,
                format!("`{name}` takes a password and does not keep it out of error reports"),
            );
        }
    }
    form_views(module, project, found);
}

/// Form views named for registration or passwords: the form takes the password, the view is what error reports show.
fn form_views(module: &Module, project: &Project, found: &mut Findings<'_>) {
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        let name = project.code.text(module.class(class).name);
        let lower = name.to_ascii_lowercase();
        let named = ["registration", "register", "signup", "password", "login", "signin"]
            .iter()
            .any(|word| lower.contains(word));
        let reference = ClassRef { module: module.id, class };
        let Some(facts) = project.code.class_facts(reference) else { continue };
        let is_form_view = facts.external_bases.iter().any(|base| {
            matches!(
                &**base,
                "django.views.generic.FormView"
                    | "django.views.generic.CreateView"
                    | "django.views.generic.edit.FormView"
                    | "django.views.generic.edit.CreateView"
            )
        });
        if !named || !is_form_view || facts.has_unknown_base {
            continue;
        }
        let covered = |decorators: Vec<super::views::Decorator>| {
            decorators.iter().any(|decorator| decorator.last().starts_with("sensitive_"))
        };
        let decorated = facts.order.iter().any(|owner| {
            let other = project.code.module(owner.module);
            covered(class_decorators(project, other, owner.class))
                || ["dispatch", "post"].into_iter().any(|method| {
                    own_method(project, other, owner.class, method)
                        .is_some_and(|method| covered(decorators(project, other, method)))
                })
        });
        if !decorated {
            found.at(
                Span::new(module.file.id, module.class(class).start, module.class(class).end),
                Confidence::Low,
                format!("`{name}` takes a password and does not keep it out of error reports"),
            );
        }
    }
}
