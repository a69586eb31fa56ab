//! `graphql-change-unguarded`: a GraphQL mutation changes something and asks nobody who they are.

use super::ask::is_judged;
use super::reading::{methods, whole};
use super::views::{calls_in, changes, decorators};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("graphql-change-unguarded"),
        title: "A GraphQL mutation asks nobody who they are",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[862, 306, 285],
        django_checks: &[],
        consequence: "All of GraphQL has one address, mostly a public one: whoever reaches it changes and deletes.",
        advice: "Ask `info.context.user` first, or use `login_required` and `permission_required` of graphql_jwt, or a permission class of strawberry.",
        since: "0.1.0",
        page: include_str!("graphql_change_unguarded.md"),
    },
    check: Check::Module(check),
};

/// Words of code that asks who the visitor is.
const ASKS: &[&str] =
    &["user", "permission", "has_perm", "is_authenticated", "login", "token", "check_", "auth", "allowed"];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let definition = module.function(function);
        let name = project.code.text(definition.name);
        let graphene = matches!(name, "mutate" | "mutate_and_get_payload" | "perform_mutation")
            && definition.class.is_some_and(|class| is_unguarded_mutation(project, module, class));
        let wrapped = decorators(project, module, function);
        let strawberry = wrapped.iter().any(|decorator| {
            decorator.name == "strawberry.mutation"
                && !module.source(decorator.expr).contains("permission_classes")
                && !module.source(decorator.expr).contains("extensions")
        });
        if !graphene && !strawberry {
            continue;
        }
        let others = wrapped.iter().filter(|decorator| {
            !matches!(decorator.last(), "classmethod" | "staticmethod" | "mutation" | "atomic")
        });
        let body = whole(module, function);
        if others.count() > 0 || ASKS.iter().any(|word| body.contains(word)) {
            continue;
        }
        let Some(change) =
            calls_in(project, module, function).find_map(|call| changes(&call).map(|what| (call, what)))
        else {
            continue;
        };
        let (call, what) = change;
        found
            .at(module.function_span(function), Confidence::Low, "This mutation asks nobody who they are")
            .because([Evidence::at(Role::Step, call.span(), format!("it runs `{what}`"))]);
    }
}

/// Whether a class is a mutation of graphene, and none of its bases and other methods asks who the visitor is.
fn is_unguarded_mutation(project: &Project, module: &Module, class: ClassId) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    let mutation = facts.external_bases.iter().any(|base| {
        base.starts_with("graphene") && (base.ends_with("Mutation") || base.ends_with("ClientIDMutation"))
    });
    mutation
        && !facts.has_unknown_base
        && !methods(project, &facts.order)
            .any(|(module, function)| ASKS.iter().any(|word| whole(module, function).contains(word)))
}
