//! Rules about data from outside that reaches a place where it does harm. The model has followed it; these rules give it
//! a name, a severity and words.

mod code_from_request;
mod command_from_request;
mod fields_from_request;
mod format_string_from_request;
mod header_from_request;
mod html_from_request;
mod ldap_from_request;
mod log_line_from_request;
mod lookup_from_request;
mod mail_from_request;
mod mark_safe_of_variable;
mod name_from_request;
mod path_from_request;
mod pattern_from_request;
mod raw_sql_built_from_text;
mod redirect_from_request;
mod request_logged;
mod request_to_url;
mod shell_command_built_from_text;
mod slow_pattern_on_request;
mod spreadsheet_cell_from_request;
mod sql_from_request;
mod tell;
mod template_from_request;
mod template_name_from_request;
mod template_of_variable;
mod unpickled_request;
mod xml_from_request;
mod xpath_from_request;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &code_from_request::RULE,
    &command_from_request::RULE,
    &fields_from_request::RULE,
    &format_string_from_request::RULE,
    &header_from_request::RULE,
    &html_from_request::RULE,
    &ldap_from_request::RULE,
    &log_line_from_request::RULE,
    &lookup_from_request::RULE,
    &mail_from_request::RULE,
    &mark_safe_of_variable::RULE,
    &name_from_request::RULE,
    &path_from_request::RULE,
    &pattern_from_request::RULE,
    &raw_sql_built_from_text::RULE,
    &redirect_from_request::RULE,
    &request_logged::RULE,
    &request_to_url::RULE,
    &shell_command_built_from_text::RULE,
    &slow_pattern_on_request::RULE,
    &spreadsheet_cell_from_request::RULE,
    &sql_from_request::RULE,
    &template_from_request::RULE,
    &template_name_from_request::RULE,
    &template_of_variable::RULE,
    &unpickled_request::RULE,
    &xml_from_request::RULE,
    &xpath_from_request::RULE,
];
