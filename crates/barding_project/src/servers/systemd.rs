//! systemd units: sections with keys, in order, with places.

use barding_source::{SourceFile, Span};
use std::sync::Arc;

/// One unit file.
#[derive(Debug)]
pub struct Unit {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Section, key, value, place; in order, since keys may repeat.
    pub entries: Vec<Entry>,
}

/// One `Key=value` line, continuation lines joined.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The section without its brackets.
    pub section: String,
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

impl Unit {
    /// The entries of a key in a section.
    pub fn all<'a>(&'a self, section: &'a str, key: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.section == section && entry.key == key)
    }

    /// The last entry of a key, which wins where a key takes one value.
    pub fn last<'a>(&'a self, section: &'a str, key: &'a str) -> Option<&'a Entry> {
        self.all(section, key).last()
    }
}

/// Reads a unit file.
pub fn read(file: &Arc<SourceFile>) -> Unit {
    let mut entries: Vec<Entry> = Vec::new();
    let mut section = String::new();
    let mut continues = false;
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if continues {
            if let Some(last) = entries.last_mut() {
                last.value.push(' ');
                last.value.push_str(trimmed.trim_end_matches('\\').trim());
                last.span.end = (start + line.trim_end().len()) as u32;
            }
            continues = trimmed.ends_with('\\');
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = trimmed.split_once('=') {
            continues = value.ends_with('\\');
            entries.push(Entry {
                section: section.clone(),
                key: key.trim().to_owned(),
                value: value.trim_end_matches('\\').trim().to_owned(),
                span: Span::new(file.id, start as u32, (start + line.trim_end().len()) as u32),
            });
        }
    }
    Unit { file: Arc::clone(file), entries }
}
