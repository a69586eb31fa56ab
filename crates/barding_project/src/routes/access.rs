//! Who may enter: decorators, mixins, permission classes, middleware, and tests inside the view.

use super::ask::{Asked, Decorator};
use super::classes::Ancestor;
use super::view::Target;
use super::{Origin, Route};
use crate::code::{ClassRef, Code, ExprKind, FunctionRef, Meaning};
use crate::value::{Truth, Value};
use barding_source::Span;

/// Who may enter.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// Everybody.
    Public,
    /// It could not be told.
    #[default]
    Unknown,
    /// Whoever passes a test of the project's own.
    Custom(String),
    /// Whoever is logged in.
    Login,
    /// Whoever brings a token.
    Token(String),
    /// Staff.
    Staff,
    /// Whoever has these permissions.
    Permission(String),
    /// Superusers.
    Superuser,
}

/// Who may enter, and how we know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub entry: Entry,
    /// How we know, nearest to the visitor first.
    pub because: Vec<(String, Option<Span>)>,
    /// Whether everybody may read, and only changes ask who it is.
    pub public_read: bool,
    /// Whether the entry is public because something says so, not for want of a check.
    pub stated: bool,
}

impl Entry {
    /// For people.
    pub fn words(&self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Unknown => "unknown".to_owned(),
            Self::Custom(test) => format!("test {test}"),
            Self::Login => "login".to_owned(),
            Self::Token(kind) if kind.is_empty() => "token".to_owned(),
            Self::Token(kind) => format!("token {kind}"),
            Self::Staff => "staff".to_owned(),
            Self::Permission(names) if names.is_empty() => "permission".to_owned(),
            Self::Permission(names) => format!("permission {names}"),
            Self::Superuser => "superuser".to_owned(),
        }
    }

    /// One word, for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unknown => "unknown",
            Self::Custom(_) => "custom",
            Self::Login => "login",
            Self::Token(_) => "token",
            Self::Staff => "staff",
            Self::Permission(_) => "permission",
            Self::Superuser => "superuser",
        }
    }

    /// Whether it is known that only staff gets in.
    pub fn is_staff_only(&self) -> bool {
        matches!(self, Self::Staff | Self::Superuser)
    }
}

impl Access {
    /// Everybody, for want of a check.
    pub(super) fn public(because: &str) -> Self {
        Self {
            entry: Entry::Public,
            because: vec![(because.to_owned(), None)],
            public_read: false,
            stated: false,
        }
    }

    /// A stated entry.
    pub(super) fn of(entry: Entry, because: impl Into<String>, place: Option<Span>) -> Self {
        let stated = entry == Entry::Public;
        Self { entry, because: vec![(because.into(), place)], public_read: false, stated }
    }
}

/// What the project's middleware asks of every visitor.
#[derive(Clone, Debug, Default)]
pub(super) struct Middleware {
    /// `LoginRequiredMiddleware`.
    login_required: Truth,
    /// Another middleware that sends away visitors who are not logged in, with the words for it.
    own: Option<String>,
}

const LOGIN_REQUIRED: &str = "django.contrib.auth.middleware.LoginRequiredMiddleware";

impl Middleware {
    pub(super) fn of(asked: &Asked<'_>) -> Self {
        let mut middleware = Self { login_required: asked.holds("MIDDLEWARE", LOGIN_REQUIRED), own: None };
        if asked.settings.is_none() {
            return Self::default();
        }
        let Some(list) = asked.setting("MIDDLEWARE") else { return middleware };
        let lists: Vec<&Value> = list.cases().into_iter().map(|(_, value)| value).collect();
        let names = lists.iter().filter_map(|list| list.items()).flatten().filter_map(Value::text);
        for name in names.filter(|name| !name.starts_with("django.")) {
            let lower = name.to_lowercase();
            let by_name =
                ["loginrequired", "login_required", "requirelogin", "require_login", "authrequired"]
                    .iter()
                    .any(|word| lower.contains(word));
            if by_name || asks_by_body(asked, name) {
                middleware.own = Some(name.to_owned());
                break;
            }
        }
        middleware
    }
}

