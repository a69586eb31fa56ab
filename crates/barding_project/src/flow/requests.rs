//! What a visitor controls: the request and its parts, the parts of the address, forms and their fields.

use super::FlowKind;
use super::engine::World;
use super::taint::Marks;
use crate::code::{
    ArgumentHow, Binding, ClassRef, Code, ExprId, ExprKind, FormatPart, FunctionRef, Meaning, Module,
    ParameterHow, ScopeId, Symbol,
};
use crate::routes::{Tameness, pattern};
use rustc_hash::FxHashMap;

/// What URL patterns hand to views, by the view and the name of the parameter. Positional groups have numbers.
#[derive(Debug, Default)]
pub(super) struct ViewParameters {
    functions: FxHashMap<FunctionRef, FxHashMap<String, Tameness>>,
    classes: FxHashMap<ClassRef, FxHashMap<String, Tameness>>,
}

impl ViewParameters {
    pub(super) fn of_function(&self, function: FunctionRef) -> Option<&FxHashMap<String, Tameness>> {
        self.functions.get(&function)
    }

    pub(super) fn of_class(&self, class: ClassRef) -> Option<&FxHashMap<String, Tameness>> {
        self.classes.get(&class)
    }
}

/// Reads every `path()`, `re_path()` and `url()` whose pattern is constant and whose view is known.
pub(super) fn view_parameters(code: &Code) -> ViewParameters {
    let mut views = ViewParameters::default();
    let converters = pattern::converters(code);
    for call in code.calls() {
        let Some(Meaning::External(name)) = &call.site.meaning else { continue };
        let simple = match &**name {
            "django.urls.path" | "django.urls.conf.path" => true,
            "django.urls.re_path"
            | "django.conf.urls.url"
            | "django.urls.conf.re_path"
            | "django.conf.urls.defaults.url" => false,
            _ => continue,
        };
        let Some(written) = call.argument(0, if simple { "route" } else { "regex" }) else { continue };
        let written = translated(code, call.module, written);
        let Some(pattern) = call
            .constant(written)
            .and_then(|constant| constant.as_text().map(str::to_owned))
            .or_else(|| texts_of(call.module, written))
        else {
            continue;
        };
        let Some(view) = call.argument(1, "view") else { continue };
        let parts =
            if simple { pattern::of_route(&pattern, &converters) } else { pattern::of_regex(&pattern) };
        if let Some(view) = view_of(code, call.module, call.site.scope, view, 4) {
            let known = match view {
                View::Function(function) => views.functions.entry(function).or_default(),
                View::Class(class) => views.classes.entry(class).or_default(),
            };
            for part in parts {
                let mine = known.entry(part.name).or_insert(part.tameness);
                // The most dangerous of several patterns counts.
                *mine = (*mine).max(part.tameness);
            }
        }
    }
    views
}

/// The pattern inside `_("…")`.
fn translated(code: &Code, module: &Module, pattern: ExprId) -> ExprId {
    match module.expr(pattern) {
        ExprKind::Call(call) => match (&call.arguments[..], module.expr(call.callee)) {
            ([only], ExprKind::Name(name))
                if code.text(*name) == "_" || code.text(*name).starts_with("gettext") =>
            {
                only.value
            }
            _ => pattern,
        },
        _ => pattern,
    }
}

/// The fixed texts of a pattern that is put together: `r"^{0}(?P<path>.*)$".format(prefix)`.
fn texts_of(module: &Module, pattern: ExprId) -> Option<String> {
    match module.expr(pattern) {
        ExprKind::Text(text) => Some(text.to_string()),
        ExprKind::Binary(_, left, right) => match (texts_of(module, *left), texts_of(module, *right)) {
            (Some(left), Some(right)) => Some(left + &right),
            (left, right) => left.or(right),
        },
        ExprKind::Format(parts) => {
            let texts: String = parts
                .iter()
                .filter_map(|part| match part {
                    FormatPart::Text(text) => Some(&**text),
                    FormatPart::Value { .. } => None,
                })
                .collect();
            Some(texts)
        }
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(base, _) => texts_of(module, *base),
            _ => None,
        },
        _ => None,
    }
}

