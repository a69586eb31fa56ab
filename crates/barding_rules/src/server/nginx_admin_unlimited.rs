//! `nginx-admin-unlimited`: nothing limits who may try passwords at the admin.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::routes::Origin;
use barding_project::servers::nginx::Directive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-admin-unlimited"),
        title: "Nothing limits who may try passwords at the admin",
        severity: Severity::Low,
        tip: Tip::AdminUrl,
        cwe: &[307],
        django_checks: &[],
        consequence: "Robots try passwords at the admin as fast as the server answers.",
        advice: "Let only known networks in (`allow 192.0.2.0/24; deny all;`), ask for a certificate, or slow the page down with `limit_req`.",
        since: "0.1.0",
        page: include_str!("nginx_admin_unlimited.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let admin = project.routes.all().find(|(table, route)| {
        !table.settings.is_empty()
            && route.origin == Origin::Admin
            && route.name.as_deref() == Some("index")
            && route.pattern_known
            && route.when.is_empty()
    });
    let Some((_, admin)) = admin else { return };
    if limits_itself(project) {
        return;
    }
    let address = admin.shown_pattern();
    let path = address.trim_matches('/');
    for file in nginx_files(project) {
        let mut limited = false;
        let mut pass = None;
        file.walk(&mut |directive, scope| {
            limited |= guards(directive, scope, path);
            if matches!(directive.name.as_str(), "proxy_pass" | "uwsgi_pass")
                && scope.iter().any(|level| level.name == "server")
            {
                pass.get_or_insert(directive.span);
            }
        });
        if let (Some(span), false) = (pass, limited || path.is_empty()) {
            let message = format!("requests to `{address}` are passed on as fast as they come");
            found.at(span, Confidence::Low, message);
        }
    }
}

/// Whether a directive limits requests: of a location of the admin, or of the whole server.
fn guards(directive: &Directive, scope: &[&Directive], path: &str) -> bool {
    const GUARDS: &[&str] =
        &["deny", "auth_basic", "auth_request", "ssl_verify_client", "limit_req", "satisfy"];
    let for_all = scope.iter().all(|level| level.name != "location");
    let for_admin = scope.iter().any(|level| level.arguments.iter().any(|word| word.contains(path)));
    directive.name == "include" && !directive.argument(0).contains("mime.types")
        || GUARDS.contains(&directive.name.as_str()) && (for_all || for_admin)
}

/// Whether the project limits logins by itself.
fn limits_itself(project: &Project) -> bool {
    const APPS: &[&str] =
        &["axes", "defender", "django_otp", "two_factor", "allauth.mfa", "brutebuster", "ratelimit"];
    project.settings.iter().any(|settings| {
        let apps = settings.get("INSTALLED_APPS").value().and_then(barding_project::Value::items);
        let apps = apps.unwrap_or_default().iter().filter_map(barding_project::Value::text);
        apps.into_iter()
            .any(|app| APPS.iter().any(|known| app == *known || app.starts_with(&format!("{known}."))))
    })
}
