//! Rules about templates, one template at a time: what is printed without the escaping that its place needs, forms and
//! the token against forgery, and what a page fetches from elsewhere.

mod autoescape_off;
mod csrf_token_in_get_form;
mod csrf_token_sent_elsewhere;
mod debug_tag;
mod escapejs_outside_string;
mod form_over_http;
mod form_without_csrf_token;
mod forms;
mod mixed_content;
mod password_in_page;
mod raw_value_in_script;
mod script_without_integrity;
mod template_name_from_variable;
mod trust;
mod user_url_in_link;
mod variable_in_attribute_position;
mod variable_in_event_handler;
mod variable_in_script;
mod variable_in_srcdoc;
mod variable_in_style;
mod variable_in_unquoted_attribute;
mod variable_marked_safe;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &autoescape_off::RULE,
    &csrf_token_in_get_form::RULE,
    &csrf_token_sent_elsewhere::RULE,
    &debug_tag::RULE,
    &escapejs_outside_string::RULE,
    &form_over_http::RULE,
    &form_without_csrf_token::RULE,
    &mixed_content::RULE,
    &password_in_page::RULE,
    &raw_value_in_script::RULE,
    &script_without_integrity::RULE,
    &template_name_from_variable::RULE,
    &user_url_in_link::RULE,
    &variable_in_attribute_position::RULE,
    &variable_in_event_handler::RULE,
    &variable_in_script::RULE,
    &variable_in_srcdoc::RULE,
    &variable_in_style::RULE,
    &variable_in_unquoted_attribute::RULE,
    &variable_marked_safe::RULE,
];
