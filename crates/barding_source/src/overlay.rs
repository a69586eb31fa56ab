//! A tree with some files changed in memory, to look at what would be before it is written.

use crate::{Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Another tree, with files that differ from it.
pub struct OverlayTree<'t> {
    below: &'t dyn Tree,
    changed: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

impl std::fmt::Debug for OverlayTree<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OverlayTree").field("changed", &self.changed.len()).finish_non_exhaustive()
    }
}

impl<'t> OverlayTree<'t> {
    /// The tree as it is, with these files changed or added.
    pub fn new(below: &'t dyn Tree, changed: BTreeMap<Utf8PathBuf, Vec<u8>>) -> Self {
        Self { below, changed }
    }

    /// The files that differ.
    pub fn changed(&self) -> &BTreeMap<Utf8PathBuf, Vec<u8>> {
        &self.changed
    }
}

impl Tree for OverlayTree<'_> {
    fn walk(&self) -> Walked {
        let mut walked = self.below.walk();
        for path in self.changed.keys() {
            // A file that the walk leaves out (git ignores it) stays left out when it is changed.
            if !self.below.is_file(path) {
                walked.paths.push(path.clone());
            }
        }
        walked.paths.sort();
        walked
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.changed.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
            Some(bytes) => Ok(bytes.clone()),
            None => self.below.read(path, limit),
        }
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        match self.changed.get(path) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => self.below.open(path),
        }
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.changed.contains_key(path) || self.below.is_file(path)
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.below.is_folder(path) || self.changed.keys().any(|file| file != path && file.starts_with(path))
    }
}
