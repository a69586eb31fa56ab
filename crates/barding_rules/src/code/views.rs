//! What the rules about views ask: which functions are views, under which decorators, for which methods, and what they do.

use super::ask::walk;
use barding_project::Project;
use barding_project::code::{
    Call, ClassId, ClassRef, CompareOp, ExprId, ExprKind, FunctionId, Meaning, Module, ScopeId, StmtKind,
};
use std::collections::BTreeSet;

/// A decorator: its dotted name without the call, and where it stands.
pub(super) struct Decorator {
    pub(super) name: String,
    pub(super) expr: ExprId,
}

impl Decorator {
    /// The last part of the name.
    pub(super) fn last(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }
}

/// The decorators of a function; what `method_decorator` is given counts as a decorator.
pub(super) fn decorators(project: &Project, module: &Module, function: FunctionId) -> Vec<Decorator> {
    let function = module.function(function);
    let scope = module.scope(function.scope).parent.unwrap_or(ScopeId(0));
    function.decorators.iter().flat_map(|expr| decorator(project, module, scope, *expr)).collect()
}

/// The decorators of a class.
pub(super) fn class_decorators(project: &Project, module: &Module, class: ClassId) -> Vec<Decorator> {
    let class = module.class(class);
    let scope = module.scope(class.scope).parent.unwrap_or(ScopeId(0));
    class.decorators.iter().flat_map(|expr| decorator(project, module, scope, *expr)).collect()
}

fn decorator(project: &Project, module: &Module, scope: ScopeId, expr: ExprId) -> Vec<Decorator> {
    let (callee, arguments) = match module.expr(expr) {
        ExprKind::Call(call) => (call.callee, call.arguments.iter().map(|argument| argument.value).collect()),
        _ => (expr, Vec::new()),
    };
    let name =
        project.code.name_of(module.id, scope, callee).unwrap_or_else(|| module.source(callee).to_owned());
    if name.ends_with("method_decorator") {
        let Some(first) = arguments.first() else { return Vec::new() };
        let inner = match module.expr(*first) {
            ExprKind::List(items) | ExprKind::Tuple(items) => items.to_vec(),
            _ => vec![*first],
        };
        return inner
            .into_iter()
            .map(|inner| {
                let callee = match module.expr(inner) {
                    ExprKind::Call(call) => call.callee,
                    _ => inner,
                };
                let name = project.code.name_of(module.id, scope, callee);
                Decorator { name: name.unwrap_or_else(|| module.source(callee).to_owned()), expr: inner }
            })
            .collect();
    }
    vec![Decorator { name, expr }]
}

/// Every function that answers requests: its request is the first parameter, or the second after `self`.
pub(super) fn views<'m>(project: &'m Project, module: &'m Module) -> impl Iterator<Item = FunctionId> + 'm {
    module.functions.iter().enumerate().skip(1).filter_map(move |(at, function)| {
        let mut names = function.parameters.iter().map(|parameter| project.code.text(parameter.name));
        let first = names.next()?;
        let is_request = |name: &str| matches!(name, "request" | "req" | "_request");
        let takes = match function.class {
            None => is_request(first),
            Some(class) => {
                first == "self"
                    && names.next().is_some_and(is_request)
                    && is_view_class(project, module, class)
            }
        };
        (takes && function.outer.is_none()).then_some(FunctionId(at as u32))
    })
}

/// Whether a class answers requests.
pub(super) fn is_view_class(project: &Project, module: &Module, class: ClassId) -> bool {
    let reference = ClassRef { module: module.id, class };
    let Some(facts) = project.code.class_facts(reference) else { return false };
    facts.external_bases.iter().any(|base| {
        base.starts_with("django.views.")
            || base.starts_with("django.contrib.auth.views.")
            || base.starts_with("rest_framework.views.")
            || base.starts_with("rest_framework.generics.")
            || base.starts_with("rest_framework.viewsets.")
            || base.ends_with("View")
            || base.ends_with("ViewSet")
    })
}

/// Whether a class is an API view or view set of Django REST framework.
pub(super) fn is_api_class(project: &Project, module: &Module, class: ClassId) -> bool {
    let reference = ClassRef { module: module.id, class };
    project.code.class_facts(reference).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            base.starts_with("rest_framework.views.")
                || base.starts_with("rest_framework.generics.")
                || base.starts_with("rest_framework.viewsets.")
                || base.starts_with("rest_framework.mixins.")
        })
    })
}

/// The calls inside a function, those of lambdas and comprehensions in it included.
pub(super) fn calls_in<'m>(
    project: &'m Project,
    module: &'m Module,
    function: FunctionId,
) -> impl Iterator<Item = Call<'m>> {
    project.code.calls_within(module, function)
}

