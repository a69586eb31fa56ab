//! Rules about the way between browser and site: HTTPS, HSTS, proxies, and the headers of SecurityMiddleware.

mod content_type_sniffing;
mod forwarded_host_trusted;
mod frame_options_weak;
mod hsts_missing;
mod hsts_not_a_number;
mod hsts_preload_missing;
mod hsts_subdomains_missing;
mod hsts_too_short;
mod opener_policy_disabled;
mod opener_policy_invalid;
mod proxy_ssl_header_malformed;
mod proxy_ssl_header_trusted;
mod referrer_policy_invalid;
mod referrer_policy_leaky;
mod referrer_policy_missing;
mod ssl_redirect_exempts_everything;
mod ssl_redirect_missing;
mod xss_filter_missing;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &content_type_sniffing::RULE,
    &forwarded_host_trusted::RULE,
    &frame_options_weak::RULE,
    &hsts_missing::RULE,
    &hsts_not_a_number::RULE,
    &hsts_preload_missing::RULE,
    &hsts_subdomains_missing::RULE,
    &hsts_too_short::RULE,
    &opener_policy_disabled::RULE,
    &opener_policy_invalid::RULE,
    &proxy_ssl_header_malformed::RULE,
    &proxy_ssl_header_trusted::RULE,
    &referrer_policy_invalid::RULE,
    &referrer_policy_leaky::RULE,
    &referrer_policy_missing::RULE,
    &ssl_redirect_exempts_everything::RULE,
    &ssl_redirect_missing::RULE,
    &xss_filter_missing::RULE,
];
