//! The three ways to end.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing found at the chosen level.
    Clean,
    /// Something found.
    Findings,
    /// The audit did not happen, or not in full when `--strict` asked for it.
    NotDone,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => ExitCode::from(0),
            Exit::Findings => ExitCode::from(1),
            Exit::NotDone => ExitCode::from(2),
        }
    }
}
