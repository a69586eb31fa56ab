//! Remedies for settings and middleware.

pub(super) mod dictionary;
pub(super) mod environment;
mod lists;
mod middleware;
pub(super) mod place;
mod secrets;
mod table;
mod values;

use super::Remedy;

/// The remedy of a rule about settings.
pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    if table::knows(rule) {
        return Some(table::change);
    }
    values::remedy(rule)
        .or_else(|| secrets::remedy(rule))
        .or_else(|| middleware::remedy(rule))
        .or_else(|| lists::remedy(rule))
        .or_else(|| dictionary::remedy(rule))
}
