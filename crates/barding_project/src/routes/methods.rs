//! The HTTP methods a view answers.

use super::Route;
use super::ask::Asked;
use super::classes::Ancestor;
use super::view::Target;
use crate::code::ClassRef;

/// The HTTP methods that a route answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Methods {
    /// The methods it names, in the order of the standard. HEAD and OPTIONS go without saying.
    pub named: Vec<String>,
    /// Whether it answers others as well: a function that refuses none.
    pub any: bool,
}

const ORDER: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "WEBSOCKET"];

impl Methods {
    /// Exactly these.
    pub fn only(methods: &[&str]) -> Self {
        let mut named: Vec<String> = methods.iter().map(|method| method.to_uppercase()).collect();
        named.retain(|method| !matches!(method.as_str(), "HEAD" | "OPTIONS" | "TRACE"));
        named.sort_by_key(|method| ORDER.iter().position(|known| known == method));
        named.dedup();
        Self { named, any: false }
    }

    /// Whatever comes.
    pub fn any() -> Self {
        Self { named: Vec::new(), any: true }
    }

    /// Whether nothing says which methods are answered.
    pub fn is_open(&self) -> bool {
        self.any
    }

    /// Whether a method is answered.
    pub fn answers(&self, method: &str) -> bool {
        self.any || self.named.iter().any(|known| known == method)
    }

    /// Whether a method that changes things is named.
    pub fn has_unsafe(&self) -> bool {
        self.named.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE"))
    }

    /// Whether nothing but reading is answered.
    pub fn is_safe_only(&self) -> bool {
        !self.any && !self.has_unsafe()
    }

    /// For people: `GET POST`, `any`.
    pub fn words(&self) -> String {
        if self.any {
            "any".to_owned()
        } else if self.named.is_empty() {
            "none".to_owned()
        } else {
            self.named.join(" ")
        }
    }
}

