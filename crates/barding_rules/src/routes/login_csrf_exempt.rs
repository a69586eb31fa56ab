//! `login-csrf-exempt`: a login asks for no CSRF token.

use super::live_routes;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Meaning;
use barding_project::routes::Target;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-csrf-exempt"),
        title: "A login asks for no CSRF token",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "Another site can log a visitor in to an account of its own, and read later what the visitor enters there.",
        advice: "Leave the token check on: Django's own login form and view bring the token.",
        since: "0.1.0",
        page: include_str!("login_csrf_exempt.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        if !route.csrf.exempted || !logs_in(project, route) {
            continue;
        }
        let Some(place) = route.csrf.place.or(route.place()) else { continue };
        let path = route.shown_pattern();
        let finding = found.at(
            place,
            Confidence::Medium,
            format!("the login at `{path}` is exempt from the CSRF check"),
        );
        if let Some(at) = route.place() {
            finding.because([Evidence::at(Role::Defined, at, "the route")]);
        }
    }
}

/// Whether a view logs visitors in with a session: it inherits from Django's, or calls `login`.
fn logs_in(project: &Project, route: &barding_project::routes::Route) -> bool {
    match route.view.target {
        Target::Outside => route.view.name == "django.contrib.auth.views.LoginView",
        Target::Class(class) => {
            project
                .code
                .class_facts(class)
                .is_some_and(|facts| facts.inherits("django.contrib.auth.views.LoginView"))
                || project.code.module(class.module).calls.iter().any(|call| {
                    let home = project.code.module(class.module).function(call.function);
                    home.class == Some(class.class) && is_login(call.meaning.as_ref())
                })
        }
        Target::Function(function) => project
            .code
            .module(function.module)
            .calls
            .iter()
            .any(|call| call.function == function.function && is_login(call.meaning.as_ref())),
        Target::Unknown => false,
    }
}

fn is_login(meaning: Option<&Meaning>) -> bool {
    matches!(meaning, Some(Meaning::External(name)) if matches!(&**name, "django.contrib.auth.login" | "django.contrib.auth.alogin"))
}
