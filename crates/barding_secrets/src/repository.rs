//! A git repository, opened without running git: no hook, no filter, no configuration outside it.

use crate::sensitive::{self, Sensitive};
use barding_source::{Problem, Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use thiserror::Error;

/// An object larger than this is not decoded: it is data, or made to fill our memory.
pub(crate) const LARGEST_OBJECT: u64 = 64 << 20;

/// Why a repository could not be looked at.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// There is none.
    #[error("{0} lies in no git repository")]
    None(Utf8PathBuf),
    /// It is there and cannot be used.
    #[error("the git repository at {0} could not be read: {1}")]
    Unreadable(Utf8PathBuf, String),
    /// A branch or other reference that does not exist.
    #[error("there is no branch or commit `{0}`")]
    NoSuchBranch(String),
}

/// Opens the repository that `folder` lies in: with a working tree, a linked working tree, or bare.
pub(crate) fn open(folder: &Utf8Path) -> Result<gix::Repository, RepositoryError> {
    let folder = if folder.is_file() { folder.parent().unwrap_or(folder) } else { folder };
    let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    let options = gix::open::Options::isolated()
        .config_overrides([format!("gitoxide.objects.allocLimit={LARGEST_OBJECT}")]);
    gix::discover_opts(folder, Default::default(), options).map_err(|error| {
        let has_git = folder.ancestors().any(|parent| parent.join(".git").exists());
        match has_git {
            true => RepositoryError::Unreadable(folder.to_owned(), error.to_string()),
            false => RepositoryError::None(folder.to_owned()),
        }
    })
}

/// The paths that git tracks below `folder`, relative to it. `None` when there is no repository or no index.
fn tracked_paths(folder: &Utf8Path) -> Option<Vec<Utf8PathBuf>> {
    let repository = open(folder).ok()?;
    let prefix = prefix_of(&repository, folder)?;
    let index = repository.index_or_empty().ok()?;
    let paths = index.entries().iter().filter_map(|entry| {
        let path = Utf8Path::from_path(std::path::Path::new(std::str::from_utf8(entry.path(&index)).ok()?))?;
        path.strip_prefix(&prefix).ok().map(Utf8Path::to_owned)
    });
    Some(paths.collect())
}

/// Files that should not be in a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryFiles {
    /// Those that git tracks.
    pub tracked: Vec<(Utf8PathBuf, Sensitive)>,
    /// Those that lie in the working tree, not tracked and not ignored.
    pub not_ignored: Vec<(Utf8PathBuf, Sensitive)>,
}

impl RepositoryFiles {
    /// Sorts the files by what git does with them. `walked` are the files that no .gitignore names.
    pub fn new(tracked: &[Utf8PathBuf], walked: &[Utf8PathBuf]) -> Self {
        let known: BTreeSet<_> = tracked.iter().collect();
        let pick = |path: &Utf8PathBuf| Some((path.clone(), sensitive::of(path)?));
        let mut files = Self {
            tracked: tracked.iter().filter_map(pick).collect(),
            not_ignored: walked.iter().filter(|path| !known.contains(path)).filter_map(pick).collect(),
        };
        files.tracked.sort();
        files.not_ignored.sort();
        files
    }

    /// The files of the repository that `folder` lies in. `None` when it lies in none.
    pub fn look(folder: &Utf8Path, walked: &[Utf8PathBuf]) -> Option<Self> {
        Some(Self::new(&tracked_paths(folder)?, walked))
    }
}

/// Where `folder` lies below the top of the working tree.
pub(crate) fn prefix_of(repository: &gix::Repository, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let top = repository.workdir()?.canonicalize().ok()?;
    let folder = folder.canonicalize().ok()?;
    Utf8PathBuf::from_path_buf(folder.strip_prefix(top).ok()?.to_owned()).ok()
}

/// The files that the next commit would change, as they stand in the index. Nothing of the working tree is read.
pub struct StagedTree {
    repository: gix::ThreadSafeRepository,
    blobs: BTreeMap<Utf8PathBuf, gix::ObjectId>,
    problems: Vec<Problem>,
}

impl std::fmt::Debug for StagedTree {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StagedTree").field("files", &self.blobs.len()).finish_non_exhaustive()
    }
}

impl StagedTree {
    /// The staged files of the repository that `folder` lies in.
    ///
    /// # Errors
    /// When there is no repository, or its index cannot be read.
    pub fn open(folder: &Utf8Path) -> Result<Self, RepositoryError> {
        let repository = open(folder)?;
        let unreadable = |error: String| RepositoryError::Unreadable(folder.to_owned(), error);
        let index = repository.index_or_empty().map_err(|error| unreadable(error.to_string()))?;
        let committed = match repository.head_tree_id_or_empty() {
            Ok(tree) => repository.index_from_tree(&tree).map_err(|error| unreadable(error.to_string()))?,
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let mut blobs = BTreeMap::new();
        let mut problems = Vec::new();
        for entry in index.entries() {
            let path = entry.path(&index);
            let is_file = matches!(
                entry.mode,
                gix::index::entry::Mode::FILE | gix::index::entry::Mode::FILE_EXECUTABLE
            );
            let unchanged = committed.entry_by_path(path).is_some_and(|old| old.id == entry.id);
            if !is_file || unchanged {
                continue;
            }
            match std::str::from_utf8(path) {
                Ok(path) => {
                    blobs.insert(Utf8PathBuf::from(path), entry.id);
                }
                Err(_) => problems.push(Problem::with_file(
                    String::from_utf8_lossy(path).into_owned(),
                    "the name is not UTF-8, so the file was not read",
                )),
            }
        }
        Ok(Self { repository: repository.into_sync(), blobs, problems })
    }

    fn blob(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let id = self.blobs.get(path).ok_or(io::ErrorKind::NotFound)?;
        let repository = self.repository.to_thread_local();
        let header = repository.find_header(*id).map_err(|error| io::Error::other(error.to_string()))?;
        if header.size() > LARGEST_OBJECT {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("larger than {} MB", LARGEST_OBJECT >> 20),
            ));
        }
        let mut blob = repository.find_blob(*id).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(blob.take_data())
    }
}

impl Tree for StagedTree {
    fn walk(&self) -> Walked {
        Walked { paths: self.blobs.keys().cloned().collect(), problems: self.problems.clone() }
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.blob(path)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("larger than {} MB", limit / 1_000_000),
            ));
        }
        Ok(bytes)
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        Ok(Box::new(io::Cursor::new(self.blob(path)?)))
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.blobs.contains_key(path)
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.blobs.keys().any(|file| file != path && file.starts_with(path))
    }
}
