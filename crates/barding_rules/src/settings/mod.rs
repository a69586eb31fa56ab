//! Rules about effective settings, one settings module at a time.

mod debug_enabled;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[&debug_enabled::RULE];
