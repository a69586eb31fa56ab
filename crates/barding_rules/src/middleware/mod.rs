//! Rules about the list of middleware: what is missing, what stands in the wrong order.

mod admin_incomplete;
mod common_middleware_missing;
mod csp_allows_injection;
mod csp_invalid;
mod csp_keyword_unquoted;
mod csp_leaves_pages_out;
mod csp_middleware_missing;
mod csp_nonce_not_printed;
mod csp_not_enforced;
mod csrf_middleware_missing;
mod frame_options_middleware_missing;
mod login_required_before_authentication;
mod middleware_order_wrong;
mod middleware_setting_ignored;
mod pages_compressed;
mod removed_middleware;
mod security_middleware_missing;
mod whole_site_cached;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &admin_incomplete::RULE,
    &common_middleware_missing::RULE,
    &csp_allows_injection::RULE,
    &csp_invalid::RULE,
    &csp_keyword_unquoted::RULE,
    &csp_leaves_pages_out::RULE,
    &csp_middleware_missing::RULE,
    &csp_nonce_not_printed::RULE,
    &csp_not_enforced::RULE,
    &csrf_middleware_missing::RULE,
    &frame_options_middleware_missing::RULE,
    &login_required_before_authentication::RULE,
    &middleware_order_wrong::RULE,
    &middleware_setting_ignored::RULE,
    &pages_compressed::RULE,
    &removed_middleware::RULE,
    &security_middleware_missing::RULE,
    &whole_site_cached::RULE,
];
