//! What the body of a view does: what it reads of the request, which templates it renders, whether it reaches raw SQL,
//! what it changes, and whether it asks who the visitor is.

use super::Route;
use super::ask::Asked;
use super::classes::Ancestor;
use super::view::Target;
use crate::code::{
    ArgumentHow, Binding, ClassRef, Code, Constant, ExprId, ExprKind, FunctionId, FunctionRef, Meaning,
    Module,
};
use barding_source::Span;
use camino::Utf8Path;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What the functions of one module do, by their numbers.
#[derive(Debug, Default)]
pub(super) struct ModuleFacts(Vec<FunctionFacts>);

/// What one function does itself.
#[derive(Clone, Debug, Default)]
pub(super) struct FunctionFacts {
    inputs: BTreeSet<String>,
    uploads: BTreeSet<String>,
    templates: BTreeSet<String>,
    raw_sql: Vec<Span>,
    changes: Vec<(Span, String)>,
    /// Where it asks who the visitor is, with the words it uses.
    pub(super) asks: Vec<(Span, String)>,
    calls: Vec<FunctionRef>,
}

/// The facts of one function, kept alive with those of its module.
pub(super) struct FactsOf {
    module: Rc<ModuleFacts>,
    at: usize,
}

impl std::ops::Deref for FactsOf {
    type Target = FunctionFacts;

    fn deref(&self) -> &FunctionFacts {
        // Every function of a module has its place in the list.
        &self.module.0[self.at]
    }
}

/// What a view reaches, for the view that was asked about last.
pub(super) type Reached = (super::view::Target, Vec<(String, String)>, Rc<[(FunctionRef, usize)]>);

impl FunctionFacts {
    /// The functions it calls.
    pub(super) fn calls_from(&self) -> impl Iterator<Item = FunctionRef> + '_ {
        self.calls.iter().copied()
    }
}

/// How far calls are followed.
const DEEPEST: usize = 6;
/// How many functions are looked at for one route.
const MOST_FUNCTIONS: usize = 160;

impl Asked<'_> {
    /// The facts of one function.
    pub(super) fn facts(&self, function: FunctionRef) -> FactsOf {
        FactsOf { module: self.module_facts(function), at: function.function.0 as usize }
    }

    fn module_facts(&self, function: FunctionRef) -> Rc<ModuleFacts> {
        if let Some(known) = self.modules.borrow().get(&function.module) {
            return known.clone();
        }
        let facts = Rc::new(facts_of(self.code, self.code.module(function.module)));
        self.modules.borrow_mut().insert(function.module, facts.clone());
        facts
    }

    /// The functions of a view that answer its requests.
    pub(super) fn entrances(&self, route: &Route) -> Vec<FunctionRef> {
        match route.view.target {
            Target::Function(function) => vec![function],
            Target::Class(class) => self.entrances_of_class(class, route),
            Target::Outside | Target::Unknown => Vec::new(),
        }
    }

    fn entrances_of_class(&self, class: ClassRef, route: &Route) -> Vec<FunctionRef> {
        let mut found: Vec<FunctionRef> = Vec::new();
        let own_actions: Vec<&str> = route.actions.iter().map(|(_, action)| action.as_str()).collect();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        for ancestor in self.classes.order(class).iter() {
            let Ancestor::Ours(at) = ancestor else { continue };
            for (name, function) in self.classes.own_methods(*at) {
                let is_action = matches!(
                    name.as_str(),
                    "list" | "create" | "retrieve" | "update" | "partial_update" | "destroy"
                );
                let hook = is_hook(&name);
                let handles = own_actions.contains(&name.as_str());
                // Of a viewset only the actions of this route count.
                let wanted = if own_actions.is_empty() {
                    hook || is_handler(&name) || is_action
                } else {
                    hook && fits(&name, &own_actions) || handles
                };
                if wanted && seen.insert(name) {
                    found.push(function);
                }
            }
        }
        found
    }

    /// Every function a view reaches, nearest first, each with its distance.
    pub(super) fn reached(&self, route: &Route) -> Rc<[(FunctionRef, usize)]> {
        if let Some((target, actions, reached)) = &*self.reached.borrow()
            && *target == route.view.target
            && *actions == route.actions
        {
            return reached.clone();
        }
        let reached: Rc<[(FunctionRef, usize)]> = self.reach(route).into();
        *self.reached.borrow_mut() = Some((route.view.target, route.actions.clone(), reached.clone()));
        reached
    }

    fn reach(&self, route: &Route) -> Vec<(FunctionRef, usize)> {
        let mut reached: Vec<(FunctionRef, usize)> = Vec::new();
        let mut seen: FxHashSet<FunctionRef> = FxHashSet::default();
        let mut next = self.entrances(route);
        for depth in 0..DEEPEST {
            let now = std::mem::take(&mut next);
            for function in now {
                if reached.len() >= MOST_FUNCTIONS {
                    return reached;
                }
                if !seen.insert(function) {
                    continue;
                }
                reached.push((function, depth));
                next.extend(self.facts(function).calls.iter().copied());
            }
        }
        reached
    }
}

