//! Rules about Python code that look at one call, one statement or one definition at a time. Where data comes from is the
//! matter of the rules about flows.

mod access_decided_by_client;
mod access_test_always_true;
mod account_existence_told;
mod action_bypasses_get_object;
mod address_from_header_trusted;
mod all_fields_exposed;
mod all_names_in_context;
mod api_open_to_all;
mod api_without_permission;
mod archive_extracted_anywhere;
mod ask;
mod assert_as_guard;
mod bound_to_all_interfaces;
mod certificate_check_off;
mod cleartext_protocol;
mod clickjacking_exempt_view;
mod code_evaluation;
mod cookie_without_flags;
mod csrf_check_switched_off;
mod csrf_exempt_view;
mod debugger_left_over;
mod editor_link_unchecked;
mod error_details_in_response;
mod error_swallowed;
mod graphql_change_unguarded;
mod guard_left_out;
mod hard_coded_password;
mod help_text_from_database;
mod host_header_in_link;
mod html_method_unescaped;
mod insecure_temporary_file;
mod jinja2_without_autoescape;
mod jsonp_callback;
mod jwt_not_verified;
mod logging_configuration_server;
mod login_attempts_unlimited;
mod login_without_password;
mod login_without_sensitive_parameters;
mod mako_template;
mod markup_searched_by_case;
mod method_left_unguarded;
mod mixin_after_view;
mod number_may_be_nan;
mod object_of_anyone;
mod objects_of_everyone;
mod old_tls_version;
mod origin_echoed;
mod owner_named_by_address;
mod password_in_error_report;
mod password_kept_in_session;
mod password_looked_up;
mod password_not_checked;
mod password_stored_plain;
mod path_only_stripped;
mod permissive_file_mode;
mod predictable_random;
mod privileged_field_writable;
mod process_replaced;
mod reading;
mod request_without_timeout;
mod secret_compared_with_equals;
mod secret_key_as_salt;
mod secret_logged;
mod session_kept_at_login;
mod shell_command;
mod spreadsheet_formula;
mod state_change_on_get;
mod unsafe_deserialisation;
mod unsafe_template_filter;
mod unsafe_yaml_load;
mod upload_name_in_path;
mod upload_served_inline;
mod upload_without_validators;
mod url_of_any_scheme;
mod user_always_authenticated;
mod user_model;
mod user_model_malformed;
mod views;
mod weak_cipher;
mod weak_hash;
mod weak_key_size;
mod weak_password_hash;
mod wildcard_in_shell_command;
mod xml_parser_expands_entities;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &access_decided_by_client::RULE,
    &access_test_always_true::RULE,
    &account_existence_told::RULE,
    &action_bypasses_get_object::RULE,
    &address_from_header_trusted::RULE,
    &all_fields_exposed::RULE,
    &all_names_in_context::RULE,
    &api_open_to_all::RULE,
    &api_without_permission::RULE,
    &archive_extracted_anywhere::RULE,
    &assert_as_guard::RULE,
    &bound_to_all_interfaces::RULE,
    &certificate_check_off::RULE,
    &cleartext_protocol::RULE,
    &clickjacking_exempt_view::RULE,
    &code_evaluation::RULE,
    &cookie_without_flags::RULE,
    &csrf_check_switched_off::RULE,
    &csrf_exempt_view::RULE,
    &debugger_left_over::RULE,
    &editor_link_unchecked::RULE,
    &error_details_in_response::RULE,
    &error_swallowed::RULE,
    &graphql_change_unguarded::RULE,
    &guard_left_out::RULE,
    &hard_coded_password::RULE,
    &help_text_from_database::RULE,
    &host_header_in_link::RULE,
    &html_method_unescaped::RULE,
    &insecure_temporary_file::RULE,
    &jinja2_without_autoescape::RULE,
    &jsonp_callback::RULE,
    &jwt_not_verified::RULE,
    &logging_configuration_server::RULE,
    &login_attempts_unlimited::RULE,
    &login_without_password::RULE,
    &login_without_sensitive_parameters::RULE,
    &mako_template::RULE,
    &markup_searched_by_case::RULE,
    &method_left_unguarded::RULE,
    &mixin_after_view::RULE,
    &number_may_be_nan::RULE,
    &object_of_anyone::RULE,
    &objects_of_everyone::RULE,
    &old_tls_version::RULE,
    &origin_echoed::RULE,
    &owner_named_by_address::RULE,
    &password_in_error_report::RULE,
    &password_kept_in_session::RULE,
    &password_looked_up::RULE,
    &password_not_checked::RULE,
    &password_stored_plain::RULE,
    &path_only_stripped::RULE,
    &permissive_file_mode::RULE,
    &predictable_random::RULE,
    &privileged_field_writable::RULE,
    &process_replaced::RULE,
    &request_without_timeout::RULE,
    &secret_compared_with_equals::RULE,
    &secret_key_as_salt::RULE,
    &secret_logged::RULE,
    &session_kept_at_login::RULE,
    &shell_command::RULE,
    &spreadsheet_formula::RULE,
    &state_change_on_get::RULE,
    &unsafe_deserialisation::RULE,
    &unsafe_template_filter::RULE,
    &unsafe_yaml_load::RULE,
    &upload_name_in_path::RULE,
    &upload_served_inline::RULE,
    &upload_without_validators::RULE,
    &url_of_any_scheme::RULE,
    &user_always_authenticated::RULE,
    &user_model_malformed::RULE,
    &weak_cipher::RULE,
    &weak_hash::RULE,
    &weak_key_size::RULE,
    &weak_password_hash::RULE,
    &wildcard_in_shell_command::RULE,
    &xml_parser_expands_entities::RULE,
];
