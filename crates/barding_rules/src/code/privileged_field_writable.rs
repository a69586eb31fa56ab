//! `privileged-field-writable`: what a request holds can make a user staff or superuser.

use super::ask::{every_statement, is_judged, is_started_by_hand};
use super::reading::{given, read};
use super::views::{class_value, own_value};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, ClassId, ClassRef, ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("privileged-field-writable"),
        title: "A request can make a user staff or superuser",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[915, 269, 285],
        django_checks: &[],
        consequence: "Whoever may change their own account gives themselves every right.",
        advice: "Name the field in `read_only_fields`, or leave it out of what visitors may send.",
        since: "0.1.0",
        page: include_str!("privileged_field_writable.md"),
    },
    check: Check::Module(check),
};

fn is_privilege(name: &str) -> bool {
    matches!(name, "is_staff" | "is_superuser" | "user_permissions")
}

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        if let Some((place, field)) = open_serializer(project, module, class) {
            found.at(
                module.span(place),
                Confidence::Low,
                format!("This serializer takes `{field}` from whoever may use it"),
            );
        }
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        for target in targets {
            if let ExprKind::Attribute(_, name) = module.expr(*target)
                && is_privilege(project.code.text(*name))
                && is_sent(module, project, function, *value)
            {
                found.at(
                    module.span(*target),
                    Confidence::Medium,
                    "The request says whether this user is privileged",
                );
            }
        }
    });
    for call in project.code.calls_of(module) {
        if !matches!(
            call.last_name(),
            Some("create" | "create_user" | "update" | "update_or_create" | "User")
        ) {
            continue;
        }
        for argument in &call.syntax().arguments {
            if let ArgumentHow::Keyword(name) = argument.how
                && is_privilege(project.code.text(name))
                && is_sent(module, project, call.site.function, argument.value)
            {
                found.at(call.span(), Confidence::Medium, "The request says whether this user is privileged");
            }
        }
    }
}

fn is_sent(module: &Module, project: &Project, function: FunctionId, value: ExprId) -> bool {
    read(project, module, given(module, function, value))
        .is_some_and(|read| matches!(read.bag, "GET" | "POST" | "data" | "query_params"))
}

/// A model serializer, told by its `Meta`, that names a privilege among its fields and does not make it read-only.
fn open_serializer<'m>(project: &'m Project, module: &'m Module, meta: ClassId) -> Option<(ExprId, &'m str)> {
    let class = module.class(meta).outer.filter(|_| project.code.text(module.class(meta).name) == "Meta")?;
    let facts = project.code.class_facts(ClassRef { module: module.id, class })?;
    let serializes = facts
        .external_bases
        .iter()
        .any(|base| base.starts_with("rest_framework.serializers.") && base.ends_with("ModelSerializer"));
    // What is only shown, or only for administrators, often says so in its name.
    let name = project.code.text(module.class(class).name).to_ascii_lowercase();
    let told = ["admin", "staff", "read", "list", "detail", "output", "response", "public"];
    if !serializes || told.iter().any(|word| name.contains(word)) {
        return None;
    }
    let (ExprKind::List(items) | ExprKind::Tuple(items)) =
        module.expr(own_value(project, module, meta, "fields")?)
    else {
        return None;
    };
    let protected = ["read_only_fields", "extra_kwargs"]
        .iter()
        .filter_map(|name| class_value(project, module, meta, name))
        .map(|(at, value)| at.source(value))
        .collect::<String>();
    items.iter().find_map(|item| {
        let ExprKind::Text(field) = module.expr(*item) else { return None };
        let open = is_privilege(field)
            && !protected.contains(&**field)
            // A field that the class declares itself says what may be written.
            && class_value(project, module, class, field).is_none();
        open.then_some((*item, &**field))
    })
}
