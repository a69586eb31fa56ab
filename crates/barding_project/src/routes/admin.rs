//! Sites of Django's admin: the site, the models registered with it, and the views that `get_urls` adds.

use super::access::{Access, Entry};
use super::library::{ADMIN, is_instance};
use super::pattern::{of_regex, of_route};
use super::table::{Around, Builder, blank};
use super::view::{View, wrapped};
use super::views::{app_of, app_of_file};
use super::{Methods, Origin};
use crate::code::{
    ClassRef, Code, Constant, ExprId, ExprKind, FunctionRef, Meaning, Module, ModuleId, ScopeId,
};
use crate::value::Truth;
use barding_source::Span;

/// An admin site.
pub(super) struct Site {
    /// Whether it is `django.contrib.admin.site`.
    default: bool,
    /// Its dotted name.
    name: String,
    /// Its class, when it is the project's.
    class: Option<ClassRef>,
}

fn is_site_class(name: &str) -> bool {
    matches!(
        name,
        "django.contrib.admin.AdminSite"
            | "django.contrib.admin.sites.AdminSite"
            | "django.contrib.gis.admin.AdminSite"
            | "django_otp.admin.OTPAdminSite"
            | "two_factor.admin.AdminSiteOTPRequired"
            | "unfold.sites.UnfoldAdminSite"
    ) || name.starts_with("django.contrib.admin.") && name.ends_with("AdminSite")
}

/// The site that a name means: `django.contrib.admin.site`, `shop.admin.shop_admin`.
pub(super) fn site_of(builder: &Builder<'_, '_>, object: &str, from: Option<ModuleId>) -> Option<Site> {
    let name = object.to_owned();
    if matches!(
        object,
        "django.contrib.admin.site"
            | "django.contrib.admin.sites.site"
            | "django.contrib.gis.admin.site"
            | "django.contrib.admin.autodiscover"
    ) {
        return Some(Site { default: true, name, class: None });
    }
    // `AdminSite()` made in the URLconf itself.
    let made = object.strip_suffix("()");
    if made.is_some_and(is_site_class) {
        return Some(Site { default: false, name, class: None });
    }
    let asked = made.unwrap_or(object);
    let from = from?;
    let meaning = builder.code().import_meaning(asked, from, 24);
    let class = match meaning {
        Meaning::Instance(class) | Meaning::Class(class) => Some(class),
        _ => None,
    };
    let name = asked.to_owned();
    is_instance(builder, asked, Some(from), is_site_class).then_some(Site { default: false, name, class })
}

/// A model in an admin site.
struct Registered {
    model: String,
    app: String,
    admin: Option<ClassRef>,
    place: Span,
    site: SiteName,
}

/// The site that a model is registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SiteName {
    /// `django.contrib.admin.site`
    Default,
    /// A site whose class is the project's.
    Class(ClassRef),
    /// A site by the name it goes by where models are registered.
    Named(String),
}