/// Whether a middleware of the project turns visitors away who are not logged in.
fn asks_by_body(asked: &Asked<'_>, name: &str) -> bool {
    let Some(module) = asked.settings.and_then(|settings| asked.code.module_of_file(settings.file)) else {
        return false;
    };
    let Meaning::Class(class) = asked.code.import_meaning(name, module.id, 24) else { return false };
    ["__call__", "process_request", "process_view"].iter().any(|method| {
        let Some(function) = asked.classes.method(class, method) else { return false };
        let asks = asked
            .facts(function)
            .asks
            .iter()
            .any(|(_, word)| word == "is_authenticated" || word == "is_anonymous");
        let home = asked.code.module(function.module);
        let (start, end) = home.function(function.function).whole;
        let text = home.file.text.get(start as usize..end as usize).unwrap_or_default();
        asks && (text.contains("redirect") || text.contains("Forbidden") || text.contains("PermissionDenied"))
    })
}

/// Fills in who may enter a route.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    if matches!(route.origin, Origin::RouterRoot) {
        route.access = super::api::default_access(asked);
        return;
    }
    let mut found: Vec<(Entry, String, Option<Span>)> = Vec::new();
    let mut exempt_from_middleware = None;
    for wrapper in &route.wrappers {
        let texts: Vec<String> =
            wrapper.arguments.iter().filter_map(|value| value.text().map(str::to_owned)).collect();
        match decorator_entry(asked, &wrapper.name, &texts, None) {
            Verdict::Entry(entry) => {
                found.push((entry, format!("`{}` in the URLconf", short(&wrapper.name)), Some(wrapper.place)))
            }
            Verdict::Exempt => exempt_from_middleware = Some(wrapper.place),
            Verdict::Nothing => {}
        }
    }
    let mut partial: Vec<(String, Entry, Span)> = Vec::new();
    for decorator in asked.decorators_of(route) {
        let texts = asked.texts(&decorator, 0);
        match decorator_entry(asked, &decorator.name, &texts, Some(&decorator)) {
            Verdict::Entry(entry) => match &decorator.method {
                Some(method) if method != "dispatch" => {
                    partial.push((method.clone(), entry, decorator.place))
                }
                _ => found.push((entry, format!("`{}`", short(&decorator.name)), Some(decorator.place))),
            },
            Verdict::Exempt => exempt_from_middleware = Some(decorator.place),
            Verdict::Nothing => {}
        }
    }
    let mut unknown: Option<String> = None;
    if let Target::Class(class) = route.view.target {
        class_entries(asked, class, &mut found, &mut unknown);
        method_entries(asked, class, route, &mut partial, &mut found);
    }
    if let Some(access) = super::api::access(asked, route, &found) {
        route.access = access;
        return;
    }
    if let Some((entry, because, place)) = strongest(found) {
        route.access = Access::of(entry, because, place);
        return;
    }
    // `LoginRequiredMiddleware` asks of every view that does not say otherwise.
    let exempt = exempt_from_middleware.is_some() || attribute_says_no(asked, route);
    match asked.middleware.login_required {
        Truth::Yes if !exempt && !lets_in_by_itself(&route.view.name) => {
            route.access = Access::of(Entry::Login, "`LoginRequiredMiddleware`", None);
            return;
        }
        _ => {}
    }
    if let Some(own) = &asked.middleware.own {
        let because =
            format!("the middleware `{own}` asks; which addresses it lets through was not followed");
        route.access = Access { entry: Entry::Unknown, because: vec![(because, None)], ..Access::default() };
        return;
    }
    if let Some(access) = by_body(asked, route) {
        route.access = access;
        return;
    }
    route.access = match &route.view.target {
        Target::Unknown => said(Entry::Unknown, "the view is not known"),
        Target::Outside => outside(&route.view.name),
        _ => match unknown {
            Some(why) => said(Entry::Unknown, &why),
            None => match exempt_from_middleware {
                Some(place) => Access::of(Entry::Public, "`login_not_required`", Some(place)),
                None => Access::public("nothing asks who the visitor is"),
            },
        },
    };
}

fn said(entry: Entry, because: &str) -> Access {
    Access { entry, because: vec![(because.to_owned(), None)], public_read: false, stated: false }
}

fn strongest(mut found: Vec<(Entry, String, Option<Span>)>) -> Option<(Entry, String, Option<Span>)> {
    found.sort_by(|a, b| b.0.cmp(&a.0));
    found.into_iter().find(|(entry, ..)| *entry != Entry::Public)
}

/// Views that Django itself marks with `login_not_required`, and those of its REST framework.
fn lets_in_by_itself(name: &str) -> bool {
    matches!(
        name,
        "django.contrib.auth.views.LoginView"
            | "django.contrib.auth.views.PasswordResetView"
            | "django.contrib.auth.views.PasswordResetDoneView"
            | "django.contrib.auth.views.PasswordResetConfirmView"
            | "django.contrib.auth.views.PasswordResetCompleteView"
            | "django.views.i18n.set_language"
            | "django.views.i18n.JavaScriptCatalog"
            | "django.views.i18n.JSONCatalog"
    )
}

