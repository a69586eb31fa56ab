//! `owner-named-by-address`: a view looks up what belongs to the user whom the address names.

use super::ask::is_judged;
use super::reading::{methods, read, whole};
use super::views::{calls_in, class_asks_who, decorators, is_view_class, views};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, Call, ClassId, ClassRef, ExprId, ExprKind, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("owner-named-by-address"),
        title: "The address says whose objects are meant",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[639, 862, 285],
        django_checks: &[],
        consequence: "A visitor who changes the number in the address gets what belongs to somebody else.",
        advice: "Take `request.user`, or compare the two and refuse.",
        since: "0.1.0",
        page: include_str!("owner_named_by_address.md"),
    },
    check: Check::Module(check),
};

/// Words of code that asks who the visitor is.
const ASKS: &[&str] = &[
    "request.user",
    "has_perm",
    "PermissionDenied",
    "is_staff",
    "is_superuser",
    "check_",
    "permission",
    "can_",
    "test_func",
    "allowed",
    "accessible",
    "visible",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    let chosen = (0..module.functions.len()).map(|at| FunctionId(at as u32)).filter(|function| {
        let definition = module.function(*function);
        matches!(project.code.text(definition.name), "get_queryset" | "get_object")
            && definition.class.is_some_and(|class| is_view_class(project, module, class))
    });
    for function in views(project, module).chain(chosen) {
        let definition = module.function(function);
        let class = definition.class;
        let logged_in = decorators(project, module, function)
            .iter()
            .any(|decorator| decorator.last() == "login_required")
            || class.is_some_and(|class| {
                class_asks_who(project, module, class) || has_gate(project, module, class)
            });
        let more = decorators(project, module, function).iter().any(|decorator| {
            let last = decorator.last().to_ascii_lowercase();
            ["permission", "passes", "staff", "admin", "role", "owner"].iter().any(|word| last.contains(word))
        });
        let asks = |text: &str| ASKS.iter().any(|word| text.contains(word));
        if !logged_in
            || more
            || asks(whole(module, function))
            || class.is_some_and(|class| asks_somewhere(project, module, class, asks))
        {
            continue;
        }
        for call in calls_in(project, module, function) {
            if let Some(field) = owner_from_outside(&call, project, function) {
                found
                    .at(
                        call.span(),
                        Confidence::Low,
                        "This finds what belongs to the user whom the request names",
                    )
                    .because([Evidence::note(
                        Role::NotKnown,
                        format!(
                            "`{field}` comes from the request, and nothing here compares it with the visitor"
                        ),
                    )]);
            }
        }
    }
}

/// Whether the class, or one of the project that it inherits from, asks who the visitor is.
fn asks_somewhere(project: &Project, module: &Module, class: ClassId, asks: impl Fn(&str) -> bool) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return true };
    let restricts = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        ["Permission", "Passes", "Staff", "Superuser", "Admin", "Owner"]
            .iter()
            .any(|word| last.contains(word))
    };
    facts.external_bases.iter().any(|base| restricts(base))
        || facts.order.iter().any(|at| restricts(project.code.text(project.code.class(*at).name)))
        || methods(project, &facts.order).any(|(at, function)| {
            let text = whole(at, function);
            let own = at.id == module.id && at.function(function).class == Some(class);
            asks(text) && (own || knows_object(text))
        })
}

/// Whether code of a base can tell one object from another, and not only who may come in at all.
fn knows_object(text: &str) -> bool {
    [
        "kwargs[",
        "kwargs.get",
        "kwargs.pop",
        "get_object",
        "get_queryset",
        "has_perm",
        "is_staff",
        "is_superuser",
        "groups",
        "can_",
        "owner",
        "role",
        "test_func",
        "pk",
        "_id",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether a class of the project that it inherits from asks who comes before `dispatch` goes on.
fn has_gate(project: &Project, module: &Module, class: ClassId) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    methods(project, &facts.order).any(|(module, function)| {
        project.code.text(module.function(function).name) == "dispatch"
            && whole(module, function).contains("request.user")
    })
}

/// The keyword of a lookup that names the owner, when its value is what the address or the request says.
fn owner_from_outside<'c>(call: &Call<'c>, project: &'c Project, function: FunctionId) -> Option<&'c str> {
    let last = call.last_name()?;
    if asks_manager(call, last) {
        let whose = call.positional(0)?;
        return is_outside(call.module, project, function, whose).then_some(last);
    }
    if !matches!(last, "filter" | "get" | "get_object_or_404" | "get_list_or_404") {
        return None;
    }
    call.syntax().arguments.iter().find_map(|argument| {
        let ArgumentHow::Keyword(name) = argument.how else { return None };
        let name = project.code.text(name);
        (names_owner(name) && is_outside(call.module, project, function, argument.value)).then_some(name)
    })
}

/// `Device.objects.devices_for_user(…)`: a manager's own method whose name says that the owner is handed to it.
fn asks_manager(call: &Call<'_>, last: &str) -> bool {
    let named = ["user", "owner", "customer", "patient", "student", "employee"].iter().any(|who| {
        last.strip_suffix(who)
            .is_some_and(|start| start.ends_with("for_") || start.ends_with("of_") || start.ends_with("by_"))
    });
    named && call.receiver().is_some_and(|base| call.module.source(base).ends_with(".objects"))
}

/// `user`, `user_id`, `owner__pk`. A name to be shown (`user__username`) is what public pages are found by.
fn names_owner(keyword: &str) -> bool {
    let stem =
        ["__id", "__pk", "_id", "_pk"].iter().find_map(|end| keyword.strip_suffix(end)).unwrap_or(keyword);
    matches!(stem, "user" | "owner" | "customer" | "patient" | "student" | "employee")
}

fn is_outside(module: &Module, project: &Project, function: FunctionId, value: ExprId) -> bool {
    if read(project, module, value).is_some() {
        return true;
    }
    match module.expr(value) {
        ExprKind::Name(name) => module
            .function(function)
            .parameters
            .iter()
            .skip(1)
            .any(|parameter| parameter.name == *name && project.code.text(*name) != "request"),
        ExprKind::Subscript(base, _) => module.source(*base) == "self.kwargs",
        ExprKind::Call(call) => matches!(module.expr(call.callee), ExprKind::Attribute(base, get)
            if project.code.text(*get) == "get" && module.source(*base) == "self.kwargs"),
        _ => false,
    }
}
