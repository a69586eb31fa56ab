//! `mixin-after-view`: an access mixin stands after the view and never runs.

use super::ask::is_judged;
use super::views::own_method;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ExprId, Module, ScopeId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mixin-after-view"),
        title: "An access mixin stands after the view",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[862],
        django_checks: &[],
        consequence: "Python looks methods up from left to right: the view's `dispatch` runs, the mixin's does not, and everybody gets in.",
        advice: "Put the mixin first: `class Orders(LoginRequiredMixin, ListView)`.",
        since: "0.1.0",
        page: include_str!("mixin_after_view.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, class) in module.classes.iter().enumerate() {
        let scope = module.scope(class.scope).parent.unwrap_or(ScopeId(0));
        let bases: Vec<(String, ExprId)> = class
            .bases
            .iter()
            .map(|base| (project.code.name_of(module.id, scope, *base).unwrap_or_default(), *base))
            .collect();
        let view = bases
            .iter()
            .position(|(name, _)| name.starts_with("django.views.generic.") && name.ends_with("View"));
        let Some(view) = view else { continue };
        let late = bases[view + 1..].iter().find(|(name, _)| {
            matches!(
                name.as_str(),
                "django.contrib.auth.mixins.LoginRequiredMixin"
                    | "django.contrib.auth.mixins.PermissionRequiredMixin"
                    | "django.contrib.auth.mixins.UserPassesTestMixin"
                    | "django.contrib.auth.mixins.AccessMixin"
            )
        });
        let Some((name, base)) = late else { continue };
        let mixin = name.rsplit('.').next().unwrap_or_default();
        if own_method(project, module, ClassId(at as u32), "dispatch").is_some() {
            continue;
        }
        found.at(
            module.span(*base),
            Confidence::High,
            format!(
                "`{mixin}` stands after the view in `{}`, so it never runs",
                project.code.text(class.name)
            ),
        );
    }
}
