//! A secret that cannot be printed by accident.

use std::fmt;

/// A secret in memory. `Debug` and `Display` show at most two letters and the length; only
/// [`Redacted::reveal`] gives the text, so a search for that word finds every place where one can leak.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redacted(String);

impl Redacted {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself. For checks that need it and for `--show` on a terminal, never for a report.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.chars().count();
        // Two letters of a short secret would give too much of it away.
        let shown: String = if length >= 12 { self.0.chars().take(2).collect() } else { String::new() };
        let shown: String = shown.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
        write!(formatter, "{shown}… ({length} characters)")
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Redacted({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_whole() {
        let secret = Redacted::new("hunter2-hunter2");
        assert_eq!(secret.to_string(), "hu… (15 characters)");
        assert_eq!(format!("{:?}", Redacted::new("short")), "Redacted(… (5 characters))");
        assert_eq!(Redacted::new("\u{1b}[31mescape sequence").to_string(), "?[… (20 characters)");
    }
}
