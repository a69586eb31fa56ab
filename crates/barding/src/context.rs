//! What the door knows about the world: the terminal, colours, the folder it was called in.

use crate::args::Color;
use std::env;
use std::io::IsTerminal;
use std::time::{SystemTime, UNIX_EPOCH};

/// The world around a command, looked at once.
#[derive(Debug)]
pub(crate) struct Context {
    /// Whether to write colours to the standard output.
    pub(crate) color: bool,
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Today, `YYYY-MM-DD`, in UTC.
    pub(crate) today: String,
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
        Self { color, width, today: today() }
    }
}

fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_of(seconds / 86_400)
}

/// The date of a day counted from 1970-01-01, in the Gregorian calendar. A year is taken to begin in March, so that the
/// leap day is its last.
fn date_of(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_have_dates() {
        let days = [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_780, "2026-11-23")];
        for (day, date) in days {
            assert_eq!(super::date_of(day), date);
        }
    }
}
