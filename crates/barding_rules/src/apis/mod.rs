//! Rules about APIs for programs: Django REST framework, tokens, cross-origin requests, GraphQL.

mod api_open_by_default;
mod api_schema_public;
mod api_unthrottled;
mod cors_allows_all;
mod cors_origin_untrustworthy;
mod cors_pattern_loose;
mod cors_private_network;
mod graphql_debug;
mod token_cookie_unsafe;
mod token_lives_long;
mod token_not_revoked;
mod token_signing_weak;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &api_open_by_default::RULE,
    &api_schema_public::RULE,
    &api_unthrottled::RULE,
    &cors_allows_all::RULE,
    &cors_origin_untrustworthy::RULE,
    &cors_pattern_loose::RULE,
    &cors_private_network::RULE,
    &graphql_debug::RULE,
    &token_cookie_unsafe::RULE,
    &token_lives_long::RULE,
    &token_not_revoked::RULE,
    &token_signing_weak::RULE,
];
