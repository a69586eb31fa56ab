//! `middleware-order-wrong`: middleware stands in the wrong order.

use crate::ask::{Answer, ask};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("middleware-order-wrong"),
        title: "Middleware stands in the wrong order",
        severity: Severity::Medium,
        tip: Tip::Middleware,
        cwe: &[696],
        django_checks: &[],
        consequence: "What one of them protects, the other has already let pass.",
        advice: "Sort `MIDDLEWARE` as the Django documentation orders it.",
        since: "0.1.0",
        page: include_str!("middleware_order_wrong.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let mut wrong: Vec<&Order> = Vec::new();
    for order in ORDERS {
        let holds = ask(settings, |on| {
            let needed = order.only_with.map_or(Truth::Yes, |name| on.is_truthy(name));
            needed.and(on.ask("MIDDLEWARE", Truth::No, |list| reversed(list, order)))
        });
        if holds == Answer::Sure || holds == Answer::OnRecent {
            wrong.push(order);
        }
    }
    let Some(worst) = wrong.iter().map(|order| order.severity).max() else { return };
    let pairs: Vec<String> = wrong
        .iter()
        .map(|order| format!("{} must come before {}", class(order.first), class(order.second)))
        .collect();
    let says = format!("lists middleware in the wrong order: {}", pairs.join("; "));
    if let Some(finding) = Answer::Sure.report(found, settings, "MIDDLEWARE", says, &[]) {
        let reasons: Vec<Evidence> = wrong
            .iter()
            .map(|order| {
                Evidence::note(
                    Role::Step,
                    format!("{} before {}: {}", class(order.first), class(order.second), order.why),
                )
            })
            .collect();
        finding.severity(worst).because(reasons);
    }
}

/// Two middlewares whose order matters.
struct Order {
    first: &'static str,
    second: &'static str,
    severity: Severity,
    /// A setting that must be on for the order to matter.
    only_with: Option<&'static str>,
    why: &'static str,
}

const fn order(first: &'static str, second: &'static str, severity: Severity, why: &'static str) -> Order {
    Order { first, second, severity, only_with: None, why }
}

const UPDATE_CACHE: &str = "django.middleware.cache.UpdateCacheMiddleware";
const FETCH_CACHE: &str = "django.middleware.cache.FetchFromCacheMiddleware";
const GZIP: &str = "django.middleware.gzip.GZipMiddleware";
const LOCALE: &str = "django.middleware.locale.LocaleMiddleware";
const WHITENOISE: &str = "whitenoise.middleware.WhiteNoiseMiddleware";
const CORS: &str = "corsheaders.middleware.CorsMiddleware";

const ORDERS: &[Order] = &[
    order(names::SESSION, names::AUTHENTICATION, Severity::High, "the user is read from the session"),
    order(names::SESSION, names::MESSAGES, Severity::Medium, "messages are kept in the session"),
    Order {
        only_with: Some("CSRF_USE_SESSIONS"),
        ..order(names::SESSION, names::CSRF, Severity::High, "the CSRF token is kept in the session")
    },
    order(
        names::AUTHENTICATION,
        "django.contrib.auth.middleware.RemoteUserMiddleware",
        Severity::High,
        "it refuses to run without request.user",
    ),
    order(
        names::AUTHENTICATION,
        "django.contrib.auth.middleware.PersistentRemoteUserMiddleware",
        Severity::High,
        "it refuses to run without request.user",
    ),
    order(
        names::AUTHENTICATION,
        "django_otp.middleware.OTPMiddleware",
        Severity::High,
        "it adds the second factor to request.user",
    ),
    order(
        UPDATE_CACHE,
        names::SESSION,
        Severity::Medium,
        "pages would be stored before they are marked as varying by cookie",
    ),
    order(
        UPDATE_CACHE,
        LOCALE,
        Severity::Low,
        "pages would be stored before they are marked as varying by language",
    ),
    order(
        UPDATE_CACHE,
        GZIP,
        Severity::Low,
        "pages would be stored before they are marked as varying by encoding",
    ),
    order(
        names::SESSION,
        FETCH_CACHE,
        Severity::Medium,
        "stored pages would be handed out before the session is known",
    ),
    order(
        names::AUTHENTICATION,
        FETCH_CACHE,
        Severity::Medium,
        "stored pages would be handed out before the user is known",
    ),
    order(
        names::LOGIN_REQUIRED,
        FETCH_CACHE,
        Severity::Medium,
        "stored pages would be handed out without a login",
    ),
    order(
        names::SECURITY,
        names::SESSION,
        Severity::Low,
        "answers given before it is reached carry no security headers",
    ),
    order(
        names::SECURITY,
        names::COMMON,
        Severity::Low,
        "answers given before it is reached carry no security headers",
    ),
    order(
        names::SECURITY,
        WHITENOISE,
        Severity::Low,
        "static files would be served without its headers and its redirect",
    ),
    order(CORS, names::COMMON, Severity::Low, "redirects would lack the CORS headers"),
    order(CORS, WHITENOISE, Severity::Low, "static files would lack the CORS headers"),
    order(
        names::AUTHENTICATION,
        "axes.middleware.AxesMiddleware",
        Severity::Low,
        "it answers for logins that were refused",
    ),
];

fn reversed(list: &Value, order: &Order) -> Truth {
    let Some(items) = list.items() else { return Truth::Maybe };
    let place = |path: &str| items.iter().position(|item| item.text() == Some(path));
    match (place(order.first), place(order.second)) {
        (Some(first), Some(second)) => Truth::from(first > second),
        _ => Truth::No,
    }
}

fn class(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