enum View {
    Function(FunctionRef),
    Class(ClassRef),
}

fn view_of(code: &Code, module: &Module, scope: ScopeId, view: ExprId, depth: usize) -> Option<View> {
    let depth = depth.checked_sub(1)?;
    if let ExprKind::Call(call) = module.expr(view) {
        if let ExprKind::Attribute(class, name) = module.expr(call.callee)
            && code.text(*name) == "as_view"
        {
            return match code.meaning(module.id, scope, *class)? {
                Meaning::Class(class) => Some(View::Class(class)),
                _ => None,
            };
        }
        // A decorator around the view.
        return call
            .arguments
            .iter()
            .filter(|argument| argument.how == ArgumentHow::Position)
            .find_map(|argument| view_of(code, module, scope, argument.value, depth));
    }
    match code.meaning(module.id, scope, view)? {
        Meaning::Function(function) | Meaning::Method(function, _) => Some(View::Function(function)),
        _ => None,
    }
}

/// A parameter whose name says that it is a number.
pub(super) fn named_like_a_number(name: &str) -> bool {
    matches!(
        name,
        "pk" | "id"
            | "page"
            | "year"
            | "month"
            | "day"
            | "uuid"
            | "slug"
            | "version"
            | "format"
            | "lang"
            | "language"
            | "count"
            | "index"
            | "number"
            | "num"
    ) || name.ends_with("_id")
        || name.ends_with("_pk")
        || name.ends_with("id") && name.len() <= 4
        || name.ends_with("_uuid")
        || name.ends_with("_slug")
}

/// The methods that Django calls with the parts of the address.
pub(super) fn is_view_method(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "post"
            | "put"
            | "patch"
            | "delete"
            | "head"
            | "options"
            | "dispatch"
            | "setup"
            | "list"
            | "create"
            | "retrieve"
            | "update"
            | "partial_update"
            | "destroy"
            | "get_redirect_url"
    )
}

/// Whether a class answers requests.
pub(super) fn is_view_class(code: &Code, class: ClassRef) -> bool {
    let Some(facts) = code.class_facts(class) else { return false };
    facts.external_bases.iter().any(|base| {
        base.starts_with("django.views.")
            || base.starts_with("rest_framework.")
                && (base.contains("views") || base.contains("generics") || base.contains("mixins"))
            || base.ends_with("View")
            || base.ends_with("ViewSet")
            || base.ends_with("ViewMixin")
    }) || facts.order.iter().any(|class| {
        let name = code.text(code.class(*class).name);
        name.ends_with("View") || name.ends_with("ViewSet")
    })
}

/// Whether a class takes messages from a WebSocket.
pub(super) fn is_consumer(code: &Code, class: ClassRef) -> bool {
    code.class_facts(class).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| base.starts_with("channels.") && base.ends_with("Consumer"))
    })
}

/// Whether a class is a GraphQL mutation or type of graphene.
pub(super) fn is_graphene(code: &Code, class: ClassRef) -> bool {
    code.class_facts(class)
        .is_some_and(|facts| facts.external_bases.iter().any(|base| base.starts_with("graphene")))
}

pub(super) fn inherits_from(code: &Code, class: ClassRef, start: &str) -> bool {
    code.class_facts(class)
        .is_some_and(|facts| facts.external_bases.iter().any(|base| base.starts_with(start)))
}

pub(super) fn is_model(code: &Code, class: ClassRef) -> bool {
    code.class_facts(class).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            base.starts_with("django.db.models") && base.ends_with(".Model")
                || base.starts_with("django.contrib.auth.models.") && !base.contains("Manager")
                || base.starts_with("django.contrib.auth.base_user.Abstract")
                || matches!(
                    &**base,
                    "mptt.models.MPTTModel"
                        | "polymorphic.models.PolymorphicModel"
                        | "model_utils.models.TimeStampedModel"
                        | "django_extensions.db.models.TimeStampedModel"
                        | "treebeard.mp_tree.MP_Node"
                        | "wagtail.models.Page"
                        | "wagtail.core.models.Page"
                )
        })
    })
}