fn is_handler(name: &str) -> bool {
    matches!(name, "get" | "post" | "put" | "patch" | "delete" | "head" | "__call__" | "handle")
}

/// Methods that the generic classes of Django and of its REST framework call while they answer.
fn is_hook(name: &str) -> bool {
    matches!(
        name,
        "dispatch"
            | "setup"
            | "initial"
            | "get_queryset"
            | "get_object"
            | "get_context_data"
            | "form_valid"
            | "form_invalid"
            | "get_form"
            | "get_form_kwargs"
            | "get_template_names"
            | "get_redirect_url"
            | "perform_create"
            | "perform_update"
            | "perform_destroy"
            | "filter_queryset"
            | "test_func"
            | "has_permission"
            | "connect"
            | "receive"
            | "receive_json"
            | "render_to_response"
            | "get_success_url"
    )
}

/// Whether a hook has a part in one of these actions.
fn fits(hook: &str, actions: &[&str]) -> bool {
    match hook {
        "perform_create" => actions.contains(&"create"),
        "perform_update" => actions.iter().any(|action| action.ends_with("update")),
        "perform_destroy" => actions.contains(&"destroy"),
        "get_object" => actions.iter().any(|action| !matches!(*action, "list" | "create")),
        _ => true,
    }
}

/// Fills in what a route reads, renders and changes.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    let mut inputs = BTreeSet::new();
    let mut uploads = BTreeSet::new();
    let mut templates = BTreeSet::new();
    for (function, depth) in asked.reached(route).iter().copied() {
        let facts = asked.facts(function);
        route.raw_sql.extend(facts.raw_sql.iter().copied());
        if depth <= 3 {
            inputs.extend(facts.inputs.iter().cloned());
            uploads.extend(facts.uploads.iter().cloned());
            templates.extend(facts.templates.iter().cloned());
            route.changes.extend(facts.changes.iter().cloned());
        }
    }
    if let Target::Class(class) = route.view.target {
        class_says(asked, class, route, &mut inputs, &mut uploads, &mut templates);
    }
    for (name, value) in &route.view.options {
        if name == "template_name"
            && let Some(text) = value.text()
        {
            templates.clear();
            templates.insert(text.to_owned());
        }
    }
    for parameter in &route.parameters {
        inputs.insert(format!("path[{}]", parameter.name));
    }
    route.raw_sql.sort_unstable();
    route.raw_sql.dedup();
    route.raw_sql.truncate(50);
    route.changes.sort();
    route.changes.dedup();
    route.changes.truncate(50);
    route.inputs = inputs.into_iter().take(60).collect();
    route.uploads = uploads.into_iter().take(30).collect();
    route.templates = templates.into_iter().take(30).collect();
}

