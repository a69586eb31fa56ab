//! What the door knows about the world: the terminal, colours, the folder it was called in.

use crate::args::Color;
use std::env;
use std::io::IsTerminal;

/// The world around a command, looked at once.
#[derive(Debug)]
pub(crate) struct Context {
    /// Whether to write colours to the standard output.
    pub(crate) color: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
}

impl Context {
    /// Looks at the terminal and the environment.
    pub(crate) fn from_environment(color: Color) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto if env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Color::Auto => terminal && env::var_os("TERM").is_some_and(|term| term != "dumb"),
        };
        let measured = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let told = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = told.or(measured.filter(|_| terminal)).unwrap_or(100).clamp(40, 120);
        Self { color, width }
    }
}
