//! Rules about ignores themselves. The audit fills them in, because only it knows what was set aside.

mod ignore_without_reason;
mod stale_ignore;

pub use ignore_without_reason::RULE as IGNORE_WITHOUT_REASON;
pub use stale_ignore::RULE as STALE_IGNORE;

use crate::{Facts, Findings, Rule};
use barding_finding::RuleId;

/// The rules of this group.
pub const RULES: &[&Rule] = &[&ignore_without_reason::RULE, &stale_ignore::RULE];

/// Whether a rule is about ignores; such a finding says nothing about the site, so it fails no tip.
pub fn is_about_ignores(id: RuleId) -> bool {
    RULES.iter().any(|rule| rule.info.id == id)
}

/// What these rules find, the audit adds when it applies the ignores.
fn left_to_the_audit(_: &Facts<'_>, _: &mut Findings<'_>) {}
