//! `api-without-permission`: an API view names no permission, and no default is known.

use super::ask::is_judged;
use super::views::{class_asks_who, class_decorators, class_value, is_api_class, own_method};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, Module};
use barding_project::routes::Entry;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("api-without-permission"),
        title: "An API view names no permission",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[862],
        django_checks: &[],
        consequence: "Django REST framework lets everybody in unless a permission is named.",
        advice: "Set `DEFAULT_PERMISSION_CLASSES` in `REST_FRAMEWORK`, and `permission_classes` where a view differs.",
        since: "0.1.0",
        page: include_str!("api_without_permission.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || default_is_set(project) {
        return;
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        if !is_api_class(project, module, class) || is_base(project, module, class) {
            continue;
        }
        // Where its routes are known, what was found about them counts: mixins, middleware, `initial`.
        let reference = ClassRef { module: module.id, class };
        let mut routes = project.routes.of_class(reference).peekable();
        if routes.peek().is_some() && routes.all(|route| route.access.entry != Entry::Public) {
            continue;
        }
        let asked = class_value(project, module, class, "permission_classes").is_some()
            || ["get_permissions", "check_permissions", "initial", "dispatch"]
                .iter()
                .any(|name| inherited_method(project, module, class, name))
            || class_asks_who(project, module, class)
            || class_decorators(project, module, class).iter().any(|decorator| !decorator.name.is_empty());
        let (start, end) = module.class(class).whole;
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        if asked || text.contains("request.user") || text.contains("has_perm") {
            continue;
        }
        let name = project.code.text(module.class(class).name);
        let writes = ["post", "put", "patch", "delete", "create", "update", "destroy"]
            .iter()
            .any(|name| own_method(project, module, class, name).is_some());
        let has_settings = !project.settings.is_empty();
        let confidence = if has_settings { Confidence::Medium } else { Confidence::Low };
        let finding = found.at(module.class_span(class), confidence, format!("`{name}` names no permission"));
        if !writes {
            finding.severity(Severity::Low);
        }
    }
}

/// Whether any settings module, or any file of the project, sets a default permission.
fn default_is_set(project: &Project) -> bool {
    project.code.mentions("DEFAULT_PERMISSION_CLASSES")
}

/// A class that others of the project build on is judged where it is used.
fn is_base(project: &Project, module: &Module, class: ClassId) -> bool {
    project
        .code
        .class_facts(ClassRef { module: module.id, class })
        .is_some_and(|facts| !facts.subclasses.is_empty())
}

fn inherited_method(project: &Project, module: &Module, class: ClassId, name: &str) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    facts.order.iter().any(|at| own_method(project, project.code.module(at.module), at.class, name).is_some())
}
