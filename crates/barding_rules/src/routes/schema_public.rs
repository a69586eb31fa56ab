//! `schema-public`: the description of an API, or a console for it, is public.

use super::{is_there, live_routes};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::routes::{Entry, Route};
use barding_project::{Project, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("schema-public"),
        title: "The description of an API is public",
        severity: Severity::Info,
        tip: Tip::LiveSettings,
        cwe: &[200],
        django_checks: &[],
        consequence: "Everybody sees every endpoint and field, also those that need a login; a console makes trying them easy.",
        advice: "Let only staff see it unless the API is meant for the public; `graphiql=False` outside development.",
        since: "0.1.0",
        page: include_str!("schema_public.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        let Some(what) = shown(route) else { continue };
        if is_there(route) != Truth::Yes || !matches!(route.access.entry, Entry::Public) {
            continue;
        }
        let Some(place) = route.place() else { continue };
        let path = route.shown_pattern();
        found.at(place, Confidence::Medium, format!("{what} is public at `{path}`"));
    }
}

fn shown(route: &Route) -> Option<&'static str> {
    let last = route.view.name.rsplit('.').next().unwrap_or_default();
    let option =
        |name: &str| route.view.options.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    if route.view.name.starts_with("graphene_django.") && option("graphiql") == Some(&Value::Bool(true)) {
        return Some("GraphiQL, a console for the API,");
    }
    let strawberry = route.view.name.starts_with("strawberry.");
    let off = matches!(
        option("graphql_ide").or_else(|| option("graphiql")),
        Some(Value::None | Value::Bool(false))
    );
    if strawberry && last.ends_with("GraphQLView") && !off {
        return Some("GraphiQL, a console for the API,");
    }
    let described =
        route.library.is_some_and(|library| library.kind == barding_project::routes::LibraryKind::Schema)
            || matches!(
                last,
                "SpectacularAPIView"
                    | "SpectacularJSONAPIView"
                    | "SpectacularYAMLAPIView"
                    | "SpectacularSwaggerView"
                    | "SpectacularRedocView"
            );
    described.then_some("the description of the API")
}