/// Templates, forms and serializers that a class names.
fn class_says(
    asked: &Asked<'_>,
    class: ClassRef,
    route: &Route,
    inputs: &mut BTreeSet<String>,
    uploads: &mut BTreeSet<String>,
    templates: &mut BTreeSet<String>,
) {
    let classes = asked.classes;
    if let Some(Constant::Text(template)) = classes.constant(class, "template_name") {
        templates.insert(template);
    }
    let takes = route.methods.has_unsafe();
    for attribute in ["form_class", "serializer_class"] {
        let Some((owner, value)) = classes.value(class, attribute) else { continue };
        let (module, scope) = classes.inside(owner);
        let Some(meaning) = asked.code.meaning(module.id, scope, value) else { continue };
        if !takes {
            continue;
        }
        let name = asked.code.dotted(&meaning);
        let word = if attribute == "form_class" { "form" } else { "serializer" };
        inputs.insert(format!("{word} {}", name.rsplit('.').next().unwrap_or_default()));
        if let Meaning::Class(form) = meaning {
            for field in file_fields(asked.code, form) {
                uploads.insert(format!("{word} field {field}"));
            }
        }
    }
    let outside = classes.outside(class);
    let creates = ["CreateView", "UpdateView"];
    if takes
        && let Some(fields) = classes.texts(class, "fields")
        && outside.iter().any(|base| creates.iter().any(|own| base.ends_with(own)))
    {
        inputs.insert(format!("form fields {}", fields.join(", ")));
    }
    if templates.is_empty() && classes.method(class, "get_template_names").is_none() {
        templates.extend(default_template(asked, class, &outside));
    }
}

/// The template that a generic view derives from its model.
fn default_template(asked: &Asked<'_>, class: ClassRef, outside: &[Box<str>]) -> Option<String> {
    let suffix = outside.iter().find_map(|base| {
        if !base.starts_with("django.views.generic") {
            return None;
        }
        Some(match base.rsplit('.').next()? {
            "ListView" => "_list",
            "DetailView" => "_detail",
            "CreateView" | "UpdateView" => "_form",
            "DeleteView" => "_confirm_delete",
            _ => return None,
        })
    })?;
    let (owner, value) = asked.classes.value(class, "model")?;
    let (module, scope) = asked.classes.inside(owner);
    let Meaning::Class(model) = asked.code.meaning(module.id, scope, value)? else { return None };
    let suffix = match asked.classes.constant(class, "template_name_suffix") {
        Some(Constant::Text(own)) => own,
        _ => suffix.to_owned(),
    };
    let home = asked.code.module(model.module);
    let app = app_of_file(&home.file.path);
    let name = asked.code.text(asked.code.class(model).name).to_lowercase();
    Some(format!("{app}/{name}{suffix}.html"))
}

/// The label of the app that a file belongs to.
pub(super) fn app_of_file(path: &Utf8Path) -> String {
    let dotted = path.as_str().trim_end_matches(".py").replace('/', ".");
    app_of(&dotted).to_owned()
}

/// The label of the app that a module belongs to: the folder of its `models`.
pub(super) fn app_of(module: &str) -> &str {
    let mut parts = module.split('.').rev().peekable();
    while let Some(part) = parts.next() {
        if matches!(part, "models" | "admin") {
            return parts.next().unwrap_or(part);
        }
    }
    module.rsplit_once('.').map_or(module, |(package, _)| package.rsplit('.').next().unwrap_or(package))
}

