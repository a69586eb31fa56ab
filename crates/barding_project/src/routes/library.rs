//! URLs that libraries bring: named entries, because their code is not part of the project.

use super::access::{Access, Entry};
use super::table::{Around, Builder};
use super::view::View;
use super::{Methods, Origin, Route, Unresolved, admin, ninja};
use crate::code::{Meaning, ModuleId};
use crate::value::Value;

/// The URLs of a library, included as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryUrls {
    /// The package, as its users call it.
    pub name: &'static str,
    /// What the URLs are for.
    pub what: &'static str,
    /// The sort of URLs.
    pub kind: LibraryKind,
}

/// Sorts of URLs that libraries bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryKind {
    /// Django's admin.
    Admin,
    /// For developers: never meant for visitors.
    Debug,
    /// Logging in, signing up, tokens.
    Accounts,
    /// The description of an API.
    Schema,
    /// Pages about the state of the service.
    Health,
    /// Managing the site.
    Manage,
    /// Something else.
    Other,
    /// A package that is not known here.
    Unknown,
}

/// By the start of the included module.
const KNOWN: &[(&str, LibraryUrls)] = &[
    (
        "debug_toolbar",
        library("django-debug-toolbar", "SQL, settings and requests of every visitor", LibraryKind::Debug),
    ),
    ("silk", library("django-silk", "recorded requests with their SQL", LibraryKind::Debug)),
    (
        "django_browser_reload",
        library("django-browser-reload", "reloads pages while developing", LibraryKind::Debug),
    ),
    ("__reload__", library("django-browser-reload", "reloads pages while developing", LibraryKind::Debug)),
    ("livereload", library("django-livereload", "reloads pages while developing", LibraryKind::Debug)),
    ("schema_viewer", library("django-schema-viewer", "the database's tables", LibraryKind::Debug)),
    ("django_pdb", library("django-pdb", "a debugger", LibraryKind::Debug)),
    ("explorer", library("django-sql-explorer", "SQL from the browser", LibraryKind::Manage)),
    (
        "django.contrib.auth",
        library("django.contrib.auth", "login, logout, password change and reset", LibraryKind::Accounts),
    ),
    (
        "django.contrib.admindocs",
        library(
            "django.contrib.admindocs",
            "documentation of models and views, for staff",
            LibraryKind::Admin,
        ),
    ),
    (
        "django.contrib.flatpages",
        library("django.contrib.flatpages", "pages kept in the database", LibraryKind::Other),
    ),
    ("django.conf.urls.i18n", library("Django", "sets the visitor's language", LibraryKind::Other)),
    ("django.views.i18n", library("Django", "translations for JavaScript", LibraryKind::Other)),
    ("django.contrib.gis", library("django.contrib.gis", "maps", LibraryKind::Other)),
    ("rest_framework", library("djangorestframework", "login for the browsable API", LibraryKind::Accounts)),
    ("allauth", library("django-allauth", "login, signup, social accounts", LibraryKind::Accounts)),
    (
        "oauth2_provider",
        library("django-oauth-toolkit", "OAuth 2 tokens and applications", LibraryKind::Accounts),
    ),
    ("oidc_provider", library("django-oidc-provider", "OpenID Connect", LibraryKind::Accounts)),
    ("mozilla_django_oidc", library("mozilla-django-oidc", "login by OpenID Connect", LibraryKind::Accounts)),
    ("social_django", library("social-auth-app-django", "social login", LibraryKind::Accounts)),
    ("djangosaml2", library("djangosaml2", "login by SAML", LibraryKind::Accounts)),
    ("django_saml2_auth", library("django-saml2-auth", "login by SAML", LibraryKind::Accounts)),
    ("dj_rest_auth", library("dj-rest-auth", "login and signup by API", LibraryKind::Accounts)),
    ("rest_auth", library("django-rest-auth", "login and signup by API", LibraryKind::Accounts)),
    ("djoser", library("djoser", "login and signup by API", LibraryKind::Accounts)),
    ("rest_framework_simplejwt", library("djangorestframework-simplejwt", "tokens", LibraryKind::Accounts)),
    ("knox", library("django-rest-knox", "tokens", LibraryKind::Accounts)),
    ("drf_social_oauth2", library("drf-social-oauth2", "tokens", LibraryKind::Accounts)),
    ("registration", library("django-registration", "signup", LibraryKind::Accounts)),
    ("django_registration", library("django-registration", "signup", LibraryKind::Accounts)),
    ("two_factor", library("django-two-factor-auth", "login in two steps", LibraryKind::Accounts)),
    ("defender", library("django-defender", "blocked logins", LibraryKind::Manage)),
    ("hijack", library("django-hijack", "acting as another user", LibraryKind::Manage)),
    ("impersonate", library("django-impersonate", "acting as another user", LibraryKind::Manage)),
    ("loginas", library("django-loginas", "acting as another user", LibraryKind::Manage)),
    ("su", library("django-su", "acting as another user", LibraryKind::Manage)),
    ("drf_spectacular", library("drf-spectacular", "the description of the API", LibraryKind::Schema)),
    ("drf_yasg", library("drf-yasg", "the description of the API", LibraryKind::Schema)),
    (
        "rest_framework_swagger",
        library("django-rest-swagger", "the description of the API", LibraryKind::Schema),
    ),
    ("graphene_django", library("graphene-django", "GraphQL", LibraryKind::Other)),
    ("health_check", library("django-health-check", "the state of the service", LibraryKind::Health)),
    ("watchman", library("django-watchman", "the state of the service", LibraryKind::Health)),
    ("django_prometheus", library("django-prometheus", "metrics", LibraryKind::Health)),
    ("wagtail.admin", library("Wagtail", "the editors' pages", LibraryKind::Admin)),
    ("wagtail.documents", library("Wagtail", "documents", LibraryKind::Other)),
    ("wagtail", library("Wagtail", "pages kept in the database", LibraryKind::Other)),
    ("cms", library("django CMS", "pages kept in the database", LibraryKind::Other)),
    ("machina", library("django-machina", "a forum", LibraryKind::Other)),
    ("oscar", library("django-oscar", "a shop", LibraryKind::Other)),
    ("ckeditor_uploader", library("django-ckeditor", "uploads of the editor", LibraryKind::Manage)),
    ("ckeditor", library("django-ckeditor", "uploads of the editor", LibraryKind::Manage)),
    ("django_ckeditor_5", library("django-ckeditor-5", "uploads of the editor", LibraryKind::Manage)),
    ("tinymce", library("django-tinymce", "the editor", LibraryKind::Other)),
    ("filebrowser", library("django-filebrowser", "files of the site", LibraryKind::Manage)),
    ("filer", library("django-filer", "files", LibraryKind::Other)),
    ("grappelli", library("django-grappelli", "the admin's looks", LibraryKind::Admin)),
    ("jet", library("django-jet", "the admin's looks", LibraryKind::Admin)),
    ("nested_admin", library("django-nested-admin", "the admin's looks", LibraryKind::Admin)),
    ("massadmin", library("django-mass-edit", "edits many objects", LibraryKind::Admin)),
    ("adminactions", library("django-adminactions", "actions of the admin", LibraryKind::Admin)),
    ("rosetta", library("django-rosetta", "translations", LibraryKind::Manage)),
    ("django_rq", library("django-rq", "queues", LibraryKind::Manage)),
    ("captcha", library("django-simple-captcha", "captchas", LibraryKind::Other)),
    ("select2", library("django-select2", "choices of a form field", LibraryKind::Other)),
    ("django_select2", library("django-select2", "choices of a form field", LibraryKind::Other)),
    (
        "autocomplete_light",
        library("django-autocomplete-light", "choices of a form field", LibraryKind::Other),
    ),
    ("ajax_select", library("django-ajax-selects", "choices of a form field", LibraryKind::Other)),
    ("django_comments", library("django-contrib-comments", "comments", LibraryKind::Other)),
    ("notifications", library("django-notifications-hq", "notifications", LibraryKind::Other)),
    ("channels", library("channels", "WebSockets", LibraryKind::Other)),
    ("pwa", library("django-pwa", "the manifest of the site", LibraryKind::Other)),
    ("robots", library("django-robots", "robots.txt", LibraryKind::Other)),
    ("anymail", library("django-anymail", "webhooks of mail services", LibraryKind::Other)),
    ("djstripe", library("dj-stripe", "webhooks of Stripe", LibraryKind::Other)),
    ("paypal", library("django-paypal", "webhooks of PayPal", LibraryKind::Other)),
    ("pinax", library("Pinax", "accounts", LibraryKind::Accounts)),
    ("account", library("django-user-accounts", "accounts", LibraryKind::Accounts)),
    ("invitations", library("django-invitations", "invitations", LibraryKind::Accounts)),
    ("maintenance_mode", library("django-maintenance-mode", "switches the site off", LibraryKind::Manage)),
    ("django_plotly_dash", library("django-plotly-dash", "dashboards", LibraryKind::Other)),
    ("oauth2client", library("oauth2client", "login by OAuth", LibraryKind::Accounts)),
];

