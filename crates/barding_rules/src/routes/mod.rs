//! Rules about routes: what the attack surface itself tells.

mod admin_at_default_url;
mod admin_view_unguarded;
mod debug_urls_in_production;
mod error_handler_broken;
mod files_served_by_django;
mod login_csrf_exempt;
mod public_change;
mod route_never_matches;
mod schema_public;
mod socket_origin_unchecked;

use crate::Rule;
use barding_project::Project;
use barding_project::Truth;
use barding_project::routes::{Route, RouteTable};
use barding_source::Span;
use std::collections::BTreeSet;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &admin_at_default_url::RULE,
    &admin_view_unguarded::RULE,
    &debug_urls_in_production::RULE,
    &error_handler_broken::RULE,
    &files_served_by_django::RULE,
    &login_csrf_exempt::RULE,
    &public_change::RULE,
    &route_never_matches::RULE,
    &schema_public::RULE,
    &socket_origin_unchecked::RULE,
];

/// The routes that the live site has, or may have, each once: several settings modules share most of them.
fn live_routes(project: &Project) -> Vec<(&RouteTable, &Route)> {
    let mut seen: BTreeSet<(Option<Span>, &str)> = BTreeSet::new();
    project
        .routes
        .all()
        .filter(|(table, _)| !table.settings.is_empty() && table.in_production != Some(Truth::No))
        .filter(|(_, route)| seen.insert((route.place(), route.pattern.as_str())))
        .collect()
}

/// Whether a route is there when no environment variable is set, as far as that is known.
fn is_there(route: &Route) -> Truth {
    route.when.iter().map(|when| when.when_unset).fold(Truth::Yes, Truth::and)
}

/// Whether names say that strangers have to get in here: logging in, signing up, a webhook.
fn is_entrance(route: &Route) -> bool {
    const WORDS: &[&str] = &[
        "login",
        "logout",
        "signup",
        "sign_up",
        "sign-up",
        "signin",
        "sign_in",
        "register",
        "registration",
        "password",
        "token",
        "auth",
        "webhook",
        "hook",
        "callback",
        "contact",
        "verify",
        "verif",
        "confirm",
        "activat",
        "health",
        "subscribe",
        "captcha",
        "invit",
        "oauth",
        "oidc",
        "saml",
        "session",
        "search",
        "language",
        "cookie",
        "feedback",
        "newsletter",
        "payment",
        "checkout",
        "cart",
        "basket",
        "public",
        "rpc",
        "ping",
        "xmlrpc",
        "notify",
        "ipn",
        "beacon",
        "csp",
        "report",
        "metrics",
        "setup",
        "install",
        "anonymous",
        "guest",
        "unsubscribe",
        "survey",
        "vote",
        "comment",
        "donat",
        "preview",
        "theme",
        "timezone",
        "share",
    ];
    let texts =
        [route.pattern.to_lowercase(), route.view.name.to_lowercase(), route.full_name().unwrap_or_default()];
    texts.iter().any(|text| WORDS.iter().any(|word| text.contains(word)))
}