/// Adds a site: one route for itself, one for each model, and those of `get_urls`.
pub(super) fn add(builder: &mut Builder<'_, '_>, mut around: Around, site: &Site) {
    around.namespaces.push("admin".to_owned());
    let mut route =
        blank(around.clone(), View::outside(site.name.clone()), Some("index".to_owned()), Origin::Admin);
    route.access = Access::of(Entry::Staff, "the admin asks for staff", None);
    route.methods = Methods::any();
    route.csrf.protected = Truth::Yes;
    route.csrf.because = "the admin asks for a token".to_owned();
    route.library = Some(ADMIN);
    if let Some(class) = site.class {
        route.view.place = View::class(builder.code(), class).place;
        // `has_permission` decides who is staff here.
        if let Some(function) = builder.asked.classes.method(class, "has_permission") {
            let module = builder.code().module(function.module);
            route
                .access
                .because
                .push(("its own `has_permission`".to_owned(), Some(module.function_span(function.function))));
        }
    }
    builder.push(route);
    if let Some(class) = site.class
        && let Some(function) = builder.asked.classes.method(class, "get_urls")
    {
        own_urls(builder, &around, class, function);
    }
    for registered in registrations(builder) {
        let here = match &registered.site {
            SiteName::Default => site.default,
            SiteName::Class(class) => site.class == Some(*class),
            // A site may be imported through its package: `shop.admin_site` is `shop.admin.admin_site`.
            SiteName::Named(name) => {
                site.class.is_none() && !site.default && last(name) == last(site.name.trim_end_matches("()"))
            }
        };
        if !here {
            continue;
        }
        let mut below = around.clone();
        below.pattern.push_str(&format!("{}/{}/", registered.app, registered.model));
        below.places.push(registered.place);
        let view = match registered.admin {
            Some(class) => View::class(builder.code(), class),
            None => View::outside("django.contrib.admin.ModelAdmin"),
        };
        let name = format!("{}_{}_changelist", registered.app, registered.model);
        let mut route = blank(below.clone(), view, Some(name), Origin::Admin);
        let permission = format!("of {}.{}", registered.app, registered.model);
        route.access = Access::of(
            Entry::Staff,
            format!("the admin asks for staff and the permissions {permission}"),
            None,
        );
        route.methods = Methods::only(&["GET", "POST"]);
        route.csrf.protected = Truth::Yes;
        route.csrf.because = "the admin asks for a token".to_owned();
        builder.push(route);
        if let Some(class) = registered.admin
            && let Some(function) = builder.asked.classes.method(class, "get_urls")
        {
            own_urls(builder, &below, class, function);
        }
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Every model that the project registers.
fn registrations(builder: &Builder<'_, '_>) -> Vec<Registered> {
    let code = builder.code();
    let mut found = Vec::new();
    for call in code.calls() {
        if call.last_name() != Some("register") || !call.module.role.may_serve() {
            continue;
        }
        let Some(receiver) = call.receiver() else { continue };
        let Some(site) = site_named(builder, call.module, call.site.scope, receiver) else { continue };
        let Some(models) = call.argument(0, "model_or_iterable") else { continue };
        let admin = call.argument(1, "admin_class").and_then(|admin| {
            match code.meaning(call.module.id, call.site.scope, admin) {
                Some(Meaning::Class(class)) => Some(class),
                _ => None,
            }
        });
        add_models(code, call.module, call.site.scope, models, admin, call.span(), site, &mut found);
    }
    for module in code.modules.iter().filter(|module| module.role.may_serve()) {
        for (at, class) in module.classes.iter().enumerate() {
            let scope = module.scope(class.scope).parent.unwrap_or(ScopeId(0));
            for decorator in &class.decorators {
                let ExprKind::Call(call) = module.expr(*decorator) else { continue };
                let Some(name) = code.name_of(module.id, scope, call.callee) else { continue };
                if !matches!(
                    name.as_str(),
                    "django.contrib.admin.register"
                        | "django.contrib.admin.decorators.register"
                        | "django.contrib.gis.admin.register"
                ) {
                    continue;
                }
                let reference = ClassRef { module: module.id, class: crate::code::ClassId(at as u32) };
                let site = call.arguments.iter().find_map(|argument| match argument.how {
                    crate::code::ArgumentHow::Keyword(name) if code.text(name) == "site" => {
                        site_named(builder, module, scope, argument.value)
                    }
                    _ => None,
                });
                let site = site.unwrap_or(SiteName::Default);
                for argument in &call.arguments {
                    if argument.how == crate::code::ArgumentHow::Position {
                        add_models(
                            code,
                            module,
                            scope,
                            argument.value,
                            Some(reference),
                            module.span(*decorator),
                            site.clone(),
                            &mut found,
                        );
                    }
                }
            }
        }
    }
    found.sort_by_key(|registered| registered.place);
    found
}

/// The site that `….register()` is called on.
fn site_named(
    builder: &Builder<'_, '_>,
    module: &Module,
    scope: ScopeId,
    receiver: ExprId,
) -> Option<SiteName> {
    match builder.code().meaning(module.id, scope, receiver)? {
        Meaning::External(name)
            if matches!(
                &*name,
                "django.contrib.admin.site"
                    | "django.contrib.admin.sites.site"
                    | "django.contrib.gis.admin.site"
            ) =>
        {
            Some(SiteName::Default)
        }
        Meaning::External(name) if name.strip_suffix("()").is_some_and(is_site_class) => {
            Some(SiteName::Named(module.source(receiver).to_owned()))
        }
        Meaning::Instance(class) if builder.asked.classes.inherits(class, is_site_class) => {
            Some(SiteName::Class(class))
        }
        _ => None,
    }
}

#[expect(clippy::too_many_arguments, reason = "one registration as it is written")]
fn add_models(
    code: &Code,
    module: &Module,
    scope: ScopeId,
    models: ExprId,
    admin: Option<ClassRef>,
    place: Span,
    site: SiteName,
    found: &mut Vec<Registered>,
) {
    match module.expr(models) {
        ExprKind::List(items) | ExprKind::Tuple(items) => {
            for item in items {
                add_models(code, module, scope, *item, admin, place, site.clone(), found);
            }
        }
        _ => {
            let (model, app) = match code.meaning(module.id, scope, models) {
                Some(Meaning::Class(class)) => {
                    let home = code.module(class.module);
                    (code.text(code.class(class).name).to_lowercase(), app_of_file(&home.file.path))
                }
                Some(Meaning::External(name)) => {
                    let last = name.rsplit('.').next().unwrap_or_default().to_lowercase();
                    (last, app_of(&name).to_owned())
                }
                _ => return,
            };
            found.push(Registered { model, app, admin, place, site });
        }
    }
}

/// The patterns that `get_urls` adds, each with whether `admin_view` asks for staff.
fn own_urls(builder: &mut Builder<'_, '_>, around: &Around, class: ClassRef, function: FunctionRef) {
    let code = builder.code();
    let module = code.module(function.module);
    for call in code.calls_of(module) {
        let mut inside = Some(call.site.function);
        while let Some(at) = inside
            && at != function.function
        {
            inside = module.function(at).outer;
        }
        if inside != Some(function.function) {
            continue;
        }
        let Some(name) = call.name() else { continue };
        let simple = match &*name {
            "django.urls.path" | "django.urls.conf.path" => true,
            "django.urls.re_path" | "django.conf.urls.url" | "django.conf.urls.re_path" => false,
            _ => continue,
        };
        let (Some(pattern), Some(view)) = (call.positional(0), call.argument(1, "view")) else { continue };
        let mut here = around.clone();
        let text = match call.constant(pattern) {
            Some(Constant::Text(text)) => text,
            _ => {
                here.known = false;
                "{…}".to_owned()
            }
        };
        here.parameters.extend(if simple { of_route(&text, builder.converters) } else { of_regex(&text) });
        here.pattern.push_str(&text);
        here.places.push(call.span());
        let source = module.source(view);
        let staff =
            ["admin_view(", "admin_site.admin_view", "wrap(", "staff_member_required", "self.admin_view"]
                .iter()
                .any(|word| source.contains(word));
        let mut wrappers = Vec::new();
        let view = method_of(builder, module, view, class, 5)
            .map(|function| View::function(code, function))
            .or_else(|| wrapped(code, module, call.site.scope, view, &mut wrappers, 5))
            .unwrap_or_else(|| {
                View::unknown(source.chars().take(80).collect::<String>(), "it was not followed")
            });
        let name = call.keyword("name").and_then(|name| match call.constant(name) {
            Some(Constant::Text(name)) => Some(name),
            _ => None,
        });
        here.wrappers.extend(wrappers);
        let route = blank(here, view, name, Origin::Admin);
        let mut route = builder.asked.finish(route);
        if staff {
            route.access = Access::of(Entry::Staff, "`admin_view` asks for staff", Some(call.span()));
        }
        builder.push(route);
    }
}

/// `self.export` inside decorators: the method of the class.
fn method_of(
    builder: &Builder<'_, '_>,
    module: &Module,
    view: ExprId,
    class: ClassRef,
    fuel: usize,
) -> Option<FunctionRef> {
    let fuel = fuel.checked_sub(1)?;
    match module.expr(view) {
        ExprKind::Attribute(base, name) => match module.expr(*base) {
            ExprKind::Name(owner) if builder.code().text(*owner) == "self" => {
                builder.asked.classes.method(class, builder.code().text(*name))
            }
            _ => None,
        },
        ExprKind::Call(call) => {
            call.arguments.iter().find_map(|argument| method_of(builder, module, argument.value, class, fuel))
        }
        _ => None,
    }
}