/// The fields of a form or serializer that take files.
fn file_fields(code: &Code, form: ClassRef) -> Vec<String> {
    let mut found = Vec::new();
    let order = code.class_facts(form).map_or(&[][..], |facts| &facts.order);
    for at in order {
        let module = code.module(at.module);
        let scope = module.scope(module.class(at.class).scope);
        for (name, bindings) in &scope.bindings {
            let takes_file = bindings.iter().any(|binding| match binding {
                Binding::Assigned(value) => match module.expr(*value) {
                    ExprKind::Call(call) => {
                        let callee = module.source(call.callee);
                        callee.ends_with("FileField") || callee.ends_with("ImageField")
                    }
                    _ => false,
                },
                _ => false,
            });
            if takes_file {
                found.push(code.text(*name).to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Looks at every function of a module once.
fn facts_of(code: &Code, module: &Module) -> ModuleFacts {
    let mut facts = vec![FunctionFacts::default(); module.functions.len()];
    let mut by_start: Vec<(u32, u32, u32)> = module
        .functions
        .iter()
        .enumerate()
        .skip(1)
        .map(|(at, function)| (function.whole.0, function.whole.1, at as u32))
        .collect();
    by_start.sort_unstable();
    let around = |expr: ExprId| -> usize {
        let span = module.span(expr);
        let end = by_start.partition_point(|(start, ..)| *start <= span.start);
        let Some((_, stop, at)) = end.checked_sub(1).and_then(|at| by_start.get(at)) else { return 0 };
        if span.start < *stop {
            return *at as usize;
        }
        // Past the end of the nearest: one around it, or none.
        let mut outer = module.functions[*at as usize].outer;
        while let Some(id) = outer {
            let function = module.function(id);
            if id != FunctionId::BODY && span.start < function.whole.1 {
                return id.0 as usize;
            }
            outer = function.outer;
        }
        by_start[..end]
            .iter()
            .rev()
            .take(60)
            .find(|(_, stop, _)| span.start < *stop)
            .map_or(0, |(_, _, at)| *at as usize)
    };
    for (at, function) in module.functions.iter().enumerate().skip(1) {
        if let Some(outer) = function.outer.filter(|outer| *outer != FunctionId::BODY) {
            facts[outer.0 as usize]
                .calls
                .push(FunctionRef { module: module.id, function: FunctionId(at as u32) });
        }
    }
    read_parts(code, module, &around, &mut facts);
    for call in code.calls_of(module) {
        let at = call.site.function.0 as usize;
        if at == 0 {
            continue;
        }
        if let Some(Meaning::Function(function) | Meaning::Method(function, _)) = &call.site.meaning {
            facts[at].calls.push(*function);
        }
        let name = call.name().unwrap_or_default();
        let last = call.last_name().unwrap_or_default();
        let template = match &*name {
            "django.shortcuts.render"
            | "django.shortcuts.render_to_response"
            | "django.template.response.TemplateResponse" => {
                call.argument(1, "template_name").or_else(|| call.argument(1, "template"))
            }
            "django.template.loader.render_to_string"
            | "django.template.loader.get_template"
            | "django.template.loader.select_template" => call.argument(0, "template_name"),
            _ => None,
        };
        if let Some(template) = template
            && let Some(constant) = call.constant(template)
        {
            facts[at].templates.extend(super::classes::texts_of(constant));
        }
        let receiver = || call.receiver().map(|base| module.source(base)).unwrap_or_default();
        let sql = name.ends_with("cursor().execute")
            || name.ends_with("cursor().executemany")
            || name.ends_with("cursor().callproc")
            || name.ends_with(".RawSQL")
            || matches!(last, "raw" | "extra") && receiver().contains("objects")
            || matches!(last, "execute" | "executemany") && receiver().ends_with("cursor");
        if sql {
            facts[at].raw_sql.push(call.span());
        }
        if let Some(what) = change(last, &name, receiver()) {
            facts[at].changes.push((call.span(), what));
        }
        let who = matches!(
            last,
            "has_perm"
                | "has_perms"
                | "has_module_perms"
                | "check_object_permissions"
                | "check_permissions"
                | "redirect_to_login"
                | "get_user_permissions"
                | "user_has_perm"
                | "PermissionDenied"
                | "NotAuthenticated"
                | "AuthenticationFailed"
                | "HttpResponseForbidden"
                | "test_func"
                | "compare_digest"
                | "constant_time_compare"
                | "check_token"
                | "authenticate"
                | "check_password"
                | "get_objects_for_user"
        ) || name.ends_with(".login_required")
            || name.ends_with("signing.loads")
            || name.ends_with(".unsign");
        if who {
            facts[at].asks.push((call.span(), last.to_owned()));
        }
        // `get_object_or_404(Order, user=request.user)`
        let of_user = call.syntax().arguments.iter().any(|argument| {
            matches!(argument.how, ArgumentHow::Keyword(_)) && {
                let source = module.source(argument.value);
                source.len() < 60 && (source.contains("request.user") || source == "user")
            }
        });
        if of_user && matches!(last, "filter" | "get" | "get_object_or_404" | "exclude" | "get_list_or_404") {
            facts[at].asks.push((call.span(), "request.user".to_owned()));
        }
    }
    ModuleFacts(facts)
}

/// The parts of the request that expressions read, and the questions about the user.
fn read_parts(code: &Code, module: &Module, around: &dyn Fn(ExprId) -> usize, facts: &mut [FunctionFacts]) {
    let part = |expr: ExprId| -> Option<&str> {
        let ExprKind::Attribute(base, name) = module.expr(expr) else { return None };
        let name = code.text(*name);
        if !matches!(
            name,
            "GET" | "POST" | "FILES" | "body" | "COOKIES" | "META" | "headers" | "data" | "query_params"
        ) {
            return None;
        }
        let owner = match module.expr(*base) {
            ExprKind::Name(owner) | ExprKind::Attribute(_, owner) => code.text(*owner),
            _ => return None,
        };
        matches!(owner, "request" | "req" | "_request" | "self_request").then_some(name)
    };
    let mut keyed: FxHashSet<ExprId> = FxHashSet::default();
    let mut add = |expr: ExprId, text: String, is_file: bool| {
        let at = around(expr);
        if at == 0 {
            return;
        }
        let set = if is_file { &mut facts[at].uploads } else { &mut facts[at].inputs };
        if set.len() < 80 {
            set.insert(text);
        }
    };
    let mut plain: Vec<(ExprId, &str)> = Vec::new();
    let mut asks: Vec<(ExprId, String)> = Vec::new();
    for number in 0..module.expressions.len() {
        let id = ExprId(number as u32);
        match module.expr(id) {
            ExprKind::Subscript(base, index) => {
                if let Some(name) = part(*base) {
                    keyed.insert(*base);
                    if let ExprKind::Text(key) = module.expr(*index) {
                        add(id, format!("{name}[{}]", short(key)), name == "FILES");
                    } else {
                        plain.push((id, name));
                    }
                }
            }
            ExprKind::Call(call) => {
                if let ExprKind::Attribute(base, method) = module.expr(call.callee)
                    && matches!(code.text(*method), "get" | "getlist" | "pop" | "__getitem__")
                    && let Some(name) = part(*base)
                {
                    keyed.insert(*base);
                    match call.arguments.first().map(|argument| module.expr(argument.value)) {
                        Some(ExprKind::Text(key)) => {
                            add(id, format!("{name}[{}]", short(key)), name == "FILES");
                        }
                        _ => plain.push((id, name)),
                    }
                }
            }
            ExprKind::Attribute(base, name) => {
                if part(id).is_some() {
                    continue;
                }
                let word = code.text(*name);
                if matches!(
                    word,
                    "is_authenticated" | "is_anonymous" | "is_staff" | "is_superuser" | "is_active"
                ) {
                    asks.push((id, word.to_owned()));
                } else if word == "user" {
                    // Compared or tested below; the name alone says little.
                    let _ = base;
                }
            }
            ExprKind::Compare(left, rest) => {
                let speaks = |expr: &ExprId| {
                    let source = module.source(*expr);
                    source.len() < 200 && source.contains("request.user")
                };
                if speaks(left) || rest.iter().any(|(_, right)| speaks(right)) {
                    asks.push((id, "request.user".to_owned()));
                }
            }
            _ => {}
        }
    }
    for number in 0..module.expressions.len() {
        let id = ExprId(number as u32);
        if let Some(name) = part(id)
            && !keyed.contains(&id)
        {
            plain.push((id, name));
        }
    }
    for (id, name) in plain {
        add(id, name.to_owned(), name == "FILES");
    }
    for (id, word) in asks {
        let at = around(id);
        if at != 0 && facts[at].asks.len() < 20 {
            facts[at].asks.push((module.span(id), word));
        }
    }
}

fn short(key: &str) -> String {
    key.chars().take(60).collect()
}

/// What a call changes: the database, or the world by a mail.
fn change(last: &str, name: &str, receiver: &str) -> Option<String> {
    if matches!(last, "send_mail" | "mail_admins" | "mail_managers" | "send_mass_mail")
        && name.starts_with("django.core.mail")
    {
        return Some(format!("{last}()"));
    }
    let elsewhere = ["session", "cache", "COOKIES", "storage", "GET", "params"]
        .iter()
        .any(|word| receiver.contains(word))
        || ["builtins.", "str.", "dict.", "os.", "shutil."].iter().any(|start| name.starts_with(start))
        || receiver == "super()"
        || matches!(
            receiver,
            "self"
                | "image"
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
        "delete" | "save" => !elsewhere,
        "create" | "bulk_create" | "bulk_update" | "update_or_create" | "get_or_create" => {
            receiver.ends_with(".objects") || receiver.contains(".objects.")
        }
        "update" => receiver.contains(".objects") || receiver.contains(".filter("),
        _ => false,
    };
    writes.then(|| {
        let receiver: String =
            receiver.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
        format!("{receiver}.{last}()")
    })
}
