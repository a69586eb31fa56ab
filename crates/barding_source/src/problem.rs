//! What could not be read or understood, kept so that a report can say so.

use crate::Span;
use camino::Utf8PathBuf;
use serde::Serialize;

/// Something that kept us from looking. It is shown in the report, never swallowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file concerned, relative to the audited folder, where there is one.
    pub path: Option<Utf8PathBuf>,
    /// The exact place, where it is known.
    pub place: Option<Span>,
    /// What happened, as a sentence without a final stop.
    pub message: String,
}

impl Problem {
    /// A problem with the file at `path` as a whole.
    pub fn with_file(path: impl Into<Utf8PathBuf>, message: impl Into<String>) -> Self {
        Self { path: Some(path.into()), place: None, message: message.into() }
    }

    /// A problem at one place.
    pub fn at(place: Span, message: impl Into<String>) -> Self {
        Self { path: None, place: Some(place), message: message.into() }
    }

    /// A problem that concerns no single file.
    pub fn general(message: impl Into<String>) -> Self {
        Self { path: None, place: None, message: message.into() }
    }
}

/// What a reader made of a text. Parsing never fails: you get what could be read, and what could not.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// What was understood.
    pub tree: T,
    /// What was not.
    pub problems: Vec<Problem>,
}

impl<T> Parsed<T> {
    /// A text that was understood to the last byte.
    pub fn whole(tree: T) -> Self {
        Self { tree, problems: Vec::new() }
    }
}
