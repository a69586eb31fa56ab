//! Syntax trees on demand: a file is parsed when it is first asked for, and once.

use super::{PythonModule, parse};
use barding_source::{FileId, Parsed, Problem, Sources};
use camino::Utf8Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files outside the walk (ignored by git, but named by the project) are parsed at most.
const MOST_UNLISTED: usize = 64;

/// The parsed Python files of one audit.
#[derive(Debug)]
pub struct PythonModules<'s> {
    sources: &'s Sources<'s>,
    listed: Vec<OnceLock<Option<Parsed<PythonModule>>>>,
    unlisted: Vec<OnceLock<(FileId, Option<Parsed<PythonModule>>)>>,
    used: AtomicUsize,
}

impl<'s> PythonModules<'s> {
    /// No file is parsed yet.
    pub fn new(sources: &'s Sources<'s>) -> Self {
        let listed = sources.paths().iter().map(|_| OnceLock::new()).collect();
        let unlisted = (0..MOST_UNLISTED).map(|_| OnceLock::new()).collect();
        Self { sources, listed, unlisted, used: AtomicUsize::new(0) }
    }

    /// The files the modules are parsed from.
    pub fn sources(&self) -> &'s Sources<'s> {
        self.sources
    }

    /// The syntax tree of a file; `None` when it cannot be read.
    pub fn module(&self, id: FileId) -> Option<&PythonModule> {
        let parsed = match self.listed.get(id.0 as usize) {
            Some(slot) => slot.get_or_init(|| Some(parse(self.sources.file(id)?))).as_ref(),
            None => self.unlisted(id),
        };
        parsed.map(|parsed| &parsed.tree)
    }

    /// Whether a file that was parsed does not parse as a whole.
    pub fn is_broken(&self, id: FileId) -> bool {
        match self.listed.get(id.0 as usize) {
            Some(slot) => {
                slot.get().and_then(Option::as_ref).is_some_and(|parsed| !parsed.problems.is_empty())
            }
            None => self.unlisted(id).is_some_and(|parsed| !parsed.problems.is_empty()),
        }
    }

    /// The syntax tree of the file at `path`, also when the walk left it out (git ignores it, say).
    pub fn module_at(&self, path: &Utf8Path) -> Option<&PythonModule> {
        let id = match self.sources.id(path) {
            Some(id) => id,
            None => self.sources.read_unlisted(path)?.id,
        };
        self.module(id)
    }

    /// What did not parse so far.
    pub fn problems(&self) -> Vec<Problem> {
        let listed = self.listed.iter().filter_map(|slot| slot.get()?.as_ref());
        let unlisted = self.unlisted.iter().filter_map(|slot| slot.get()?.1.as_ref());
        listed.chain(unlisted).flat_map(|parsed| parsed.problems.iter().cloned()).collect()
    }

    fn unlisted(&self, id: FileId) -> Option<&Parsed<PythonModule>> {
        let known = self.unlisted.iter().filter_map(OnceLock::get).find(|(known, _)| *known == id);
        if let Some((_, parsed)) = known {
            return parsed.as_ref();
        }
        let slot = self.unlisted.get(self.used.fetch_add(1, Ordering::Relaxed))?;
        let (_, parsed) = slot.get_or_init(|| (id, self.sources.file(id).map(parse)));
        parsed.as_ref()
    }
}
