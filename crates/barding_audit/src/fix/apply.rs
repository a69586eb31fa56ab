//! Edits to bytes: several fixes at once, as long as they do not meet.

use barding_finding::Edit;
use barding_project::python;
use barding_source::{Sources, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes a file may have to be edited.
pub(super) const LARGEST: u64 = 20_000_000;

/// One edit with the file it is for, by path: the numbers of files change when a file is added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Placed {
    /// Bytes of a text.
    Replace { path: Utf8PathBuf, start: usize, end: usize, text: String },
    /// Lines at the end of a file, which may not exist yet.
    Append { path: Utf8PathBuf, text: String },
}

impl Placed {
    pub(super) fn path(&self) -> &Utf8Path {
        match self {
            Self::Replace { path, .. } | Self::Append { path, .. } => path,
        }
    }

    /// The edits of a fix; `None` when one is for a file that is not there.
    pub(super) fn of(edits: &[Edit], sources: &Sources<'_>) -> Option<Vec<Self>> {
        let place = |edit: &Edit| {
            Some(match edit {
                Edit::Replace { span, text } => Self::Replace {
                    path: sources.path(span.file)?,
                    start: span.start as usize,
                    end: span.end as usize,
                    text: text.clone(),
                },
                Edit::Append { path, text } => Self::Append { path: path.clone(), text: text.clone() },
            })
        };
        edits.iter().map(place).collect()
    }

    /// Whether both cannot be done at once. Two equal ones are one; lines put in at one place follow each other.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let (
            Self::Replace { path, start, end, text },
            Self::Replace { path: path2, start: start2, end: end2, text: text2 },
        ) = (self, other)
        else {
            return false;
        };
        if path != path2 || self == other {
            return false;
        }
        if start == end && start2 == end2 {
            let is_lines =
                |text: &str| text.ends_with('\n') || text.starts_with('\n') || text.starts_with("\r\n");
            return start == start2 && !(is_lines(text) && is_lines(text2));
        }
        if start == end || start2 == end2 {
            return *start <= *end2 && *start2 <= *end;
        }
        start < end2 && start2 < end
    }
}

/// The changed files, relative to what `tree` holds now.
///
/// # Errors
/// Says which file cannot be edited, and why.
pub(super) fn apply(
    tree: &dyn Tree,
    edits: impl IntoIterator<Item = Placed>,
) -> Result<BTreeMap<Utf8PathBuf, Vec<u8>>, (Utf8PathBuf, String)> {
    let mut by_path: BTreeMap<Utf8PathBuf, BTreeSet<Ordered>> = BTreeMap::new();
    let mut appended: BTreeMap<Utf8PathBuf, Vec<String>> = BTreeMap::new();
    for (order, edit) in edits.into_iter().enumerate() {
        match edit {
            Placed::Replace { path, start, end, text } => {
                let known = by_path.entry(path).or_default();
                // Equal edits of two fixes (an import both need) are done once.
                if !known.iter().any(|(from, to, _, new)| (*from, *to, new) == (start, end, &text)) {
                    // In a file that is empty but for its docstring an import and what needs it go to one place.
                    let rank = (!is_import(&text), order);
                    known.insert((start, end, rank, text));
                }
            }
            Placed::Append { path, text } => {
                let known = appended.entry(path).or_default();
                // Two fixes may ask for one variable, each in its own words.
                if !known.iter().any(|other| variable(other) == variable(&text)) {
                    known.push(text);
                }
            }
        }
    }
    let mut changed = BTreeMap::new();
    for (path, edits) in by_path {
        let fault = |why: &str| (path.clone(), why.to_owned());
        let before = tree
            .read(&path, LARGEST)
            .map_err(|error| (path.clone(), format!("could not be read: {error}")))?;
        let (mut text, _) = python::decode(&before, &path);
        for (start, end, _, new) in edits.into_iter().rev() {
            if text.get(start..end).is_none() {
                return Err(fault("was changed in the meantime"));
            }
            text.replace_range(start..end, &new);
        }
        let after = python::encode(&text, &before, &path)
            .ok_or_else(|| fault("is in an encoding that cannot be written back unchanged"))?;
        changed.insert(path, after);
    }
    for (path, lines) in appended {
        let mut bytes = match changed.remove(&path) {
            Some(bytes) => bytes,
            None if tree.is_file(&path) => tree
                .read(&path, LARGEST)
                .map_err(|error| (path.clone(), format!("could not be read: {error}")))?,
            None => Vec::new(),
        };
        for text in lines {
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend(text.as_bytes());
        }
        changed.insert(path, bytes);
    }
    Ok(changed)
}

/// A replacement with its rank among those of one place.
type Ordered = (usize, usize, (bool, usize), String);

fn is_import(text: &str) -> bool {
    let line = text.trim_start();
    line.starts_with("import ") || line.starts_with("from ")
}

/// What the last of the lines sets; the lines themselves where they set nothing.
fn variable(text: &str) -> &str {
    let last = text.trim_end().rsplit('\n').next().unwrap_or(text);
    last.split_once('=').map_or(text, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::MemoryTree;

    fn replace(start: usize, end: usize, text: &str) -> Placed {
        Placed::Replace { path: "a.py".into(), start, end, text: text.to_owned() }
    }

    #[test]
    fn edits_of_one_file_do_not_disturb_each_other() {
        let tree = MemoryTree::new().with("a.py", "\u{feff}a = 1\r\nb = 2\r\n");
        let edits = [
            replace(4, 5, "10"),
            replace(0, 0, "import os\r\n"),
            replace(0, 0, "import os\r\n"),
            replace(11, 12, "3"),
        ];
        let changed = apply(&tree, edits).unwrap();
        assert_eq!(changed[Utf8Path::new("a.py")], "\u{feff}import os\r\na = 10\r\nb = 3\r\n".as_bytes());
    }

    #[test]
    fn at_one_place_imports_come_first() {
        let tree = MemoryTree::new().with("a.py", "");
        let edits = [replace(0, 0, "A = os.sep\n"), replace(0, 0, "import os\n")];
        let changed = apply(&tree, edits).unwrap();
        assert_eq!(changed[Utf8Path::new("a.py")], b"import os\nA = os.sep\n");
    }

    #[test]
    fn what_overlaps_meets() {
        assert!(replace(1, 5, "x").meets(&replace(4, 6, "y")));
        assert!(!replace(1, 5, "x").meets(&replace(5, 6, "y")));
        assert!(replace(3, 3, "x").meets(&replace(3, 3, "y")));
        assert!(!replace(3, 3, "x\n").meets(&replace(3, 3, "y\n")));
        assert!(!replace(1, 5, "x").meets(&replace(1, 5, "x")));
    }

    #[test]
    fn a_file_that_would_not_come_back_whole_is_refused() {
        let tree = MemoryTree::new().with("a.py", b"a = '\xff'\n".to_vec());
        let (path, why) = apply(&tree, [replace(0, 1, "b")]).unwrap_err();
        assert_eq!(path, "a.py");
        assert!(why.contains("encoding"), "{why}");
    }
}
