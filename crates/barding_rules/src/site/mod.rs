//! Rules about a running site, as it answers from the outside.
//!
//! What comes in: a [`Site`], requests and answers as they were seen. What goes out: findings with the request, the decisive
//! part of the answer and a `curl` line that shows it again. What could not be seen is said to be so: "could not tell" is
//! neither a pass nor a failure. The grade is computed here too, for the report to show.

mod csp;
mod drift_cookie_rewritten;
mod drift_debug_on;
mod drift_django_version;
mod drift_header_lost;
mod drift_protected_route_served;
mod drift_redirect_twice;
mod grade;
mod hsts;
mod known_routes;
mod live_admin_at_default_path;
mod live_admin_catalogue_open;
mod live_admin_docs_open;
mod live_api_readable;
mod live_api_schema_open;
mod live_backup_exposed;
mod live_browsable_api_open;
mod live_browser_reload_open;
mod live_cache_deceived;
mod live_certificate_refused;
mod live_charset_missing;
mod live_comment_leaks;
mod live_cookie_domain_wide;
mod live_cookie_from_cache;
mod live_cookie_insecure;
mod live_cookie_over_http;
mod live_cookie_prefix_broken;
mod live_cors_reflects_origin;
mod live_cors_trusts_lookalike;
mod live_cors_without_vary;
mod live_csp_broad_source;
mod live_csp_bypass_host;
mod live_csp_http_source;
mod live_csp_incomplete;
mod live_csp_malformed;
mod live_csp_missing;
mod live_csp_nonce_weak;
mod live_csp_unsafe_eval;
mod live_csp_unsafe_inline;
mod live_csrf_cookie_cross_site;
mod live_csrf_cookie_insecure;
mod live_database_exposed;
mod live_debug_page;
mod live_debug_toolbar;
mod live_default_error_page;
mod live_development_server;
mod live_directory_listed;
mod live_django_headers_missing;
mod live_django_outdated;
mod live_django_version_visible;
mod live_env_file_exposed;
mod live_flower_open;
mod live_foreign_origin_accepted;
mod live_form_posts_to_http;
mod live_form_without_token;
mod live_forwarded_host_trusted;
mod live_forwarded_proto_trusted;
mod live_frameable;
mod live_git_exposed;
mod live_graphql_introspection;
mod live_health_verbose;
mod live_host_not_validated;
mod live_host_port_reflected;
mod live_hsts_missing;
mod live_hsts_over_http;
mod live_hsts_preload_not_ready;
mod live_hsts_sent_twice;
mod live_hsts_short;
mod live_hsts_without_subdomains;
mod live_http2_missing;
mod live_http_not_redirected;
mod live_http_path_not_redirected;
mod live_http_redirect_changes_host;
mod live_https_downgraded;
mod live_https_missing;
mod live_internal_address_visible;
mod live_isolation_header_invalid;
mod live_legacy_header;
mod live_login_form_unsafe;
mod live_login_not_limited;
mod live_login_over_http;
mod live_media_active;
mod live_metrics_open;
mod live_mixed_active;
mod live_mixed_passive;
mod live_nosniff_missing;
mod live_open_redirect;
mod live_opener_allowed;
mod live_opener_policy_missing;
mod live_other_admin_open;
mod live_permissions_policy_missing;
mod live_post_without_token;
mod live_powered_by_visible;
mod live_private_page_cacheable;
mod live_redirect_loop;
mod live_referrer_leaks;
mod live_reflected_markup;
mod live_robots_reveals;
mod live_script_without_integrity;
mod live_secret_in_page;
mod live_security_txt_missing;
mod live_sentry_secret;
mod live_served_by_address;
mod live_server_status_open;
mod live_server_version_visible;
mod live_session_cookie_cross_site;
mod live_session_cookie_insecure;
mod live_session_cookie_script_readable;
mod live_session_in_cookie;
mod live_silk_open;
mod live_source_exposed;
mod live_source_map_exposed;
mod live_sql_delay;
mod live_sql_error;
mod live_token_sent_elsewhere;
mod live_tool_open;
mod live_trace_enabled;
mod live_unkeyed_header_obeyed;
mod live_unknown_method_accepted;
mod live_user_switch_open;
mod live_usernames_told;
mod live_vulnerable_script;
mod live_werkzeug_console;
mod live_write_methods_advertised;
mod mixed;
mod promised;
mod version;

pub use grade::{Grade, grade};
pub use known_routes::{KnownRoute, known_routes};
pub use version::{Seen, versions};

