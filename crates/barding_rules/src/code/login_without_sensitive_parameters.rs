//! `login-without-sensitive-parameters`: a view that takes a password lets error reports show it.

use super::ask::{is_judged, is_started_by_hand};
use super::views::{class_decorators, decorators, own_method, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Module;

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
}
