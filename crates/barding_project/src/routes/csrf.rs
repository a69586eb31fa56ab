//! Whether a route asks for a CSRF token.

use super::ask::Asked;
use super::classes::Ancestor;
use super::view::Target;
use super::{Origin, Route};
use crate::value::Truth;
use barding_source::Span;

/// Whether a CSRF token is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csrf {
    /// `Yes` when every unsafe request needs one.
    pub protected: Truth,
    /// How we know.
    pub because: String,
    /// Where it is decided, when in the project's code.
    pub place: Option<Span>,
    /// Whether the project itself took the protection away from this view.
    pub exempted: bool,
}

const MIDDLEWARE: &str = "django.middleware.csrf.CsrfViewMiddleware";

/// Fills in the protection of a route.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    if route.origin == Origin::Socket {
        return;
    }
    let said = |protected, because: &str, place| Csrf {
        protected,
        because: because.to_owned(),
        place,
        exempted: false,
    };
    let exempt = |because: String, place| Csrf { protected: Truth::No, because, place, exempted: true };
    let mut asks = None;
    for wrapper in &route.wrappers {
        match wrapper.name.rsplit('.').next().unwrap_or_default() {
            "csrf_exempt" => {
                route.csrf = exempt("`csrf_exempt` in the URLconf".to_owned(), Some(wrapper.place));
                return;
            }
            "csrf_protect" => asks = Some(said(Truth::Yes, "`csrf_protect`", Some(wrapper.place))),
            _ => {}
        }
    }
    for decorator in asked.decorators_of(route) {
        match decorator.last() {
            "csrf_exempt" if decorator.method.as_ref().is_none_or(|method| method == "dispatch") => {
                route.csrf = exempt("`csrf_exempt`".to_owned(), Some(decorator.place));
                return;
            }
            "csrf_protect" | "csrf_protect_m" => {
                asks = Some(said(Truth::Yes, "`csrf_protect`", Some(decorator.place)));
            }
            _ => {}
        }
    }
    if let Some(asks) = asks {
        route.csrf = asks;
        return;
    }
    if let Target::Class(class) = route.view.target {
        for ancestor in asked.classes.order(class).iter() {
            let name = match ancestor {
                Ancestor::Outside(name) => name.to_string(),
                Ancestor::Ours(at) => asked.code.text(asked.code.class(*at).name).to_owned(),
                Ancestor::Unknown => continue,
            };
            if name.rsplit('.').next().is_some_and(|last| last.to_lowercase().contains("csrfexempt")) {
                route.csrf = exempt(format!("it inherits from `{name}`"), route.view.place);
                return;
            }
        }
    }
    if let Some(csrf) = super::api::csrf(asked, route) {
        route.csrf = csrf;
        return;
    }
    // Django 1.x read the other name where this one was not set.
    let own = asked.settings.is_some_and(|settings| settings.values.contains_key("MIDDLEWARE"));
    let setting = if own { "MIDDLEWARE" } else { "MIDDLEWARE_CLASSES" };
    let held = match asked.holds(setting, MIDDLEWARE) {
        // Neither is set.
        Truth::Maybe if !own => asked.holds("MIDDLEWARE", MIDDLEWARE),
        held => held,
    };
    route.csrf = match held {
        _ if asked.settings.is_none() => said(Truth::Maybe, "no settings module is known", None),
        Truth::Yes => said(Truth::Yes, "the middleware", None),
        Truth::No => said(Truth::No, "`CsrfViewMiddleware` is not among the middleware", None),
        Truth::Maybe => said(Truth::Maybe, "the middleware is not known", None),
    };
}