use crate::{Findings, Rule};
use barding_finding::{Confidence, Evidence, Finding, Place, Role};
use barding_live::site::{Cookie, Exchange, Level, Purpose, Site};

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &drift_cookie_rewritten::RULE,
    &drift_debug_on::RULE,
    &drift_django_version::RULE,
    &drift_header_lost::RULE,
    &drift_protected_route_served::RULE,
    &drift_redirect_twice::RULE,
    &live_admin_at_default_path::RULE,
    &live_admin_catalogue_open::RULE,
    &live_admin_docs_open::RULE,
    &live_api_readable::RULE,
    &live_api_schema_open::RULE,
    &live_backup_exposed::RULE,
    &live_browsable_api_open::RULE,
    &live_browser_reload_open::RULE,
    &live_cache_deceived::RULE,
    &live_certificate_refused::RULE,
    &live_charset_missing::RULE,
    &live_comment_leaks::RULE,
    &live_cookie_domain_wide::RULE,
    &live_cookie_from_cache::RULE,
    &live_cookie_insecure::RULE,
    &live_cookie_over_http::RULE,
    &live_cookie_prefix_broken::RULE,
    &live_cors_reflects_origin::RULE,
    &live_cors_trusts_lookalike::RULE,
    &live_cors_without_vary::RULE,
    &live_csp_broad_source::RULE,
    &live_csp_bypass_host::RULE,
    &live_csp_http_source::RULE,
    &live_csp_incomplete::RULE,
    &live_csp_malformed::RULE,
    &live_csp_missing::RULE,
    &live_csp_nonce_weak::RULE,
    &live_csp_unsafe_eval::RULE,
    &live_csp_unsafe_inline::RULE,
    &live_csrf_cookie_cross_site::RULE,
    &live_csrf_cookie_insecure::RULE,
    &live_database_exposed::RULE,
    &live_debug_page::RULE,
    &live_debug_toolbar::RULE,
    &live_default_error_page::RULE,
    &live_development_server::RULE,
    &live_directory_listed::RULE,
    &live_django_headers_missing::RULE,
    &live_django_outdated::RULE,
    &live_django_version_visible::RULE,
    &live_env_file_exposed::RULE,
    &live_flower_open::RULE,
    &live_foreign_origin_accepted::RULE,
    &live_form_posts_to_http::RULE,
    &live_form_without_token::RULE,
    &live_forwarded_host_trusted::RULE,
    &live_forwarded_proto_trusted::RULE,
    &live_frameable::RULE,
    &live_git_exposed::RULE,
    &live_graphql_introspection::RULE,
    &live_health_verbose::RULE,
    &live_host_not_validated::RULE,
    &live_host_port_reflected::RULE,
    &live_hsts_missing::RULE,
    &live_hsts_over_http::RULE,
    &live_hsts_preload_not_ready::RULE,
    &live_hsts_sent_twice::RULE,
    &live_hsts_short::RULE,
    &live_hsts_without_subdomains::RULE,
    &live_http2_missing::RULE,
    &live_http_not_redirected::RULE,
    &live_http_path_not_redirected::RULE,
    &live_http_redirect_changes_host::RULE,
    &live_https_downgraded::RULE,
    &live_https_missing::RULE,
    &live_internal_address_visible::RULE,
    &live_isolation_header_invalid::RULE,
    &live_legacy_header::RULE,
    &live_login_form_unsafe::RULE,
    &live_login_not_limited::RULE,
    &live_login_over_http::RULE,
    &live_media_active::RULE,
    &live_metrics_open::RULE,
    &live_mixed_active::RULE,
    &live_mixed_passive::RULE,
    &live_nosniff_missing::RULE,
    &live_open_redirect::RULE,
    &live_opener_allowed::RULE,
    &live_opener_policy_missing::RULE,
    &live_other_admin_open::RULE,
    &live_permissions_policy_missing::RULE,
    &live_post_without_token::RULE,
    &live_powered_by_visible::RULE,
    &live_private_page_cacheable::RULE,
    &live_redirect_loop::RULE,
    &live_referrer_leaks::RULE,
    &live_reflected_markup::RULE,
    &live_robots_reveals::RULE,
    &live_script_without_integrity::RULE,
    &live_secret_in_page::RULE,
    &live_security_txt_missing::RULE,
    &live_sentry_secret::RULE,
    &live_served_by_address::RULE,
    &live_server_status_open::RULE,
    &live_server_version_visible::RULE,
    &live_session_cookie_cross_site::RULE,
    &live_session_cookie_insecure::RULE,
    &live_session_cookie_script_readable::RULE,
    &live_session_in_cookie::RULE,
    &live_silk_open::RULE,
    &live_source_exposed::RULE,
    &live_source_map_exposed::RULE,
    &live_sql_delay::RULE,
    &live_sql_error::RULE,
    &live_token_sent_elsewhere::RULE,
    &live_tool_open::RULE,
    &live_trace_enabled::RULE,
    &live_unkeyed_header_obeyed::RULE,
    &live_unknown_method_accepted::RULE,
    &live_user_switch_open::RULE,
    &live_usernames_told::RULE,
    &live_vulnerable_script::RULE,
    &live_werkzeug_console::RULE,
    &live_write_methods_advertised::RULE,
];

