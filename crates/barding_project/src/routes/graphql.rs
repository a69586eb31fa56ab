//! GraphQL views: one address behind which every field has to ask for itself.

use super::Route;
use super::ask::Asked;
use super::view::Target;

/// Whether a view answers GraphQL.
pub(super) fn is_graphql(asked: &Asked<'_>, route: &Route) -> bool {
    let speaks = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        last.ends_with("GraphQLView")
            || (name.starts_with("graphene") || name.starts_with("strawberry") || name.starts_with("ariadne"))
                && last.ends_with("View")
    };
    match route.view.target {
        Target::Class(class) => asked.classes.inherits(class, speaks),
        Target::Outside => speaks(&route.view.name),
        _ => false,
    }
}

/// Fills in what a GraphQL view reads.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    if !is_graphql(asked, route) {
        return;
    }
    route.inputs.push("GraphQL query".to_owned());
    let uploads = route.view.name.contains("Upload")
        || route.view.options.iter().any(|(name, value)| {
            name == "multipart_uploads_enabled" && *value == crate::value::Value::Bool(true)
        });
    if uploads {
        route.uploads.push("GraphQL upload".to_owned());
    }
}
