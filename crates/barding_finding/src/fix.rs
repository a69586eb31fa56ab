//! Edits that close a finding.

use barding_source::Span;
use camino::Utf8PathBuf;
use serde::Serialize;

/// One way to close a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "Read SECRET_KEY from the environment".
    pub title: String,
    /// Whether it may be applied without looking.
    pub safety: FixSafety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// How far a fix may be applied without looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixSafety {
    /// Only shown: it needs something that only people know.
    ShowOnly,
    /// May change how the site behaves; applied with `--unsafe-fixes`.
    NeedsReview,
    /// Changes nothing but the gap.
    Safe,
}

/// One change to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replace bytes of an existing file. An empty span inserts.
    Replace {
        /// What to replace.
        span: Span,
        /// What to put there.
        text: String,
    },
    /// Write a file that does not exist yet, or append to one that does.
    Append {
        /// The path relative to the audited folder.
        path: Utf8PathBuf,
        /// What to append.
        text: String,
    },
}