/// Whether a rule is about a running site.
pub fn is_live(id: &str) -> bool {
    RULES.iter().any(|rule| rule.info.id.0 == id)
}

/// How far a look has to go before a rule can be asked; its page says so in a line of its own.
pub fn level(rule: &Rule) -> Level {
    let of = |word: &str| rule.info.page.lines().any(|line| line == format!("Level: {word}."));
    if of("active") {
        Level::Active
    } else if of("probe") {
        Level::Probe
    } else {
        Level::Passive
    }
}

/// Adds a finding about an answer, with the request, what decides, and the line that shows it again.
fn add<'f>(
    found: &'f mut Findings<'_>,
    exchange: &Exchange,
    confidence: Confidence,
    message: impl Into<String>,
    decisive: impl AsRef<str>,
) -> &'f mut Finding {
    let finding = found.add(place(exchange), confidence, message);
    finding.because(seen(exchange, decisive.as_ref()));
    finding
}

/// Where a finding is: the address without what was random in it.
fn place(exchange: &Exchange) -> Place {
    let url = exchange.url();
    let has_marker = !exchange.marker.is_empty() && exchange.url.contains(&exchange.marker);
    let is_random = matches!(exchange.purpose, Purpose::UnknownPath | Purpose::Deception | Purpose::HttpPath);
    Place::Url(match () {
        () if is_random => url.at("/").to_string(),
        () if has_marker || url.target.contains("barding") => url.at(url.path()).to_string(),
        () => exchange.url.clone(),
    })
}

/// The request and what decides in the answer, and the command that shows it again.
fn seen(exchange: &Exchange, decisive: &str) -> Vec<Evidence> {
    let answer = if exchange.is_answered() {
        format!("{} {} was answered with {}", exchange.method(), exchange.url, exchange.status)
    } else {
        format!("{} {} was not answered: {}", exchange.method(), exchange.url, exchange.failure)
    };
    let sent: Vec<String> =
        exchange.sent.iter().map(|(name, value)| format!("`{name}: {}`", hidden(name, value))).collect();
    let with = if sent.is_empty() { String::new() } else { format!(", with {}", sent.join(", ")) };
    let decisive = if decisive.is_empty() { String::new() } else { format!("; {decisive}") };
    vec![
        Evidence::new(Role::Observed, place(exchange), format!("{answer}{with}{decisive}")),
        Evidence::note(Role::Step, format!("to see it again: `{}`", curl(exchange))),
    ]
}

/// Cookies that were sent stay with us.
fn hidden<'v>(name: &str, value: &'v str) -> &'v str {
    if name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("authorization") {
        "…"
    } else {
        value
    }
}

/// The command that sends the same request.
fn curl(exchange: &Exchange) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut line = "curl -sSi".to_owned();
    if exchange.certificate_problem.is_some() {
        line.push_str(" -k");
    }
    if exchange.method() != "GET" {
        line.push_str(&format!(" -X {}", exchange.method()));
    }
    if exchange.purpose == Purpose::Exposure {
        line.push_str(" --path-as-is");
    }
    for (name, value) in &exchange.sent {
        line.push_str(&format!(" -H {}", quoted(&format!("{name}: {}", hidden(name, value)))));
    }
    if exchange.method() == "POST" {
        line.push_str(&format!(" --data {}", quoted(&cut(&exchange.sent_body, 200))));
    }
    format!("{line} {}", quoted(&exchange.url))
}

/// A header as it was sent, or that there is none.
fn header(exchange: &Exchange, name: &str) -> String {
    let values: Vec<&str> = exchange.header_values(name).take(3).collect();
    if values.is_empty() {
        return format!("there is no `{name}`");
    }
    values.iter().map(|value| format!("`{name}: {}`", cut(value, 200))).collect::<Vec<_>>().join(" and ")
}

/// A cookie as it was set, without its value.
fn cookie_line(cookie: &Cookie) -> String {
    let mut line = format!("Set-Cookie: {}=…", cut(&cookie.name, 60));
    if let Some(domain) = &cookie.domain {
        line.push_str(&format!("; Domain={}", cut(domain, 80)));
    }
    if let Some(path) = &cookie.path {
        line.push_str(&format!("; Path={}", cut(path, 40)));
    }
    if cookie.is_http_only {
        line.push_str("; HttpOnly");
    }
    if cookie.is_secure {
        line.push_str("; Secure");
    }
    if let Some(same_site) = &cookie.same_site {
        line.push_str(&format!("; SameSite={}", cut(same_site, 20)));
    }
    format!("`{line}`")
}

/// The first letters of a text.
fn cut(text: &str, most: usize) -> String {
    let text = text.replace('`', "'");
    if text.chars().count() <= most { text } else { text.chars().take(most).chain(['…']).collect() }
}

