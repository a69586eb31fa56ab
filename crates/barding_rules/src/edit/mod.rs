//! Edits in sources that keep their format: the tools that remedies share.
//!
//! What comes in: a file and its syntax tree. What goes out: [`Edit`]s that touch as few bytes as they can and are written
//! in the file's own line ends, quotes and indentation. The tools know Python and templates; they know no rule.

mod call;
mod decorate;
mod imports;
mod sequence;
mod statement;

pub(crate) use call::{argument, positional, set_keyword};
pub(crate) use decorate::{decorate, decorate_class};
pub(crate) use imports::{import_module, import_name};
pub(crate) use sequence::Sequence;
pub(crate) use statement::{
    Assigned, append_statement, assignment, call_at, expression_at, function_at, remove,
};

use barding_finding::Edit;
use barding_source::{SourceFile, Span};
use ruff_python_ast::ModModule;
use ruff_text_size::{Ranged, TextRange};

/// One Python file that is open for editing.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    pub(crate) file: &'a SourceFile,
    pub(crate) syntax: &'a ModModule,
}

impl<'a> Sheet<'a> {
    pub(crate) fn text(self) -> &'a str {
        &self.file.text
    }

    /// The text of a piece of syntax as written.
    pub(crate) fn source(self, piece: impl Ranged) -> &'a str {
        &self.text()[piece.range()]
    }

    pub(crate) fn span(self, range: TextRange) -> Span {
        Span::new(self.file.id, range.start().to_u32(), range.end().to_u32())
    }

    pub(crate) fn replace(self, piece: impl Ranged, text: impl Into<String>) -> Edit {
        Edit::Replace { span: self.span(piece.range()), text: text.into() }
    }

    pub(crate) fn replace_bytes(self, start: usize, end: usize, text: impl Into<String>) -> Edit {
        Edit::Replace { span: Span::new(self.file.id, start as u32, end as u32), text: text.into() }
    }

    pub(crate) fn insert(self, at: usize, text: impl Into<String>) -> Edit {
        self.replace_bytes(at, at, text)
    }

    /// Edits inside a piece of syntax as one edit of the whole piece: it meets every other edit there, so that two fixes
    /// that both depend on what the piece says are made one after the other.
    pub(crate) fn as_one(self, piece: impl Ranged, mut edits: Vec<Edit>) -> Option<Edit> {
        let (start, end) = (piece.start().to_usize(), piece.end().to_usize());
        edits.sort_by_key(|edit| match edit {
            Edit::Replace { span, .. } => span.start,
            Edit::Append { .. } => u32::MAX,
        });
        let mut text = self.text()[start..end].to_owned();
        for edit in edits.iter().rev() {
            let Edit::Replace { span, text: new } = edit else { return None };
            let inside = (span.start as usize).checked_sub(start)?..(span.end as usize).checked_sub(start)?;
            text.get(inside.clone())?;
            text.replace_range(inside, new);
        }
        Some(self.replace_bytes(start, end, text))
    }

    /// The file's own line end: that of its first line.
    pub(crate) fn newline(self) -> &'static str {
        newline(self.text())
    }

    /// The quote the file uses most, outside docstrings and texts that need the other one.
    pub(crate) fn quote(self) -> char {
        let count = |quote: char| {
            let triple = format!("{quote}{quote}{quote}");
            self.text().matches(quote).count() - 3 * self.text().matches(&triple).count()
        };
        if count('\'') > count('"') { '\'' } else { '"' }
    }

    /// Code written with `"` and `\n`, in the file's own quotes and line ends.
    pub(crate) fn in_style(self, code: &str) -> String {
        let code = if self.quote() == '\'' { requote(code) } else { code.to_owned() };
        if self.newline() == "\n" { code } else { code.replace('\n', self.newline()) }
    }

    /// One step of the file's indentation.
    pub(crate) fn step(self) -> &'a str {
        let indented = self.text().lines().filter(|line| !line.trim().is_empty()).find_map(|line| {
            let width = line.len() - line.trim_start_matches([' ', '\t']).len();
            (width > 0).then(|| &line[..width])
        });
        match indented {
            Some(tabs) if tabs.starts_with('\t') => "\t",
            Some(spaces) if spaces.len() == 2 => "  ",
            _ => "    ",
        }
    }

    /// Where the line of `at` begins.
    pub(crate) fn line_start(self, at: usize) -> usize {
        self.text()[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Where the line of `at` ends, before its line end.
    pub(crate) fn line_end(self, at: usize) -> usize {
        let end = self.text()[at..].find('\n').map_or(self.text().len(), |newline| at + newline);
        if self.text()[at..end].ends_with('\r') { end - 1 } else { end }
    }

    /// Where the line after that of `at` begins.
    pub(crate) fn next_line(self, at: usize) -> usize {
        self.text()[at..].find('\n').map_or(self.text().len(), |newline| at + newline + 1)
    }

    /// The white space the line of `at` begins with.
    pub(crate) fn indentation(self, at: usize) -> &'a str {
        let line = &self.text()[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len()]
    }

    /// Whether nothing but white space stands before `at` on its line.
    pub(crate) fn is_first_on_line(self, at: usize) -> bool {
        self.text()[self.line_start(at)..at].trim().is_empty()
    }

    /// The next byte from `at` on that is neither white space nor part of a comment.
    pub(crate) fn skip_blank(self, mut at: usize) -> usize {
        let bytes = self.text().as_bytes();
        while at < bytes.len() {
            match bytes[at] {
                b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => at += 1,
                b'\\' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at += 1,
                b'#' => at = self.line_end(at),
                _ => break,
            }
        }
        at
    }
}

/// The line end of a text: that of its first line.
pub(crate) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Texts in double quotes put into single ones, where nothing inside needs escaping.
fn requote(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(open) = rest.find(['"', '#']) {
        if rest[open..].starts_with('#') {
            let end = rest[open..].find('\n').map_or(rest.len(), |newline| open + newline);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let Some(close) = rest[open + 1..].find('"').map(|at| open + 1 + at) else { break };
        let inside = &rest[open + 1..close];
        out.push_str(&rest[..open]);
        let quote = if inside.contains(['\'', '\\']) { '"' } else { '\'' };
        out.push(quote);
        out.push_str(inside);
        out.push(quote);
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}
