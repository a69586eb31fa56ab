//! Colours for the terminal. They repeat words and never replace them.

use anstyle::{AnsiColor, Style};
use barding_finding::Severity;

/// Paints, or does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

impl Paint {
    /// `text` in that style.
    pub(crate) fn style(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A heading.
    pub(crate) fn heading(self, text: &str) -> String {
        self.style(Style::new().bold().underline(), text)
    }

    /// What matters in a line.
    pub(crate) fn strong(self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }

    /// What matters less.
    pub(crate) fn faint(self, text: &str) -> String {
        self.style(Style::new().dimmed(), text)
    }

    /// Good news.
    pub(crate) fn good(self, text: &str) -> String {
        self.style(AnsiColor::Green.on_default().bold(), text)
    }

    /// Bad news.
    pub(crate) fn bad(self, text: &str) -> String {
        self.style(AnsiColor::BrightRed.on_default().bold(), text)
    }

    /// No news.
    pub(crate) fn unsure(self, text: &str) -> String {
        self.style(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// Something to look up elsewhere.
    pub(crate) fn name(self, text: &str) -> String {
        self.style(AnsiColor::Cyan.on_default(), text)
    }

    /// A severity's word.
    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Critical => self.style(AnsiColor::BrightRed.on_default().bold().underline(), text),
            Severity::High => self.bad(text),
            Severity::Medium => self.unsure(text),
            Severity::Low => self.style(AnsiColor::BrightBlue.on_default().bold(), text),
            Severity::Info => self.style(AnsiColor::BrightGreen.on_default(), text),
        }
    }
}