/// The part of a body around a mark, on one line.
fn around(body: &str, mark: &str) -> String {
    let Some(at) = body.find(mark) else { return String::new() };
    let start = (0..=at.saturating_sub(40)).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
    let words: Vec<&str> = body[start..].split_whitespace().collect();
    format!("the body has `{}`", cut(&words.join(" "), 140))
}

/// The front page; without one the rule says why it could not tell.
fn front<'s>(site: &'s Site, found: &mut Findings<'_>) -> Option<&'s Exchange> {
    let front = site.front();
    if front.is_none() {
        found.cannot_tell(site.why_no_front());
    }
    front
}

/// The answers that were asked for with one purpose. When none came although the level asks for them, the rule could not tell.
fn asked<'s>(site: &'s Site, purpose: Purpose, found: &mut Findings<'_>) -> Vec<&'s Exchange> {
    let answered: Vec<&Exchange> = site.answered(purpose).collect();
    if answered.is_empty() {
        match site.with(purpose).next() {
            Some(exchange) => match exchange.wall() {
                Some(wall) => found.cannot_tell(format!("{wall} answered in place of the site")),
                None => found.cannot_tell(format!("{} gave no answer: {}", exchange.url, exchange.failure)),
            },
            None => {
                if let Some(why) = &site.ended_early {
                    found.cannot_tell(why.clone());
                }
            }
        }
    }
    answered
}

/// Answers for places where something must not be, that show something of their own, each with what in the content tells
/// it. With `endings` only paths that end so are looked at.
fn exposed<'s, Mark>(
    site: &'s Site,
    found: &mut Findings<'_>,
    purpose: Purpose,
    endings: &[&str],
    holds: impl Fn(&Exchange) -> Option<Mark>,
) -> Vec<(&'s Exchange, Mark)> {
    let answers = asked(site, purpose, found).into_iter().filter(|exchange| {
        exchange.is_success()
            && (endings.is_empty() || ends_with(exchange, endings))
            && !site.is_like_missing(exchange)
    });
    answers.filter_map(|exchange| Some((exchange, holds(exchange)?))).collect()
}

/// The first answer in which our marker came back, and where.
fn reflected<'s>(
    site: &'s Site,
    purpose: Purpose,
    found: &mut Findings<'_>,
) -> Option<(&'s Exchange, String)> {
    asked(site, purpose, found).into_iter().find_map(|exchange| Some((exchange, came_back(exchange)?)))
}

/// Where in an answer our marker came back.
fn came_back(exchange: &Exchange) -> Option<String> {
    let marker = &exchange.marker;
    let in_location = exchange.header("location").is_some_and(|value| value.contains(marker));
    let in_body = exchange.is_success() && exchange.body.contains(marker);
    match (in_location, in_body) {
        _ if marker.is_empty() => None,
        (true, _) => Some(header(exchange, "Location")),
        (false, true) => Some(around(&exchange.body, marker)),
        (false, false) => None,
    }
}

/// Whether the last part of a path has one of these endings.
fn ends_with(exchange: &Exchange, endings: &[&str]) -> bool {
    let path = exchange.path().to_ascii_lowercase();
    endings.iter().any(|ending| path.ends_with(ending))
}

/// Whether the body is a plain text of its own, no page.
fn is_text_file(exchange: &Exchange) -> bool {
    !exchange.looks_like_html() && exchange.media_type() != "text/html" || !exchange.body.contains('<')
}

/// Cookies that hold a session, each with the answer that set it; when none was seen there is nothing to judge.
fn session_cookies<'s>(site: &'s Site, found: &mut Findings<'_>) -> Vec<(Cookie, &'s Exchange)> {
    let cookies: Vec<_> = site.cookies().into_iter().filter(|(cookie, _)| cookie.is_session()).collect();
    if cookies.is_empty() {
        found.nothing_to_judge(
            "no session cookie was set: Django sets one at the login, and nobody logged in",
        );
    }
    cookies
}

/// Cookies that hold the token against forged requests.
fn csrf_cookies<'s>(site: &'s Site, found: &mut Findings<'_>) -> Vec<(Cookie, &'s Exchange)> {
    let cookies: Vec<_> = site.cookies().into_iter().filter(|(cookie, _)| cookie.is_csrf()).collect();
    if cookies.is_empty() {
        found.nothing_to_judge("no CSRF cookie was set on the pages that were seen");
    }
    cookies
}

/// Pages of the site; without any the rule says why it could not tell.
fn pages<'s>(site: &'s Site, found: &mut Findings<'_>) -> Vec<&'s Exchange> {
    let pages = site.pages();
    if pages.is_empty() {
        found.nothing_to_judge("the site showed no page of HTML");
    }
    pages
}