/// Which methods a view answers, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Methods {
    /// GET, HEAD and OPTIONS alone.
    SafeOnly,
    /// GET is refused.
    UnsafeOnly,
    /// It tells the methods apart itself.
    ToldApart,
    /// Whatever comes.
    Any,
}

/// Which methods a view answers: its decorators, the name of a class's method, and tests of `request.method`.
pub(super) fn methods(project: &Project, module: &Module, function: FunctionId) -> Methods {
    let definition = module.function(function);
    let name = project.code.text(definition.name);
    if definition.class.is_some() {
        match name {
            "get" | "head" | "options" | "get_context_data" | "get_queryset" => return Methods::SafeOnly,
            "post" | "put" | "patch" | "delete" | "create" | "update" | "partial_update" | "destroy" => {
                return Methods::UnsafeOnly;
            }
            _ => {}
        }
    }
    for decorator in decorators(project, module, function) {
        match decorator.last() {
            "require_POST" | "require_post" => return Methods::UnsafeOnly,
            "require_GET" | "require_safe" => return Methods::SafeOnly,
            "require_http_methods" | "api_view" | "action" | "require_ajax" | "allowed_methods" | "route" => {
                let source = module.source(decorator.expr).to_ascii_uppercase();
                let named = |method: &str| {
                    source.contains(&format!("\"{method}\"")) || source.contains(&format!("'{method}'"))
                };
                let unsafe_ = ["POST", "PUT", "PATCH", "DELETE"].iter().any(|method| named(method));
                let safe = named("GET") || named("HEAD") || !unsafe_;
                return match (safe, unsafe_) {
                    (true, false) => Methods::SafeOnly,
                    (false, true) => Methods::UnsafeOnly,
                    _ => Methods::ToldApart,
                };
            }
            name if name.contains("POST") || name.contains("post_only") || name.contains("require_post") => {
                return Methods::UnsafeOnly;
            }
            _ => {}
        }
    }
    if mentions_method(project, module, function) { Methods::ToldApart } else { Methods::Any }
}

/// Whether the function looks at `request.method`, or cannot go on without posted data.
fn mentions_method(project: &Project, module: &Module, function: FunctionId) -> bool {
    let optional = optional_reads(project, module, function);
    let decides = tests_posted_data(project, module, function, &optional);
    module.expressions_within(function).any(|id| match module.expr(id) {
        ExprKind::Attribute(_, name) => match project.code.text(*name) {
            "method" | "is_ajax" | "is_valid" => true,
            "POST" | "data" | "FILES" => decides || !optional.contains(&id),
            _ => false,
        },
        ExprKind::Compare(_, rest) => {
            rest.iter().any(|(op, _)| *op == CompareOp::In) && module.source(id).contains("method")
        }
        _ => false,
    })
}

/// The `request.POST` of every `request.POST.get(…)`: on GET it gives the default, and the view goes on.
fn optional_reads(project: &Project, module: &Module, function: FunctionId) -> BTreeSet<ExprId> {
    module
        .expressions_within(function)
        .filter_map(|expr| match module.expr(expr) {
            ExprKind::Attribute(base, name)
                if matches!(project.code.text(*name), "get" | "getlist" | "dict" | "copy" | "items") =>
            {
                Some(*base)
            }
            _ => None,
        })
        .collect()
}

/// Whether what was read from posted data with a default decides anything: it stands in a test, or a name it is kept
/// in does.
fn tests_posted_data(
    project: &Project,
    module: &Module,
    function: FunctionId,
    optional: &BTreeSet<ExprId>,
) -> bool {
    let posted: Vec<_> = optional
        .iter()
        .filter(|read| {
            matches!(module.expr(**read), ExprKind::Attribute(_, name)
                if matches!(project.code.text(*name), "POST" | "data" | "FILES"))
        })
        .map(|read| module.span(*read))
        .collect();
    let holds_read = |expr: ExprId| {
        let span = module.span(expr);
        posted.iter().any(|read| span.start <= read.start && read.end <= span.end)
    };
    let mut names = Vec::new();
    let mut tests = Vec::new();
    walk(&module.function(function).body, &mut |statement| match &statement.kind {
        StmtKind::Assign { targets, value } if holds_read(*value) => {
            names.extend(targets.iter().filter_map(|target| match module.expr(*target) {
                ExprKind::Name(name) => Some(project.code.text(*name)),
                _ => None,
            }));
        }
        StmtKind::If(branches) => tests.extend(branches.iter().filter_map(|(test, _)| *test)),
        StmtKind::While { test, .. } => tests.push(*test),
        StmtKind::For { iterable, .. } => tests.push(*iterable),
        _ => {}
    });
    tests.into_iter().any(|test| {
        holds_read(test)
            || module
                .source(test)
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| names.contains(&word))
    })
}