const fn library(name: &'static str, what: &'static str, kind: LibraryKind) -> LibraryUrls {
    LibraryUrls { name, what, kind }
}

/// A package that is not in the list.
const UNKNOWN: LibraryUrls =
    library("", "URLs of a package that is not part of the project", LibraryKind::Unknown);

/// Django's admin.
pub(super) const ADMIN: LibraryUrls = library("django.contrib.admin", "Django's admin", LibraryKind::Admin);

impl LibraryUrls {
    /// The library whose module that is.
    pub fn of(module: &str) -> Option<Self> {
        KNOWN
            .iter()
            .filter(|(start, _)| {
                module.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|(start, _)| start.len())
            .map(|(_, library)| *library)
    }

    /// Fills in what is known of its routes as a whole.
    pub(super) fn describe(self, route: &mut Route) {
        route.methods = Methods::any();
        let entry = match self.kind {
            LibraryKind::Admin => Entry::Staff,
            LibraryKind::Accounts | LibraryKind::Schema | LibraryKind::Health | LibraryKind::Debug => {
                Entry::Public
            }
            LibraryKind::Manage | LibraryKind::Other | LibraryKind::Unknown => Entry::Unknown,
        };
        let because =
            if self.name.is_empty() { self.what.to_owned() } else { format!("{}: {}", self.name, self.what) };
        route.access = Access { entry, because: vec![(because, None)], public_read: false, stated: false };
        route.csrf.because = "the library decides".to_owned();
    }
}

/// Adds URLs that are known by a value alone.
pub(super) fn add(builder: &mut Builder<'_, '_>, around: Around, value: &Value) {
    let from = around.places.last().and_then(|place| builder.module_at(*place));
    let name = match value {
        Value::Name(name) => name.to_string(),
        Value::Call(call) => call.callee.to_string(),
        other => {
            let unresolved = Unresolved {
                pattern: around.pattern,
                reason: format!("`{other}` is no URL"),
                place: around.places.last().copied(),
            };
            return builder.table.unresolved.push(unresolved);
        }
    };
    let object = name.strip_suffix(".urls").unwrap_or(&name);
    if let Some(site) = admin::site_of(builder, object, from) {
        return admin::add(builder, around, &site);
    }
    if let Some(api) = ninja::api_of(builder, object, value, from) {
        return ninja::add(builder, around, api);
    }
    // A module of the project that is not there, or a function of it that makes URLs.
    let ours = builder.code().is_ours(&name);
    if (ours || matches!(value, Value::Call(_))) && LibraryUrls::of(&name).is_none() {
        let reason = match value {
            Value::Call(_) => format!("what `{}()` gives is not known", name.replace("()", "")),
            _ => format!("`{name}` is not among the files"),
        };
        let unresolved = Unresolved { pattern: around.pattern, reason, place: around.places.last().copied() };
        if !builder.table.unresolved.contains(&unresolved) {
            builder.table.unresolved.push(unresolved);
        }
        return;
    }
    let library = LibraryUrls::of(&name).unwrap_or(UNKNOWN);
    builder.library(around, View::outside(name), library, Origin::Library);
}

/// Whether a dotted name means an object of a class that the test accepts.
pub(super) fn is_instance(
    builder: &Builder<'_, '_>,
    object: &str,
    from: Option<ModuleId>,
    test: impl Fn(&str) -> bool,
) -> bool {
    let Some(from) = from else { return false };
    match builder.code().import_meaning(object, from, 24) {
        Meaning::Instance(class) | Meaning::Class(class) => builder.asked.classes.inherits(class, test),
        Meaning::External(name) => name.strip_suffix("()").is_some_and(test),
        _ => false,
    }
}