/// Whether a class is a manager or a query set.
pub(super) fn is_manager(code: &Code, class: ClassRef) -> bool {
    code.class_facts(class).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| base.ends_with("Manager") || base.ends_with("QuerySet"))
    })
}

/// The type of a field that a model, form or serializer declares: `CharField`.
pub(super) fn declared_field(code: &Code, class: ClassRef, field: Symbol) -> Option<&str> {
    let (module, call) = field_call(code, class, field)?;
    match module.expr(call) {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => {
            let kind = code.text(*name);
            (kind.ends_with("Field") || matches!(kind, "ForeignKey" | "TreeForeignKey")).then_some(kind)
        }
        _ => None,
    }
}

/// The callee of the call that declares a field.
fn field_call(code: &Code, class: ClassRef, field: Symbol) -> Option<(&Module, ExprId)> {
    let facts = code.class_facts(class)?;
    facts.order.iter().find_map(|at| {
        let module = code.module(at.module);
        module.scope(module.class(at.class).scope).of(field).iter().find_map(|binding| match binding {
            Binding::Assigned(value) => match module.expr(*value) {
                ExprKind::Call(call) => Some((module, call.callee)),
                _ => None,
            },
            _ => None,
        })
    })
}

/// The model a foreign key leads to, when it is named by the class itself.
pub(super) fn related_model(code: &Code, class: ClassRef, field: Symbol) -> Option<ClassRef> {
    let facts = code.class_facts(class)?;
    facts.order.iter().find_map(|at| {
        let module = code.module(at.module);
        let scope = module.class(at.class).scope;
        module.scope(scope).of(field).iter().find_map(|binding| {
            let Binding::Assigned(value) = binding else { return None };
            let ExprKind::Call(call) = module.expr(*value) else { return None };
            let target = call.arguments.iter().find(|argument| match argument.how {
                ArgumentHow::Position => true,
                ArgumentHow::Keyword(name) => code.text(name) == "to",
                _ => false,
            })?;
            let related = match module.expr(target.value) {
                ExprKind::Text(text) if &**text == "self" => Some(Meaning::Class(class)),
                ExprKind::Text(text) if !text.contains('.') => {
                    code.name_meaning(module, ScopeId(0), code.known_symbol(text)?, 8)
                }
                _ => code.meaning(module.id, scope, target.value),
            };
            match related {
                Some(Meaning::Class(class)) if is_model(code, class) => Some(class),
                _ => None,
            }
        })
    })
}

/// The model of a form or serializer: `class Meta: model = Item`.
pub(super) fn meta_model(code: &Code, class: ClassRef) -> Option<ClassRef> {
    let (module, value) = meta_value(code, class, "model")?;
    match code.meaning(module.id, ScopeId(0), value)? {
        Meaning::Class(model) if is_model(code, model) => Some(model),
        _ => None,
    }
}

