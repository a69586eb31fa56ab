//! `csrf-trusted-origin-wildcard`: foreign sites are trusted origins for CSRF.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-trusted-origin-wildcard"),
        title: "Foreign sites are trusted origins for CSRF",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[352, 346],
        django_checks: &[],
        consequence: "Any site under the wildcard passes the origin test; on a hosting domain that is anybody.",
        advice: "Name the exact origins: `https://shop.example`.",
        since: "0.1.0",
        page: include_str!("csrf_trusted_origin_wildcard.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("CSRF_TRUSTED_ORIGINS", Truth::No, |value| any_item(value, |item| text_is(item, too_wide)))
    });
    answer.report(
        found,
        settings,
        "CSRF_TRUSTED_ORIGINS",
        "trusts origins of strangers in CSRF_TRUSTED_ORIGINS",
        &[],
    );
}

/// Domains under which anybody can have a name.
const SHARED: &[&str] = &[
    "herokuapp.com",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "ngrok-free.dev",
    "vercel.app",
    "netlify.app",
    "github.io",
    "gitpod.io",
    "repl.co",
    "replit.dev",
    "replit.app",
    "onrender.com",
    "railway.app",
    "fly.dev",
    "pythonanywhere.com",
    "azurewebsites.net",
    "cloudfront.net",
    "amazonaws.com",
    "elasticbeanstalk.com",
    "appspot.com",
    "run.app",
    "web.app",
    "firebaseapp.com",
    "pages.dev",
    "workers.dev",
    "loca.lt",
    "trycloudflare.com",
    "app.github.dev",
    "github.dev",
    "preview.app.github.dev",
    "csb.app",
    "ondigitalocean.app",
    "up.railway.app",
];

fn too_wide(origin: &str) -> bool {
    let host = origin.rsplit("://").next().unwrap_or(origin);
    let host = host.split([':', '/']).next().unwrap_or(host);
    let Some(domain) = host.strip_prefix("*.").or_else(|| host.strip_prefix('.')) else {
        return host == "*";
    };
    // `*.com`, `*.co.uk`
    let country = matches!(domain.split('.').collect::<Vec<_>>()[..], ["co" | "com" | "org" | "net" | "ac" | "gov", code] if code.len() == 2);
    !domain.contains('.') && domain != "localhost" || country || SHARED.contains(&domain)
}
