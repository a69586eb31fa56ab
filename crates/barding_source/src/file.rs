//! One file, read once and shared everywhere.

use crate::{FileId, FileKind, Span};
use camino::Utf8PathBuf;
use std::sync::{Arc, OnceLock};

/// A line and a column, both counted from 1. Columns count characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A file that has been read. The path is relative to the audited folder and uses `/`.
#[derive(Debug)]
pub struct SourceFile {
    /// Its number in this audit.
    pub id: FileId,
    /// Where it is, relative to the audited folder.
    pub path: Utf8PathBuf,
    /// Its sort, by name.
    pub kind: FileKind,
    /// The text. Bytes that are not UTF-8 have been replaced unless the language said how to decode them.
    pub text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file with its text.
    pub fn new(id: FileId, path: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let path = path.into();
        let kind = FileKind::of(&path);
        Self { id, path, kind, text: text.into(), lines: OnceLock::new() }
    }

    /// The span of the whole file.
    pub fn whole(&self) -> Span {
        Span::new(self.id, 0, self.text.len() as u32)
    }

    /// The text that `span` covers; empty when the span does not fit this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The line and column of a byte offset. Offsets past the end give the last position.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let starts = self.line_starts();
        let index = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = starts[index] as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count());
        LineColumn { line: index as u32 + 1, column: column as u32 + 1 }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_starts().partition_point(|start| *start <= offset).max(1) as u32
    }

    /// The text of a line (from 1) without its end; `None` when there is no such line.
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let starts = self.line_starts();
        let index = (line as usize).checked_sub(1)?;
        let start = *starts.get(index)? as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// How many lines the file has; an empty file has one.
    pub fn line_count(&self) -> u32 {
        self.line_starts().len() as u32
    }

    /// The span of a line (from 1) without its end.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let text = self.line_text(line)?;
        let start = self.line_starts()[line as usize - 1];
        Some(Span::new(self.id, start, start + text.len() as u32))
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at as u32 + 1)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let file = SourceFile::new(FileId(0), "a.py", "é = 1\nx = 2\n");
        assert_eq!(file.line_column(0), LineColumn { line: 1, column: 1 });
        assert_eq!(file.line_column(3), LineColumn { line: 1, column: 3 });
        assert_eq!(file.line_column(7), LineColumn { line: 2, column: 1 });
        assert_eq!(file.line_text(2), Some("x = 2"));
        assert_eq!(file.line_text(9), None);
        assert_eq!(file.line_column(10_000).line, 3);
    }
}