/// The fields that a form or serializer names; `None` when it takes them all, or does not say.
pub(super) fn meta_fields(code: &Code, class: ClassRef) -> Option<Vec<String>> {
    let (module, value) = meta_value(code, class, "fields")?;
    match module.expr(value) {
        ExprKind::List(items) | ExprKind::Tuple(items) => Some(
            items
                .iter()
                .filter_map(|item| match module.expr(*item) {
                    ExprKind::Text(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    }
}

fn meta_value<'c>(code: &'c Code, class: ClassRef, name: &str) -> Option<(&'c Module, ExprId)> {
    let name = code.known_symbol(name)?;
    let facts = code.class_facts(class)?;
    facts.order.iter().find_map(|at| {
        let module = code.module(at.module);
        let meta = nested_class(code, module, module.class(at.class).scope, "Meta")?;
        module.scope(module.class(meta.class).scope).of(name).iter().find_map(|binding| match binding {
            Binding::Assigned(value) => Some((module, *value)),
            _ => None,
        })
    })
}

/// The form or serializer of a class-based view.
pub(super) fn form_of_view(code: &Code, class: ClassRef) -> Option<ClassRef> {
    ["form_class", "serializer_class", "authentication_form"].into_iter().find_map(|name| {
        match code.attribute(Meaning::Class(class), code.known_symbol(name)?, 12)? {
            Meaning::Class(form) => Some(form),
            _ => None,
        }
    })
}

/// What a visitor can put into a cleaned field of a form or serializer: the harms that the field's type rules out.
pub(super) fn field_marks(code: &Code, class: ClassRef, field: &str, depth: usize) -> Option<Marks> {
    let depth = depth.checked_sub(1)?;
    let name = code.known_symbol(field)?;
    let facts = code.class_facts(class)?;
    for at in &facts.order {
        let module = code.module(at.module);
        let scope_id = module.class(at.class).scope;
        for binding in module.scope(scope_id).of(name) {
            if let Binding::Assigned(value) = binding
                && let ExprKind::Call(call) = module.expr(*value)
            {
                let kind = match module.expr(call.callee) {
                    ExprKind::Name(name) | ExprKind::Attribute(_, name) => code.text(*name),
                    _ => continue,
                };
                return Some(field_type_marks(kind));
            }
        }
        // A form made from a model: ask the model's field.
        if let Some(meta) = nested_class(code, module, scope_id, "Meta")
            && let Some(model) = code.known_symbol("model")
        {
            let scope = code.module(meta.module).class(meta.class).scope;
            for binding in module.scope(scope).of(model) {
                if let Binding::Assigned(value) = binding
                    && let Some(Meaning::Class(model)) = code.meaning(module.id, scope, *value)
                    && let Some(marks) = field_marks(code, model, field, depth)
                {
                    return Some(marks);
                }
            }
        }
    }
    None
}

/// Whether a form's field is made with validators of the project's choice.
pub(super) fn has_validators(code: &Code, class: ClassRef, field: &str) -> bool {
    let (Some(name), Some(facts)) = (code.known_symbol(field), code.class_facts(class)) else { return false };
    facts.order.iter().any(|at| {
        let module = code.module(at.module);
        module.scope(module.class(at.class).scope).of(name).iter().any(|binding| {
            let Binding::Assigned(value) = binding else { return false };
            let ExprKind::Call(call) = module.expr(*value) else { return false };
            call.arguments.iter().any(|argument| {
                matches!(argument.how, ArgumentHow::Keyword(word) if code.text(word) == "validators")
            })
        })
    })
}

fn nested_class(code: &Code, module: &Module, scope: ScopeId, name: &str) -> Option<ClassRef> {
    let name = code.known_symbol(name)?;
    module.scope(scope).of(name).iter().find_map(|binding| match binding {
        Binding::Class(class) => Some(ClassRef { module: module.id, class: *class }),
        _ => None,
    })
}

pub(super) fn field_type_marks(kind: &str) -> Marks {
    match kind {
        "IntegerField"
        | "FloatField"
        | "DecimalField"
        | "BooleanField"
        | "NullBooleanField"
        | "DateField"
        | "DateTimeField"
        | "TimeField"
        | "DurationField"
        | "UUIDField"
        | "ChoiceField"
        | "TypedChoiceField"
        | "MultipleChoiceField"
        | "TypedMultipleChoiceField"
        | "ModelChoiceField"
        | "ModelMultipleChoiceField"
        | "PrimaryKeyRelatedField"
        | "SlugRelatedField"
        | "HyperlinkedRelatedField"
        | "GenericIPAddressField"
        | "IPAddressField"
        | "SlugField"
        | "SplitDateTimeField"
        | "AutoField"
        | "BigAutoField"
        | "BigIntegerField"
        | "PositiveIntegerField"
        | "PositiveSmallIntegerField"
        | "SmallIntegerField"
        | "ForeignKey"
        | "TreeForeignKey"
        | "OneToOneField"
        | "ManyToManyField"
        | "FilePathField" => Marks::ALL,
        "EmailField" => Marks::ALL
            .without(Marks::of(FlowKind::Sql))
            .without(Marks::of(FlowKind::Html))
            .without(Marks::of(FlowKind::Command))
            .without(Marks::of(FlowKind::Code))
            .without(Marks::of(FlowKind::Mail)),
        "FileField" | "ImageField" => Marks::of(FlowKind::Path).with(Marks::of(FlowKind::Redirect)),
        // `DynamicModelChoiceField` and the like give objects of the database.
        _ if kind.ends_with("ModelChoiceField") || kind.ends_with("ModelMultipleChoiceField") => Marks::ALL,
        _ => Marks::NONE,
    }
}

/// Whether only staff can reach a function, told by its decorators and its class.
pub(super) fn staff_only(world: &World<'_>, function: FunctionRef) -> bool {
    let code = world.code;
    let module = code.module(function.module);
    let mut at = Some(function.function);
    while let Some(id) = at {
        let definition = module.function(id);
        let scope = module.scope(definition.scope).parent.unwrap_or(ScopeId(0));
        if definition.decorators.iter().any(|decorator| is_staff_decorator(world, module, scope, *decorator))
        {
            return true;
        }
        if let Some(class) = definition.class {
            let reference = ClassRef { module: module.id, class };
            // Forms and mixins of the admin stand in the module that Django loads for it.
            if is_admin_module(module) {
                return true;
            }
            if code.class_facts(reference).is_some_and(|facts| {
                facts.external_bases.iter().any(|base| {
                    base.starts_with("django.contrib.admin.")
                        || base.ends_with("ModelAdmin")
                        || base.ends_with("StaffuserRequiredMixin")
                        || base.ends_with("SuperuserRequiredMixin")
                })
            }) {
                return true;
            }
            let class = module.class(class);
            let scope = module.scope(class.scope).parent.unwrap_or(ScopeId(0));
            if class.decorators.iter().any(|decorator| is_staff_decorator(world, module, scope, *decorator)) {
                return true;
            }
        }
        at = definition.outer;
    }
    false
}

fn is_admin_module(module: &Module) -> bool {
    let path = module.file.path.as_str();
    path.ends_with("/admin.py") || path.ends_with("/admin/__init__.py") || path == "admin.py"
}

fn is_staff_decorator(world: &World<'_>, module: &Module, scope: ScopeId, decorator: ExprId) -> bool {
    let code = world.code;
    let (callee, arguments) = match module.expr(decorator) {
        ExprKind::Call(call) => (call.callee, Some(&call.arguments)),
        _ => (decorator, None),
    };
    let Some(name) = code.name_of(module.id, scope, callee) else { return false };
    if name.ends_with("staff_member_required")
        || name.ends_with("superuser_required")
        || world.model.access.contains(&name)
    {
        return true;
    }
    if name.ends_with("method_decorator")
        && let Some(arguments) = arguments
    {
        return arguments
            .iter()
            .filter(|argument| argument.how == ArgumentHow::Position)
            .any(|argument| is_staff_decorator(world, module, scope, argument.value));
    }
    if name.ends_with("user_passes_test")
        && let Some(arguments) = arguments
        && let Some(first) = arguments.first()
    {
        let text = module.source(first.value);
        return text.contains("is_staff") || text.contains("is_superuser");
    }
    false
}

/// The functions that receive the arguments of API operations (django-ninja): by their decorators.
pub(super) fn is_api_operation(code: &Code, function: FunctionRef) -> bool {
    let module = code.module(function.module);
    let definition = code.function(function);
    let scope = module.scope(definition.scope).parent.unwrap_or(ScopeId(0));
    definition.decorators.iter().any(|decorator| {
        let ExprKind::Call(call) = module.expr(*decorator) else { return false };
        let ExprKind::Attribute(base, method) = module.expr(call.callee) else { return false };
        matches!(code.text(*method), "get" | "post" | "put" | "patch" | "delete" | "api_operation" | "route")
            && code.name_of(module.id, scope, *base).is_some_and(|name| name.starts_with("ninja"))
    })
}

/// Parameters of strawberry and graphene resolvers: everything after `self` and `info`.
pub(super) fn is_resolver(code: &Code, function: FunctionRef) -> bool {
    let module = code.module(function.module);
    let definition = code.function(function);
    let scope = module.scope(definition.scope).parent.unwrap_or(ScopeId(0));
    let named = code.text(definition.name);
    if let Some(class) = definition.class
        && (named == "mutate" || named == "mutate_and_get_payload" || named.starts_with("resolve_"))
        && is_graphene(code, ClassRef { module: module.id, class })
    {
        return true;
    }
    definition.decorators.iter().any(|decorator| {
        let callee = match module.expr(*decorator) {
            ExprKind::Call(call) => call.callee,
            _ => *decorator,
        };
        code.name_of(module.id, scope, callee).is_some_and(|name| {
            matches!(
                &*name,
                "strawberry.field"
                    | "strawberry.mutation"
                    | "strawberry.type"
                    | "strawberry_django.field"
                    | "strawberry_django.mutation"
            )
        })
    })
}

/// Whether a mutation of graphene declares an argument as a number or the like: `n = graphene.Int()`.
pub(super) fn is_number_argument(code: &Code, class: ClassRef, name: &str) -> bool {
    let declared = || {
        let module = code.module(class.module);
        let arguments = nested_class(code, module, module.class(class.class).scope, "Arguments")?;
        let (module, callee) = field_call(code, arguments, code.known_symbol(name)?)?;
        match module.expr(callee) {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(code.text(*name)),
            _ => None,
        }
    };
    matches!(
        declared(),
        Some("Int" | "Float" | "Boolean" | "UUID" | "Date" | "DateTime" | "Time" | "Decimal" | "BigInt")
    )
}

/// Whether an annotation lets only harmless values through.
pub(super) fn harmless_annotation(module: &Module, annotation: Option<ExprId>) -> bool {
    let Some(annotation) = annotation else { return false };
    let text = module.source(annotation);
    let text = text.strip_prefix("Optional[").and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let text = text.trim_end_matches(" | None").trim_end_matches(" = None");
    matches!(
        text,
        "int"
            | "float"
            | "bool"
            | "UUID"
            | "uuid.UUID"
            | "date"
            | "datetime"
            | "Decimal"
            | "datetime.date"
            | "datetime.datetime"
            | "strawberry.ID"
            | "PositiveInt"
    ) || text.starts_with("Literal[")
        || text.starts_with("list[int")
        || text.starts_with("List[int")
}

/// The parameters that hold the request: by name, or by annotation.
pub(super) fn is_request_parameter(
    code: &Code,
    module: &Module,
    name: Symbol,
    annotation: Option<ExprId>,
) -> bool {
    if matches!(code.text(name), "request" | "http_request" | "django_request" | "drf_request") {
        return true;
    }
    annotation.is_some_and(|annotation| {
        let text = module.source(annotation).trim_matches(['"', '\'']);
        let last = text.rsplit('.').next().unwrap_or(text);
        matches!(last, "HttpRequest" | "WSGIRequest" | "ASGIRequest" | "AuthenticatedHttpRequest")
            || last == "Request" && text != "requests.Request"
    })
}

/// Whether a parameter takes one argument by position or name.
pub(super) fn is_plain(how: ParameterHow) -> bool {
    matches!(how, ParameterHow::PositionOnly | ParameterHow::Either | ParameterHow::KeywordOnly)
}