/// Fills in the methods of a route.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    if !route.actions.is_empty() {
        let mut named: Vec<&str> = route.actions.iter().map(|(method, _)| method.as_str()).collect();
        let allowed = match route.view.target {
            Target::Class(class) => asked.classes.texts(class, "http_method_names"),
            _ => None,
        };
        if let Some(allowed) = allowed {
            named.retain(|method| allowed.iter().any(|known| known.eq_ignore_ascii_case(method)));
        }
        route.methods = Methods::only(&named);
        return;
    }
    let mut methods = match route.view.target {
        Target::Class(class) => of_class(asked, class),
        Target::Function(_) => Methods::any(),
        Target::Outside => of_outside(&route.view.name),
        Target::Unknown => Methods::any(),
    };
    if let Some((_, crate::value::Value::List(names))) =
        route.view.options.iter().find(|(name, _)| name == "http_method_names")
    {
        let names: Vec<&str> = names.iter().filter_map(crate::value::Value::text).collect();
        methods = narrowed(methods, &names);
    }
    for wrapper in &route.wrappers {
        let texts: Vec<String> = wrapper
            .arguments
            .iter()
            .flat_map(|value| value.items().unwrap_or_default())
            .filter_map(|item| item.text().map(str::to_owned))
            .collect();
        if let Some(names) = by_decorator(&wrapper.name, &texts) {
            methods = narrowed(methods, &names.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    for decorator in asked.decorators_of(route) {
        if decorator.method.as_ref().is_some_and(|method| method != "dispatch") {
            continue;
        }
        let texts = asked.texts(&decorator, 0);
        if let Some(names) = by_decorator(&decorator.name, &texts) {
            methods = narrowed(methods, &names.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    route.methods = methods;
}

fn narrowed(before: Methods, allowed: &[&str]) -> Methods {
    if before.any {
        return Methods::only(allowed);
    }
    let kept: Vec<&str> = before
        .named
        .iter()
        .map(String::as_str)
        .filter(|method| allowed.iter().any(|other| other.eq_ignore_ascii_case(method)))
        .collect();
    Methods::only(&kept)
}

/// The methods that a decorator leaves.
fn by_decorator(name: &str, texts: &[String]) -> Option<Vec<String>> {
    let only = |methods: &[&str]| Some(methods.iter().map(|method| (*method).to_owned()).collect());
    match name.rsplit('.').next().unwrap_or_default() {
        "require_POST" | "require_post" => only(&["POST"]),
        "require_GET" | "require_safe" => only(&["GET"]),
        "require_http_methods" if !texts.is_empty() => Some(texts.to_vec()),
        "api_view" if texts.is_empty() => only(&["GET"]),
        "api_view" => Some(texts.to_vec()),
        _ => None,
    }
}

/// The methods of a class, its own and those that its bases bring.
fn of_class(asked: &Asked<'_>, class: ClassRef) -> Methods {
    const HANDLERS: &[&str] = &["get", "post", "put", "patch", "delete"];
    let classes = asked.classes;
    let mut named: Vec<&str> = Vec::new();
    let mut known_base = false;
    let mut unknown_base = false;
    for ancestor in classes.order(class).iter() {
        match ancestor {
            Ancestor::Ours(at) => {
                named.extend(HANDLERS.iter().filter(|handler| classes.method_of(*at, handler).is_some()));
                // `get = render_page`, and `post = get`.
                let scope = classes.inside(*at);
                for handler in HANDLERS {
                    if let Some(symbol) = asked.code.known_symbol(handler)
                        && !scope.0.scope(scope.1).of(symbol).is_empty()
                    {
                        named.push(handler);
                    }
                }
            }
            Ancestor::Outside(name) => match handlers_of(name) {
                Some(handlers) => {
                    known_base = true;
                    named.extend(handlers);
                }
                None => unknown_base |= name.contains("View") && !name.starts_with("django."),
            },
            Ancestor::Unknown => unknown_base = true,
        }
    }
    if named.is_empty() {
        return if known_base && !unknown_base && classes.method(class, "dispatch").is_none() {
            Methods::default()
        } else {
            Methods::any()
        };
    }
    let mut methods = Methods::only(&named);
    if let Some(allowed) = classes.texts(class, "http_method_names") {
        let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
        methods = narrowed(methods, &allowed);
    }
    methods
}

fn of_outside(name: &str) -> Methods {
    handlers_of(name).map_or_else(Methods::any, Methods::only)
}

/// The methods that a view class from outside answers.
fn handlers_of(name: &str) -> Option<&'static [&'static str]> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let ours =
        ["django.", "rest_framework.", "django_filters.", "allauth."].iter().any(|own| name.starts_with(own));
    if !ours && !name.ends_with("View") {
        return None;
    }
    Some(match last {
        "View" | "APIView" | "GenericAPIView" | "GenericViewSet" | "ViewSet" if ours => &[],
        "RedirectView" => &["get", "post", "put", "patch", "delete"],
        "TemplateView"
        | "ListView"
        | "DetailView"
        | "ArchiveIndexView"
        | "YearArchiveView"
        | "MonthArchiveView"
        | "WeekArchiveView"
        | "DayArchiveView"
        | "TodayArchiveView"
        | "DateDetailView"
        | "BaseListView"
        | "BaseDetailView"
        | "FilterView"
        | "JavaScriptCatalog"
        | "JSONCatalog"
        | "PasswordResetDoneView"
        | "PasswordResetCompleteView"
        | "PasswordChangeDoneView"
        | "SpectacularAPIView"
        | "SpectacularSwaggerView"
        | "SpectacularRedocView"
        | "APIRootView"
        | "ListAPIView"
        | "RetrieveAPIView" => &["get"],
        "FormView"
        | "CreateView"
        | "UpdateView"
        | "BaseFormView"
        | "BaseCreateView"
        | "BaseUpdateView"
        | "ProcessFormView"
        | "LoginView"
        | "PasswordChangeView"
        | "PasswordResetView"
        | "PasswordResetConfirmView" => &["get", "post", "put"],
        "DeleteView" | "BaseDeleteView" | "DeletionMixin" => &["get", "post", "delete"],
        "LogoutView" => &["get", "post"],
        "CreateAPIView"
        | "TokenObtainPairView"
        | "TokenRefreshView"
        | "TokenVerifyView"
        | "ObtainAuthToken" => &["post"],
        "DestroyAPIView" => &["delete"],
        "UpdateAPIView" => &["put", "patch"],
        "ListCreateAPIView" => &["get", "post"],
        "RetrieveUpdateAPIView" => &["get", "put", "patch"],
        "RetrieveDestroyAPIView" => &["get", "delete"],
        "RetrieveUpdateDestroyAPIView" => &["get", "put", "patch", "delete"],
        "GraphQLView" | "AsyncGraphQLView" | "FileUploadGraphQLView" => &["get", "post"],
        _ => return None,
    })
}
