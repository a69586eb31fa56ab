//! A password that cannot be printed by accident.

use std::fmt;

/// A password. `Debug` does not show it; one method reveals it.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Keeps a password.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The password itself, for the login and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}
