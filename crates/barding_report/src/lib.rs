//! One file per report format. Knows findings, not rules.
//!
//! What comes in: a [`barding_finding::AuditResult`] and the [`Look`] it should have. What goes out: text. It prints
//! nothing and decides nothing: what is in the result is in the report. Texts from audited files pass through
//! [`clean`] (terminal) or the format's own escaping on their way out.

mod clean;
mod frame;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod page;
mod paint;
mod place;
mod routes;
mod sarif;
mod settings;
mod terminal;
mod value;
mod wrap;

pub use clean::clean;
pub use page::rule_page;
pub use routes::{RoutesFormat, RoutesLook, ShownTable, routes};
pub use settings::{SettingsLook, settings_json, settings_text};
pub use terminal::gaps;

use barding_finding::AuditResult;

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, with the code in question.
    Terminal,
    /// Everything, versioned.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// GitLab's SAST report.
    GitlabSast,
    /// JUnit XML.
    Junit,
    /// Markdown.
    Markdown,
    /// One self-contained page.
    Html,
}

/// How a report should look. Formats for machines take no notice of it.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether to use colours.
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
    /// Show every finding with all its steps.
    pub full: bool,
    /// Count the findings of each rule instead of showing them.
    pub statistics: bool,
    /// Findings only.
    pub quiet: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { color: false, width: 100, full: false, statistics: false, quiet: false }
    }
}

/// Writes a report.
pub fn render(result: &AuditResult, format: Format, look: &Look) -> String {
    match format {
        Format::Terminal => terminal::render(result, look),
        Format::Json => json::render(result),
        Format::Sarif => sarif::render(result),
        Format::Github => github::render(result),
        Format::Gitlab => gitlab::render(result),
        Format::GitlabSast => gitlab::sast(result),
        Format::Junit => junit::render(result),
        Format::Markdown => markdown::render(result),
        Format::Html => html::render(result),
    }
}
