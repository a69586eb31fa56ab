//! Rules about session and CSRF cookies: who may read them, where they are sent, how long they live.

mod cookie_domain_wide;
mod csrf_cookie_cross_site;
mod csrf_cookie_insecure;
mod session_cache_unreliable;
mod session_cookie_cross_site;
mod session_cookie_insecure;
mod session_cookie_script_readable;
mod session_files_exposed;
mod session_in_cookie;
mod session_lives_long;
mod session_serializer_pickle;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &cookie_domain_wide::RULE,
    &csrf_cookie_cross_site::RULE,
    &csrf_cookie_insecure::RULE,
    &session_cache_unreliable::RULE,
    &session_cookie_cross_site::RULE,
    &session_cookie_insecure::RULE,
    &session_cookie_script_readable::RULE,
    &session_files_exposed::RULE,
    &session_in_cookie::RULE,
    &session_lives_long::RULE,
    &session_serializer_pickle::RULE,
];
