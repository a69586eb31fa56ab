//! Rules about secrets where they can be read: in the files, in the history, in the logs.

mod place;
mod secret_in_source;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[&secret_in_source::RULE];
