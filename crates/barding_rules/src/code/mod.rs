//! Rules about Python code that look at one call, one statement or one definition at a time. Where data comes from is the
//! matter of the rules about flows.

mod archive_extracted_anywhere;
mod ask;
mod assert_as_guard;
mod bound_to_all_interfaces;
mod certificate_check_off;
mod cleartext_protocol;
mod code_evaluation;
mod debugger_left_over;
mod error_swallowed;
mod hard_coded_password;
mod insecure_temporary_file;
mod jinja2_without_autoescape;
mod logging_configuration_server;
mod mako_template;
mod old_tls_version;
mod permissive_file_mode;
mod predictable_random;
mod process_replaced;
mod request_without_timeout;
mod shell_command;
mod unsafe_deserialisation;
mod unsafe_yaml_load;
mod url_of_any_scheme;
mod weak_cipher;
mod weak_hash;
mod weak_key_size;
mod wildcard_in_shell_command;
mod xml_parser_expands_entities;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &archive_extracted_anywhere::RULE,
    &assert_as_guard::RULE,
    &bound_to_all_interfaces::RULE,
    &certificate_check_off::RULE,
    &cleartext_protocol::RULE,
    &code_evaluation::RULE,
    &debugger_left_over::RULE,
    &error_swallowed::RULE,
    &hard_coded_password::RULE,
    &insecure_temporary_file::RULE,
    &jinja2_without_autoescape::RULE,
    &logging_configuration_server::RULE,
    &mako_template::RULE,
    &old_tls_version::RULE,
    &permissive_file_mode::RULE,
    &predictable_random::RULE,
    &process_replaced::RULE,
    &request_without_timeout::RULE,
    &shell_command::RULE,
    &unsafe_deserialisation::RULE,
    &unsafe_yaml_load::RULE,
    &url_of_any_scheme::RULE,
    &weak_cipher::RULE,
    &weak_hash::RULE,
    &weak_key_size::RULE,
    &wildcard_in_shell_command::RULE,
    &xml_parser_expands_entities::RULE,
];