/// `login_required = False` on the class.
fn attribute_says_no(asked: &Asked<'_>, route: &Route) -> bool {
    match route.view.target {
        Target::Class(class) => {
            asked.classes.constant(class, "login_required") == Some(crate::code::Constant::Bool(false))
                || asked
                    .classes
                    .inherits(class, |base| lets_in_by_itself(base) || base.starts_with("rest_framework."))
        }
        _ => false,
    }
}

/// A view from outside.
fn outside(name: &str) -> Access {
    let last = name.rsplit('.').next().unwrap_or_default();
    match name {
        "django.contrib.auth.views.PasswordChangeView"
        | "django.contrib.auth.views.PasswordChangeDoneView" => {
            Access::of(Entry::Login, "Django's own view asks for a login", None)
        }
        _ if name.starts_with("django.contrib.admindocs.") => {
            Access::of(Entry::Staff, "Django's own view", None)
        }
        _ if name.starts_with("django.") => Access::public("Django's own view asks nobody"),
        _ if last == "obtain_auth_token" || last.starts_with("Token") => {
            Access::of(Entry::Public, "it is where visitors log in", None)
        }
        _ if name.starts_with("graphene_django.") || name.starts_with("strawberry.") => {
            Access::public("each field has to ask by itself")
        }
        _ => said(Entry::Unknown, &format!("`{name}` is not part of the project")),
    }
}

/// What a decorator does to the entry.
pub(super) enum Verdict {
    /// It lets only these in.
    Entry(Entry),
    /// It takes the view out of what the middleware asks.
    Exempt,
    /// Nothing.
    Nothing,
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// What a decorator of that name does.
fn decorator_entry(
    asked: &Asked<'_>,
    name: &str,
    texts: &[String],
    written: Option<&Decorator<'_>>,
) -> Verdict {
    let clean = name.trim_end_matches("()");
    if asked.model.access.iter().any(|own| own == clean) {
        return Verdict::Entry(Entry::Custom(short(clean).to_owned()));
    }
    let last = short(clean);
    // Permissions of an API have their own way.
    if clean.starts_with("rest_framework.") {
        return Verdict::Nothing;
    }
    Verdict::Entry(match last {
        "login_not_required" | "login_exempt" => return Verdict::Exempt,
        "login_required"
        | "active_login_required"
        | "otp_required"
        | "mfa_required"
        | "verified_email_required"
        | "account_login_required" => Entry::Login,
        "permission_required"
        | "permission_required_or_403"
        | "any_permission_required"
        | "permissions_required" => Entry::Permission(texts.join(", ")),
        "staff_member_required" | "staff_required" | "staff_only" | "admin_view" => Entry::Staff,
        "superuser_required" | "superuser_only" | "superuser_member_required" => Entry::Superuser,
        "user_passes_test" => match written.and_then(|decorator| test_entry(asked, decorator)) {
            Some(Entry::Public) => return Verdict::Nothing,
            Some(entry) => entry,
            None => Entry::Custom(String::new()),
        },
        _ => {
            // A decorator of the project: its body tells, or else its name.
            let function = match written {
                Some(decorator) => decorator.meaning.clone(),
                None => None,
            };
            let function = match function {
                Some(Meaning::Function(function) | Meaning::Method(function, _)) => Some(function),
                Some(Meaning::Class(class)) => asked.classes.method(class, "__call__"),
                _ => function_named(asked.code, clean),
            };
            match function {
                Some(function) => match body_entry(asked, function, 3) {
                    Some(_) if matches!(last, "csrf_exempt" | "cache_page") => return Verdict::Nothing,
                    Some(entry) => entry,
                    None if is_access_word(last) => Entry::Custom(last.to_owned()),
                    None => return Verdict::Nothing,
                },
                None if is_access_word(last) => Entry::Custom(last.to_owned()),
                None => return Verdict::Nothing,
            }
        }
    })
}

fn function_named(code: &Code, dotted: &str) -> Option<FunctionRef> {
    let (module, path) = dotted.rsplit_once('.')?;
    let module = code.module(code.module_named(module, None)?);
    let at = module.functions.iter().position(|function| &*function.path == path)?;
    Some(FunctionRef { module: module.id, function: crate::code::FunctionId(at as u32) })
}

/// Names of decorators, mixins and classes that let only some visitors in.
fn is_access_word(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("csrf")
        || lower.contains("xframe")
        || lower.contains("cache")
        || lower.contains("authorize_net")
    {
        return false;
    }
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
        "has_perm",
        "require_user",
        "requires_user",
        "only_",
        "can_",
    ]
    .iter()
    .any(|word| lower.contains(word))
        && !lower.contains("not_required")
        && !lower.contains("exempt")
}