/// What a call changes: `Some` text when it writes to the database or sends something.
pub(super) fn changes(call: &Call<'_>) -> Option<String> {
    let last = call.last_name()?;
    let receiver = call.receiver().map(|base| call.module.source(base)).unwrap_or_default();
    let name = call.name().unwrap_or_default();
    let no_database = receiver.contains("session")
        || receiver.contains("cache")
        || receiver.contains("form")
        || receiver.contains("COOKIES")
        || receiver.contains("storage")
        || receiver.contains("GET")
        || receiver.contains("params")
        || name.starts_with("builtins.")
        || name.starts_with("str.")
        || name.starts_with("dict.")
        || receiver == "super()"
        || receiver == "self"
        || matches!(
            receiver,
            "image"
                | "img"
                | "fig"
                | "im"
                | "response"
                | "workbook"
                | "wb"
                | "doc"
                | "document"
                | "pdf"
                | "buffer"
                | "client"
                | "requests"
        );
    let writes = match last {
        "delete" => !no_database,
        "save" => !no_database,
        "create" | "bulk_create" | "bulk_update" | "update_or_create" => {
            receiver.ends_with(".objects") || receiver.contains(".objects.")
        }
        "update" => receiver.contains(".objects") || receiver.contains(".filter("),
        _ => false,
    };
    writes.then(|| format!("{receiver}.{last}()").chars().take(80).collect())
}

/// Whether the class, or one it inherits from, checks access.
pub(super) fn class_asks_who(project: &Project, module: &Module, class: ClassId) -> bool {
    let reference = ClassRef { module: module.id, class };
    let Some(facts) = project.code.class_facts(reference) else { return false };
    let word = |name: &str| is_access(name.rsplit('.').next().unwrap_or_default());
    facts.has_unknown_base
        || facts.external_bases.iter().any(|base| word(base))
        || facts.order.iter().any(|at| word(project.code.text(project.code.class(*at).name)))
}

/// Names of decorators and mixins that let only some visitors in.
pub(super) fn is_access(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "login",
        "permission",
        "staff",
        "superuser",
        "auth",
        "user_passes",
        "admin",
        "owner",
        "token",
        "signature",
        "protected",
        "restricted",
        "role",
        "allowed",
        "access",
        "private",
        "member",
    ]
    .iter()
    .any(|word| lower.contains(word))
        && !lower.contains("login_not_required")
}

/// The value that a class assigns to a name, its own or an inherited one from the project.
pub(super) fn class_value<'m>(
    project: &'m Project,
    module: &'m Module,
    class: ClassId,
    name: &str,
) -> Option<(&'m Module, ExprId)> {
    let facts = project.code.class_facts(ClassRef { module: module.id, class })?;
    facts.order.iter().find_map(|at| {
        let module = project.code.module(at.module);
        own_value(project, module, at.class, name).map(|value| (module, value))
    })
}

/// The value that the class itself assigns to a name.
pub(super) fn own_value(project: &Project, module: &Module, class: ClassId, name: &str) -> Option<ExprId> {
    let mut found = None;
    walk(&module.class(class).body, &mut |statement| {
        let (target, value) = match &statement.kind {
            StmtKind::Assign { targets, value } => (targets.first().copied(), Some(*value)),
            StmtKind::Annotated { target, value, .. } => (Some(*target), *value),
            _ => return,
        };
        if let (Some(target), Some(value)) = (target, value)
            && let ExprKind::Name(symbol) = module.expr(target)
            && project.code.text(*symbol) == name
        {
            found = Some(value);
        }
    });
    found
}

/// The methods of a class by name, its own alone.
pub(super) fn own_method(
    project: &Project,
    module: &Module,
    class: ClassId,
    name: &str,
) -> Option<FunctionId> {
    module
        .functions
        .iter()
        .position(|function| function.class == Some(class) && project.code.text(function.name) == name)
        .map(|at| FunctionId(at as u32))
}

/// Whether a class of the project, or what it is called, is a model: a base from `django.db.models`.
pub(super) fn is_model(project: &Project, meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Class(class) => project.code.class_facts(*class).is_some_and(|facts| {
            facts.inherits("django.db.models.Model")
                || facts.inherits("django.db.models.base.Model")
                || facts.external_bases.iter().any(|base| {
                    base.starts_with("django.contrib.auth.models.") || base.ends_with("models.Model")
                })
        }),
        _ => false,
    }
}
