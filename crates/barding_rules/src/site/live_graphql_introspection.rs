//! `live-graphql-introspection`: GraphQL tells its whole schema.

use super::{add, around, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-graphql-introspection"),
        title: "GraphQL tells its whole schema",
        severity: Severity::Medium,
        tip: Tip::Checkup,
        cwe: &[497],
        django_checks: &[],
        consequence: "Every type, field and mutation is there to read.",
        advice: "graphene: `validation_rules=(DisableIntrospection,)` and `graphiql=False`; strawberry: the extension `DisableIntrospection` and `graphql_ide=None`.",
        since: "0.1.0",
        page: include_str!("live_graphql_introspection.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::Graphql, found) {
        let body: String = exchange.body.chars().filter(|c| !c.is_whitespace()).collect();
        if exchange.media_type().contains("json") && body.contains("\"__schema\":{\"queryType\"") {
            add(
                found,
                exchange,
                Confidence::High,
                format!("{} answers questions about its schema", exchange.path()),
                around(&exchange.body, "__schema"),
            );
            return;
        }
        let ides = ["Strawberry GraphiQL", "Apollo Sandbox", "Pathfinder", "GraphiQL", "graphql-playground"];
        if let Some(mark) = ides.into_iter().find(|mark| {
            exchange.is_html() && exchange.is_success() && exchange.title().contains(mark)
                || exchange.is_html()
                    && exchange.body.contains("graphiql.min.js")
                    && exchange.body.contains(mark)
        }) {
            add(
                found,
                exchange,
                Confidence::High,
                format!("{} shows a console for GraphQL", exchange.path()),
                around(&exchange.body, mark),
            )
            .severity(Severity::Low);
        }
    }
}