/// What the test of `user_passes_test` asks.
fn test_entry(asked: &Asked<'_>, decorator: &Decorator<'_>) -> Option<Entry> {
    let first = decorator.arguments.first()?.value;
    let module = decorator.module;
    if let ExprKind::Lambda(function) = module.expr(first) {
        let body = &module.function(*function).body;
        let source = body.first().map(|statement| {
            module.file.text.get(statement.start as usize..statement.end as usize).unwrap_or_default()
        });
        return source.map(words_entry);
    }
    match asked.code.meaning(module.id, decorator.scope, first)? {
        Meaning::Function(function) | Meaning::Method(function, _) => {
            let home = asked.code.module(function.module);
            let (start, end) = home.function(function.function).whole;
            let source = home.file.text.get(start as usize..end as usize).unwrap_or_default();
            Some(match words_entry(source) {
                Entry::Public | Entry::Custom(_) => {
                    Entry::Custom(asked.code.text(home.function(function.function).name).to_owned())
                }
                entry => entry,
            })
        }
        _ => None,
    }
}

/// What a short text that tests a user asks.
fn words_entry(source: &str) -> Entry {
    let either = source.contains(" or ");
    if source.contains("is_superuser") && !either {
        Entry::Superuser
    } else if source.contains("is_staff") {
        Entry::Staff
    } else if source.contains("has_perm") {
        Entry::Permission(String::new())
    } else if source.contains("is_superuser") {
        Entry::Custom("superuser or another".to_owned())
    } else if source.contains("is_authenticated") {
        Entry::Login
    } else if source.trim() == "True" {
        Entry::Public
    } else {
        Entry::Custom(String::new())
    }
}

/// What a function asks of the visitor, itself or in what it calls.
pub(super) fn body_entry(asked: &Asked<'_>, function: FunctionRef, depth: usize) -> Option<Entry> {
    let mut words = Vec::new();
    let mut seen = Vec::new();
    let mut next = vec![function];
    for _ in 0..depth {
        for function in std::mem::take(&mut next) {
            if seen.contains(&function) || seen.len() > 40 {
                continue;
            }
            seen.push(function);
            let facts = asked.facts(function);
            words.extend(facts.asks.iter().map(|(_, word)| word.clone()));
            next.extend(facts.calls_from());
        }
    }
    let has = |word: &str| words.iter().any(|known| known == word);
    if words.is_empty() {
        return None;
    }
    let name = asked.code.text(asked.code.function(function).name).to_owned();
    Some(if has("has_perm") || has("has_perms") || has("has_module_perms") {
        Entry::Permission(String::new())
    } else if has("is_staff") {
        Entry::Staff
    } else if has("is_superuser") {
        Entry::Superuser
    } else if has("is_authenticated") || has("is_anonymous") || has("redirect_to_login") {
        Entry::Login
    } else {
        Entry::Custom(name)
    })
}

/// What the bases of a class ask.
fn class_entries(
    asked: &Asked<'_>,
    class: ClassRef,
    found: &mut Vec<(Entry, String, Option<Span>)>,
    unknown: &mut Option<String>,
) {
    let mut view_seen = false;
    for ancestor in asked.classes.order(class).iter() {
        match ancestor {
            Ancestor::Outside(name) => {
                let last = short(name);
                // A mixin to the right of the view never comes into its turn.
                if view_seen && last.ends_with("Mixin") && name.starts_with("django.contrib.auth.mixins") {
                    continue;
                }
                view_seen |= name.starts_with("django.views.");
                let place = Some(asked.code.module(class.module).class_span(class.class));
                match mixin_entry(asked, class, name) {
                    Some(entry) => found.push((entry, format!("`{last}`"), place)),
                    None => {
                        let known =
                            ["django.", "rest_framework.", "builtins.", "typing.", "django_filters.", "abc."]
                                .iter()
                                .any(|own| name.starts_with(own));
                        if !known && unknown.is_none() && &**name != "object" {
                            *unknown =
                                Some(format!("`{name}`, a base of its class, is not part of the project"));
                        }
                    }
                }
            }
            Ancestor::Ours(at) => {
                let module = asked.code.module(at.module);
                let name = asked.code.text(module.class(at.class).name);
                let place = Some(module.class_span(at.class));
                let dotted = asked.code.dotted(&Meaning::Class(*at));
                if asked.model.access.contains(&dotted) {
                    found.push((Entry::Custom(name.to_owned()), format!("`{name}`"), place));
                }
                // What a base of the project does in `dispatch` and its kin.
                for method in
                    ["dispatch", "setup", "initial", "test_func", "has_permission", "check_permissions"]
                {
                    let Some(function) = asked.classes.method_of(*at, method) else { continue };
                    let entry = match method {
                        "test_func" => {
                            let home = asked.code.module(function.module);
                            let (start, end) = home.function(function.function).whole;
                            let source = home.file.text.get(start as usize..end as usize).unwrap_or_default();
                            match words_entry(source) {
                                Entry::Public => continue,
                                Entry::Custom(_) => Some(Entry::Custom(format!("{name}.test_func"))),
                                entry => Some(entry),
                            }
                        }
                        _ => body_entry(asked, function, 3),
                    };
                    if let Some(entry) = entry {
                        let place = home_span(asked, function);
                        found.push((entry, format!("`{name}.{method}`"), Some(place)));
                    }
                }
            }
            Ancestor::Unknown => {
                unknown.get_or_insert_with(|| "a base of its class could not be resolved".to_owned());
            }
        }
    }
}

