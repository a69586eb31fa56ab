//! Places as reports show them: a path with lines and columns, or an address.

use barding_finding::{AuditResult, Place};
use barding_source::{SourceFile, Span};
use std::sync::Arc;

/// A place, worked out for printing.
#[derive(Debug)]
pub(crate) struct Located {
    /// The path, address or name.
    pub(crate) name: String,
    /// What sort of thing `name` names.
    pub(crate) sort: Sort,
    /// Lines and columns, where the place has them.
    pub(crate) region: Option<Region>,
    /// The file, where it was read, and the bytes in it.
    pub(crate) source: Option<(Arc<SourceFile>, Span)>,
}

/// What sort of thing a place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A file below the audited folder.
    File,
    /// A file as it was in a commit.
    Commit,
    /// An address.
    Url,
    /// A host and port.
    Endpoint,
    /// A database role.
    DatabaseRole,
    /// The project as a whole.
    Project,
}

impl Sort {
    /// The word used on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Commit => "commit",
            Self::Url => "url",
            Self::Endpoint => "endpoint",
            Self::DatabaseRole => "database_role",
            Self::Project => "project",
        }
    }
}

/// Lines and columns from 1; the end column is one past the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) end_line: u32,
    pub(crate) end_column: u32,
}

impl Located {
    /// Works a place out.
    pub(crate) fn new(place: &Place, result: &AuditResult) -> Self {
        let plain = |name: String, sort| Self { name, sort, region: None, source: None };
        match place {
            Place::Code(span) | Place::Package { lockfile: span, .. } => Self::of_span(*span, result),
            Place::Commit { id, path, line } => {
                let region = Region { line: *line, column: 1, end_line: *line, end_column: 1 };
                let short: String = id.chars().take(12).collect();
                Self {
                    name: format!("{path}@{short}"),
                    sort: Sort::Commit,
                    region: Some(region),
                    source: None,
                }
            }
            Place::File(path) => plain(path.to_string(), Sort::File),
            Place::Url(url) => plain(url.clone(), Sort::Url),
            Place::Endpoint { host, port } => plain(format!("{host}:{port}"), Sort::Endpoint),
            Place::DatabaseRole(role) => plain(role.clone(), Sort::DatabaseRole),
            Place::Project => plain(result.target.clone(), Sort::Project),
        }
    }

    /// Works bytes of a file out.
    pub(crate) fn of_span(span: Span, result: &AuditResult) -> Self {
        let Some(file) = result.file(span) else {
            return Self { name: result.target.clone(), sort: Sort::Project, region: None, source: None };
        };
        let start = file.line_column(span.start);
        let end = file.line_column(span.end.max(span.start));
        Self {
            name: file.path.to_string(),
            sort: Sort::File,
            region: Some(Region {
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
            }),
            source: Some((Arc::clone(file), span)),
        }
    }

    /// `path:line:column`, or the name alone.
    pub(crate) fn words(&self) -> String {
        match self.region {
            Some(region) if self.sort == Sort::Commit => format!("{} line {}", self.name, region.line),
            Some(region) => format!("{}:{}:{}", self.name, region.line, region.column),
            None => self.name.clone(),
        }
    }
}

/// A relative path as a URI reference: everything but unreserved characters and `/` is percent-encoded, byte by byte.
pub(crate) fn uri(path: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(super::uri("a b/ä#1:?.py"), "a%20b/%C3%A4%231%3A%3F.py");
    }
}
