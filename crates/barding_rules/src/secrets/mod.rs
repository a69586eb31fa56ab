//! Rules about secrets where they can be read: in the files, in the history, in the logs.

mod place;
mod secret_file_not_ignored;
mod secret_file_tracked;
mod secret_in_history;
mod secret_in_log;
mod secret_in_source;
mod secrets_file_open_to_others;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &secret_file_not_ignored::RULE,
    &secret_file_tracked::RULE,
    &secret_in_history::RULE,
    &secret_in_log::RULE,
    &secret_in_source::RULE,
    &secrets_file_open_to_others::RULE,
];
