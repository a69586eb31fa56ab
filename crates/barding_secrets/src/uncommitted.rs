//! What a commit does not hold yet: files of the working tree that differ from HEAD, found without running git.

use crate::repository::{RepositoryError, open, prefix_of};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;

/// The state of a working tree below one folder. Paths are relative to that folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingTree {
    /// Tracked files that differ from the last commit, in the index or on the disk, sorted.
    pub changed: Vec<Utf8PathBuf>,
    /// Every file that git tracks.
    pub tracked: BTreeSet<Utf8PathBuf>,
}

impl WorkingTree {
    /// Compares the working tree that `folder` lies in with its last commit. `None` when there is no working tree.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn look(folder: &Utf8Path) -> Result<Option<Self>, RepositoryError> {
        let repository = match open(folder) {
            Ok(repository) => repository,
            Err(RepositoryError::None(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(prefix) = prefix_of(&repository, folder) else { return Ok(None) };
        let unreadable = |error: String| RepositoryError::Unreadable(folder.to_owned(), error);
        let index = repository.index_or_empty().map_err(|error| unreadable(error.to_string()))?;
        let committed = match repository.head_tree_id_or_empty() {
            Ok(tree) => repository.index_from_tree(&tree).map_err(|error| unreadable(error.to_string()))?,
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let below = |path: &[u8]| {
            Utf8Path::new(std::str::from_utf8(path).ok()?).strip_prefix(&prefix).ok().map(Utf8Path::to_owned)
        };
        let mut state = Self::default();
        let mut changed = BTreeSet::new();
        for entry in index.entries() {
            let Some(path) = below(entry.path(&index)) else { continue };
            let is_file = matches!(
                entry.mode,
                gix::index::entry::Mode::FILE | gix::index::entry::Mode::FILE_EXECUTABLE
            );
            let staged = committed.entry_by_path(entry.path(&index)).is_none_or(|old| old.id != entry.id);
            if staged || (is_file && !is_on_disk(&folder.join(&path), &entry.id)) {
                changed.insert(path.clone());
            }
            state.tracked.insert(path);
        }
        for entry in committed.entries() {
            if let Some(path) = below(entry.path(&committed))
                && !state.tracked.contains(&path)
            {
                changed.insert(path);
            }
        }
        state.changed = changed.into_iter().collect();
        Ok(Some(state))
    }
}

/// Whether the disk holds that blob, also with the line ends of another system.
fn is_on_disk(path: &Utf8Path, id: &gix::hash::oid) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
    let same = |bytes: &[u8]| {
        gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|found| found == id)
    };
    if same(&bytes) {
        return true;
    }
    let has_carriage_returns = bytes.windows(2).any(|pair| pair == b"\r\n");
    has_carriage_returns && same(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n").into_bytes())
}
