//! `all-fields-exposed`: a form or serializer takes every field of its model.

use super::ask::is_judged;
use super::views::own_value;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, ExprKind, Meaning, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("all-fields-exposed"),
        title: "A form or serializer takes every field of its model",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[915, 200, 213],
        django_checks: &[],
        consequence: "A field added to the model later, `is_staff` or `owner`, can be set by visitors without anybody deciding so.",
        advice: "List the fields by name.",
        since: "0.1.0",
        page: include_str!("all_fields_exposed.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, class) in module.classes.iter().enumerate() {
        let name = project.code.text(class.name);
        let Some(outer) = class.outer.filter(|_| name == "Meta") else { continue };
        if is_admin_or_filter(project, module, outer) {
            continue;
        }
        let class = ClassId(at as u32);
        let owner = project.code.text(module.class(outer).name);
        if let Some(fields) = own_value(project, module, class, "fields") {
            let all = matches!(module.expr(fields), ExprKind::Text(text) if &**text == "__all__")
                || project
                    .code
                    .name_of(module.id, module.class(class).scope, fields)
                    .is_some_and(|name| name.ends_with("ALL_FIELDS"));
            if all {
                let (severity, confidence) = weight(project, module, class);
                found
                    .at(module.span(fields), confidence, format!("`{owner}` takes every field of its model"))
                    .severity(severity);
            }
        } else if let Some(exclude) = own_value(project, module, class, "exclude")
            && own_value(project, module, class, "model").is_some()
        {
            found
                .at(
                    module.span(exclude),
                    Confidence::Low,
                    format!("`{owner}` takes every field of its model that is not excluded"),
                )
                .severity(Severity::Info);
        }
    }
    views(module, project, found);
}

/// `fields = "__all__"` on CreateView and UpdateView.
fn views(module: &Module, project: &Project, found: &mut Findings<'_>) {
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        let reference = ClassRef { module: module.id, class };
        let edits = project.code.class_facts(reference).is_some_and(|facts| {
            facts.external_bases.iter().any(|base| {
                base.ends_with("CreateView")
                    || base.ends_with("UpdateView")
                    || base.ends_with("ModelFormMixin")
            })
        });
        let Some(fields) = own_value(project, module, class, "fields").filter(|_| edits) else { continue };
        if matches!(module.expr(fields), ExprKind::Text(text) if &**text == "__all__") {
            let name = project.code.text(module.class(class).name);
            found.at(
                module.span(fields),
                Confidence::Medium,
                format!("`{name}` takes every field of its model"),
            );
        }
    }
}

fn is_admin_or_filter(project: &Project, module: &Module, class: ClassId) -> bool {
    let name = project.code.text(module.class(class).name).to_ascii_lowercase();
    let path = module.file.path.as_str();
    let reference = ClassRef { module: module.id, class };
    let filter = project.code.class_facts(reference).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            base.contains("FilterSet")
                || base.contains("resources.")
                || base.contains("Factory")
                // What the admin edits users with takes every field by design.
                || base.starts_with("django.contrib.auth.forms.")
                || base.contains("tables.")
                || base.starts_with("django_tables2")
        })
    });
    filter
        || name.contains("admin")
        || path.ends_with("admin.py")
        || path.contains("/admin/")
        || name.contains("filter")
        || name.contains("factory")
        || name.contains("table")
        || name.contains("resource")
}

/// A model with fields that decide about rights weighs more; a serializer that only reads weighs less.
fn weight(project: &Project, module: &Module, meta: ClassId) -> (Severity, Confidence) {
    let scope = module.class(meta).scope;
    let model = own_value(project, module, meta, "model")
        .and_then(|model| project.code.meaning(module.id, scope, model));
    let Some(Meaning::Class(model)) = model else {
        let is_user = own_value(project, module, meta, "model").is_some_and(|model| {
            module.source(model).contains("get_user_model")
                || project.code.name_of(module.id, scope, model).is_some_and(|name| {
                    name == "django.contrib.auth.models.User" || name.ends_with("get_user_model()")
                })
        });
        return if is_user { (Severity::High, Confidence::Medium) } else { (Severity::Low, Confidence::Low) };
    };
    // Every field of a user: the hash of the password goes out, `is_superuser` comes in.
    let is_user = project.code.class_facts(model).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            matches!(base.rsplit('.').next(), Some("AbstractUser" | "AbstractBaseUser" | "PermissionsMixin"))
        })
    });
    if is_user {
        return (Severity::High, Confidence::Medium);
    }
    let sensitive = [
        "is_staff",
        "is_superuser",
        "is_admin",
        "role",
        "owner",
        "user",
        "balance",
        "password",
        "permissions",
        "groups",
        "is_approved",
        "is_verified",
        "credit",
        "price",
        "created_by",
        "author",
    ];
    let model_module = project.code.module(model.module);
    let has = sensitive.iter().any(|name| own_value(project, model_module, model.class, name).is_some());
    if has { (Severity::Medium, Confidence::Medium) } else { (Severity::Low, Confidence::Low) }
}
