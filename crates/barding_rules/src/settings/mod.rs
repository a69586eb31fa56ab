//! Rules about settings fit for a live site: debugging, keys, hosts, templates, logging.

mod allowed_hosts_empty;
mod allowed_hosts_malformed;
mod allowed_hosts_wildcard;
mod async_unsafe_allowed;
mod cache_default_missing;
mod credential_hardcoded;
mod csrf_failure_view_broken;
mod csrf_trusted_origin_insecure;
mod csrf_trusted_origin_malformed;
mod csrf_trusted_origin_wildcard;
mod debug_enabled;
mod debug_tool_installed;
mod error_filter_replaced;
mod error_mails_hold_everything;
mod exceptions_propagate;
mod hashing_algorithm_weak;
mod internal_ips_open;
mod language_code_malformed;
mod logging_sql_queries;
mod secret_key_fallback_weak;
mod secret_key_hardcoded;
mod secret_key_weak;
mod security_log_disabled;
mod site_id_invalid;
mod system_checks_silenced;
mod template_autoescape_disabled;
mod template_debug_enabled;
mod template_folder_writable;
mod template_loaders_with_app_dirs;
mod template_string_if_invalid;
mod url_without_slash;

use crate::Rule;

pub(crate) use secret_key_hardcoded::reports as reports_secret_key;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &allowed_hosts_empty::RULE,
    &allowed_hosts_malformed::RULE,
    &allowed_hosts_wildcard::RULE,
    &async_unsafe_allowed::RULE,
    &cache_default_missing::RULE,
    &credential_hardcoded::RULE,
    &csrf_failure_view_broken::RULE,
    &csrf_trusted_origin_insecure::RULE,
    &csrf_trusted_origin_malformed::RULE,
    &csrf_trusted_origin_wildcard::RULE,
    &debug_enabled::RULE,
    &debug_tool_installed::RULE,
    &error_filter_replaced::RULE,
    &error_mails_hold_everything::RULE,
    &exceptions_propagate::RULE,
    &hashing_algorithm_weak::RULE,
    &internal_ips_open::RULE,
    &language_code_malformed::RULE,
    &logging_sql_queries::RULE,
    &secret_key_fallback_weak::RULE,
    &secret_key_hardcoded::RULE,
    &secret_key_weak::RULE,
    &security_log_disabled::RULE,
    &site_id_invalid::RULE,
    &system_checks_silenced::RULE,
    &template_autoescape_disabled::RULE,
    &template_debug_enabled::RULE,
    &template_folder_writable::RULE,
    &template_loaders_with_app_dirs::RULE,
    &template_string_if_invalid::RULE,
    &url_without_slash::RULE,
];
