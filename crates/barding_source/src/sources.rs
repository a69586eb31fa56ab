//! All files that an audit has read, by number and by path.

use crate::{FileId, FileKind, LineColumn, Problem, SourceFile, Span, Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock};

/// How many bytes a file may have to be read as text.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimits {
    /// For files whose meaning we model (Python, templates, manifests). Bytes.
    pub text: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        // The longest hand-written module we met has 1.4 MB; generated data past this is named as a problem.
        Self { text: 20_000_000 }
    }
}

/// The files of one audit. A file gets its number when the tree is walked and is read when first asked for, so
/// the numbers do not depend on the order of reading.
pub struct Sources<'t> {
    tree: &'t dyn Tree,
    limits: ReadLimits,
    paths: Vec<Utf8PathBuf>,
    kinds: Vec<FileKind>,
    slots: Vec<OnceLock<Option<Arc<SourceFile>>>>,
    /// By the text of the path, as the walk writes it: comparing texts is much cheaper than comparing components.
    numbers: FxHashMap<Box<str>, FileId>,
    decode: fn(&[u8], &Utf8Path) -> (String, Option<String>),
    problems: Mutex<Vec<Problem>>,
    unlisted: Mutex<BTreeMap<Utf8PathBuf, Option<Arc<SourceFile>>>>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sources").field("paths", &self.paths.len()).finish_non_exhaustive()
    }
}

impl<'t> Sources<'t> {
    /// Walks `tree` and numbers its files. `decode` turns bytes into text and may say what it could not decode.
    pub fn new(
        tree: &'t dyn Tree,
        limits: ReadLimits,
        decode: fn(&[u8], &Utf8Path) -> (String, Option<String>),
    ) -> Self {
        let Walked { paths, problems } = tree.walk();
        let numbers =
            paths.iter().enumerate().map(|(at, path)| (path.as_str().into(), FileId(at as u32))).collect();
        let kinds = paths.iter().map(|path| FileKind::of(path)).collect();
        let slots = paths.iter().map(|_| OnceLock::new()).collect();
        Self {
            tree,
            limits,
            paths,
            kinds,
            slots,
            numbers,
            decode,
            problems: Mutex::new(problems),
            unlisted: Mutex::new(BTreeMap::new()),
        }
    }

    /// Every path of the walk, sorted; a path's index is its [`FileId`].
    pub fn paths(&self) -> &[Utf8PathBuf] {
        &self.paths
    }

    /// The paths of one kind with their numbers.
    pub fn of_kind(&self, kind: FileKind) -> impl Iterator<Item = (FileId, &Utf8Path)> {
        let numbered = self.kinds.iter().zip(&self.paths).enumerate();
        numbered
            .filter(move |(_, (own, _))| **own == kind)
            .map(|(at, (_, path))| (FileId(at as u32), path.as_path()))
    }

    /// The kind of a file of the walk.
    pub fn kind(&self, id: FileId) -> Option<FileKind> {
        self.kinds.get(id.0 as usize).copied()
    }

    /// The number of the file at `path`, if the walk saw it.
    pub fn id(&self, path: &Utf8Path) -> Option<FileId> {
        if let Some(id) = self.numbers.get(path.as_str()) {
            return Some(*id);
        }
        // `a//b`, `a/./b` and `a/b/` name the file that the walk calls `a/b`.
        let text = path.as_str();
        if text.contains("//") || text.contains("/.") || text.ends_with('/') {
            let plain: Utf8PathBuf = path.components().collect();
            return self.numbers.get(plain.as_str()).copied();
        }
        None
    }

    /// The path of a file by its number, also of one read by [`Sources::read_unlisted`].
    pub fn path(&self, id: FileId) -> Option<Utf8PathBuf> {
        match self.paths.get(id.0 as usize) {
            Some(path) => Some(path.clone()),
            None => self.unlisted_by_id(id).map(|file| file.path.clone()),
        }
    }

    /// The file with that number, read now if it was not yet. `None` when it cannot be read; a problem says why.
    pub fn file(&self, id: FileId) -> Option<Arc<SourceFile>> {
        match self.slots.get(id.0 as usize) {
            Some(slot) => slot.get_or_init(|| self.load(id, &self.paths[id.0 as usize])).clone(),
            None => self.unlisted_by_id(id),
        }
    }

    /// The file at `path`, if the walk saw it and it can be read.
    pub fn file_at(&self, path: &Utf8Path) -> Option<Arc<SourceFile>> {
        self.file(self.id(path)?)
    }

    /// A file that the walk left out (git ignores it, say) but the project names: `.env`, `local_settings.py`.
    /// It is read on demand and numbered after all the others.
    pub fn read_unlisted(&self, path: &Utf8Path) -> Option<Arc<SourceFile>> {
        if let Some(id) = self.id(path) {
            return self.file(id);
        }
        if path.is_absolute()
            || path.components().any(|part| part.as_str() == "..")
            || !self.tree.is_file(path)
        {
            return None;
        }
        let mut unlisted = lock(&self.unlisted);
        if let Some(known) = unlisted.get(path) {
            return known.clone();
        }
        let id = FileId((self.paths.len() + unlisted.len()) as u32);
        let file = self.load(id, path);
        unlisted.insert(path.to_owned(), file.clone());
        file
    }

    /// The tree the files come from.
    pub fn tree(&self) -> &'t dyn Tree {
        self.tree
    }

    /// Notes something that kept us from looking.
    pub fn problem(&self, problem: Problem) {
        lock(&self.problems).push(problem);
    }

    /// Everything that kept us from looking so far, sorted, each once.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = lock(&self.problems).clone();
        problems.sort();
        problems.dedup();
        problems
    }

    /// The line and column where `span` starts.
    pub fn line_column(&self, span: Span) -> Option<LineColumn> {
        Some(self.file(span.file)?.line_column(span.start))
    }

    fn unlisted_by_id(&self, id: FileId) -> Option<Arc<SourceFile>> {
        lock(&self.unlisted).values().flatten().find(|file| file.id == id).cloned()
    }

    fn load(&self, id: FileId, path: &Utf8Path) -> Option<Arc<SourceFile>> {
        match self.tree.read(path, self.limits.text) {
            Ok(bytes) => {
                let (text, trouble) = (self.decode)(&bytes, path);
                if let Some(trouble) = trouble {
                    self.problem(Problem::with_file(path, trouble));
                }
                Some(Arc::new(SourceFile::new(id, path, text)))
            }
            Err(error) => {
                self.problem(Problem::with_file(path, not_read(&error)));
                None
            }
        }
    }
}

fn not_read(error: &io::Error) -> String {
    format!("could not be read: {error}")
}

/// A panic elsewhere must not hide what was collected so far.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryTree;

    fn lossy(bytes: &[u8], _: &Utf8Path) -> (String, Option<String>) {
        (String::from_utf8_lossy(bytes).into_owned(), None)
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_and_not_a_loss() {
        let tree = MemoryTree::new().with("big.py", "123456").with("small.py", "1");
        let sources = Sources::new(&tree, ReadLimits { text: 3 }, lossy);
        assert!(sources.file_at(Utf8Path::new("big.py")).is_none());
        assert_eq!(&*sources.file_at(Utf8Path::new("small.py")).unwrap().text, "1");
        assert_eq!(sources.problems().len(), 1);
        assert_eq!(sources.problems()[0].path.as_deref(), Some(Utf8Path::new("big.py")));
    }
}