fn home_span(asked: &Asked<'_>, function: FunctionRef) -> Span {
    asked.code.module(function.module).function_span(function.function)
}

fn mixin_entry(asked: &Asked<'_>, class: ClassRef, name: &str) -> Option<Entry> {
    let last = short(name);
    Some(match last {
        "LoginRequiredMixin" => Entry::Login,
        "PermissionRequiredMixin" | "MultiplePermissionsRequiredMixin" => {
            let names = asked.classes.texts(class, "permission_required").unwrap_or_default();
            Entry::Permission(names.join(", "))
        }
        // The test itself is looked at in the class that defines it.
        "UserPassesTestMixin" => Entry::Custom("test_func".to_owned()),
        "StaffuserRequiredMixin" | "StaffRequiredMixin" => Entry::Staff,
        "SuperuserRequiredMixin" => Entry::Superuser,
        "AccessMixin" => return None,
        _ if name.starts_with("django.") || name.starts_with("rest_framework") => return None,
        "PasswordChangeView" => Entry::Login,
        _ if asked.model.access.iter().any(|own| own == name) => Entry::Custom(last.to_owned()),
        _ if is_access_word(last) && last.ends_with("Mixin") => Entry::Custom(last.to_owned()),
        _ => return None,
    })
}

/// Decorators on the methods themselves. When every method that answers has one, the view has.
fn method_entries(
    asked: &Asked<'_>,
    class: ClassRef,
    route: &Route,
    partial: &mut Vec<(String, Entry, Span)>,
    found: &mut Vec<(Entry, String, Option<Span>)>,
) {
    let handlers: Vec<String> = if route.actions.is_empty() {
        route.methods.named.iter().map(|method| method.to_lowercase()).collect()
    } else {
        route.actions.iter().map(|(_, action)| action.clone()).collect()
    };
    for handler in &handlers {
        let Some(function) = asked.classes.method(class, handler) else { continue };
        for decorator in asked.decorators(asked.classes.decorators(function)) {
            let texts = asked.texts(&decorator, 0);
            if let Verdict::Entry(entry) = decorator_entry(asked, &decorator.name, &texts, Some(&decorator)) {
                partial.push((handler.clone(), entry, decorator.place));
            }
        }
    }
    let all = !handlers.is_empty()
        && handlers.iter().all(|handler| partial.iter().any(|(known, ..)| known == handler));
    if all && let Some((_, entry, place)) = partial.iter().min_by(|a, b| a.1.cmp(&b.1)) {
        found.push((entry.clone(), "decorators on its methods".to_owned(), Some(*place)));
    }
}

/// What the view asks in its own body, or in what it calls first.
fn by_body(asked: &Asked<'_>, route: &Route) -> Option<Access> {
    for (function, depth) in asked.reached(route).iter().copied() {
        if depth > 2 {
            break;
        }
        let facts = asked.facts(function);
        let Some((place, word)) = facts.asks.first() else { continue };
        let what = match word.as_str() {
            "request.user" => "compares with `request.user`".to_owned(),
            word => format!("uses `{word}`"),
        };
        let name = asked.code.text(asked.code.function(function).name).to_owned();
        let because = format!("`{name}` {what}");
        return Some(Access::of(Entry::Custom(format!("in {name}")), because, Some(*place)));
    }
    None
}
