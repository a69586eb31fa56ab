//! Writing changed files: all of them or none, each replaced in one step.
//!
//! Every new text is first written beside its file, with the file's permissions. Only when all of them are on the disk is
//! any file replaced, by a rename. When a rename fails, what was renamed before is put back.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::{self, Write};
use thiserror::Error;

/// One file to write.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Where, relative to the root.
    pub path: Utf8PathBuf,
    /// What it must hold now; `None` when there must be no file yet.
    pub before: Option<Vec<u8>>,
    /// What it is to hold.
    pub after: Vec<u8>,
}

/// Why nothing was written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It may not be written.
    #[error("{0} is read-only")]
    ReadOnly(Utf8PathBuf),
    /// It is a link, or lies behind one.
    #[error("{0} is a symbolic link or lies behind one, and what it points to may lie outside the project")]
    Link(Utf8PathBuf),
    /// Somebody else wrote it since it was read.
    #[error("{0} was changed by somebody else in the meantime")]
    Changed(Utf8PathBuf),
    /// The disk refused.
    #[error("{0} could not be written: {1}")]
    Io(Utf8PathBuf, io::Error),
    /// The disk refused, and then refused to take back what was written before.
    #[error(
        "{path} could not be written: {error}; these were written before and could not be put back: {left}"
    )]
    Half {
        /// The file.
        path: Utf8PathBuf,
        /// What the disk said.
        error: io::Error,
        /// The files that hold their new text.
        left: String,
    },
}

/// A new text on the disk, not yet in its place. Dropped before that, it is removed.
struct Ready<'r> {
    replacement: &'r Replacement,
    place: Utf8PathBuf,
    temporary: Utf8PathBuf,
}

impl Drop for Ready<'_> {
    fn drop(&mut self) {
        // Gone when it was renamed; otherwise nothing may be left behind.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes the files below `root`: all of them, or none.
///
/// # Errors
/// When one of them cannot be written; then all files are as they were, unless the error says otherwise.
pub fn replace_files(root: &Utf8Path, files: &[Replacement]) -> Result<(), WriteError> {
    let mut ready = Vec::with_capacity(files.len());
    for replacement in files {
        ready.push(prepare(root, replacement)?);
    }
    for (at, new) in ready.iter().enumerate() {
        // The last look before the rename: what was written since the audit must not be lost.
        let renamed = match present(&new.place) {
            Ok(now) if now == new.replacement.before => fs::rename(&new.temporary, &new.place)
                .map_err(|error| WriteError::Io(new.place.clone(), error)),
            Ok(_) => Err(WriteError::Changed(new.place.clone())),
            Err(error) => Err(WriteError::Io(new.place.clone(), error)),
        };
        if let Err(error) = renamed {
            let left = put_back(root, &ready[..at]);
            return Err(match (left.is_empty(), error) {
                (true, error) => error,
                (false, WriteError::Io(path, error)) => {
                    WriteError::Half { path, error, left: left.join(", ") }
                }
                (false, error) => WriteError::Half {
                    path: new.place.clone(),
                    error: io::Error::other(error.to_string()),
                    left: left.join(", "),
                },
            });
        }
    }
    Ok(())
}

/// Writes the new text beside the file.
fn prepare<'r>(root: &Utf8Path, replacement: &'r Replacement) -> Result<Ready<'r>, WriteError> {
    let place = root.join(&replacement.path);
    let io_error = |error| WriteError::Io(place.clone(), error);
    refuse_links(root, &replacement.path)?;
    if present(&place).map_err(io_error)? != replacement.before {
        return Err(WriteError::Changed(place));
    }
    let old = fs::symlink_metadata(&place).ok();
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        return Err(WriteError::ReadOnly(place));
    }
    let (temporary, mut file) = temporary(&place).map_err(io_error)?;
    let ready = Ready { replacement, place: place.clone(), temporary };
    let mut write = || -> io::Result<()> {
        file.write_all(&replacement.after)?;
        if let Some(old) = &old {
            keep_owner(&ready.temporary, old)?;
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()
    };
    write().map_err(io_error)?;
    Ok(ready)
}

/// What stands at a path now; `None` when nothing does.
fn present(place: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(place) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A link in the tree may lead anywhere, so nothing is written through one.
fn refuse_links(root: &Utf8Path, path: &Utf8Path) -> Result<(), WriteError> {
    let mut place = root.to_owned();
    for part in path.components() {
        if !matches!(part, camino::Utf8Component::Normal(_)) {
            return Err(WriteError::Link(root.join(path)));
        }
        place.push(part.as_str());
        if fs::symlink_metadata(&place).is_ok_and(|found| found.file_type().is_symlink()) {
            return Err(WriteError::Link(place));
        }
    }
    Ok(())
}

/// A new file of a name that is not taken, in the same folder, so that the rename stays within one file system.
fn temporary(place: &Utf8Path) -> io::Result<(Utf8PathBuf, fs::File)> {
    let name = place.file_name().unwrap_or("file");
    for number in 0..100 {
        let path = place.with_file_name(format!(".{name}.barding-{}-{number}", std::process::id()));
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The new file belongs to whom the old one belongs to.
#[cfg(unix)]
fn keep_owner(path: &Utf8Path, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let new = fs::symlink_metadata(path)?;
    let user = (new.uid() != old.uid()).then_some(old.uid());
    let group = (new.gid() != old.gid()).then_some(old.gid());
    match (user, group) {
        (None, None) => Ok(()),
        _ => std::os::unix::fs::chown(path, user, group),
    }
}

#[cfg(not(unix))]
fn keep_owner(_path: &Utf8Path, _old: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// Gives files their old text again. The names of those that kept the new one come back.
fn put_back(root: &Utf8Path, written: &[Ready<'_>]) -> Vec<String> {
    let mut left = Vec::new();
    for new in written.iter().rev() {
        let back = match &new.replacement.before {
            Some(before) => {
                let undo = Replacement {
                    path: new.replacement.path.clone(),
                    before: Some(new.replacement.after.clone()),
                    after: before.clone(),
                };
                prepare(root, &undo)
                    .map_err(|_| ())
                    .and_then(|old| fs::rename(&old.temporary, &old.place).map_err(|_| ()))
            }
            None => fs::remove_file(&new.place).map_err(|_| ()),
        };
        if back.is_err() {
            left.push(new.place.to_string());
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replacement(path: &str, before: Option<&str>, after: &str) -> Replacement {
        Replacement {
            path: path.into(),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.into(),
        }
    }

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        fs::write(root.join("a.py"), "a = 1\n").unwrap();
        fs::write(root.join("b.py"), "b = 1\n").unwrap();
        (folder, root)
    }

    fn names(root: &Utf8Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_written_and_nothing_else_is_left() {
        let (_folder, root) = folder();
        let files =
            [replacement("a.py", Some("a = 1\n"), "a = 2\n"), replacement(".env.example", None, "A=\n")];
        replace_files(&root, &files).unwrap();
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "a = 2\n");
        assert_eq!(names(&root), [".env.example", "a.py", "b.py"]);
    }

    #[test]
    fn a_file_changed_in_between_stops_all() {
        let (_folder, root) = folder();
        let files =
            [replacement("a.py", Some("a = 1\n"), "a = 2\n"), replacement("b.py", Some("old"), "b = 2\n")];
        assert!(matches!(replace_files(&root, &files), Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "a = 1\n");
        assert_eq!(names(&root), ["a.py", "b.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept_and_read_only_files_refused() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, root) = folder();
        fs::set_permissions(root.join("a.py"), fs::Permissions::from_mode(0o750)).unwrap();
        replace_files(&root, &[replacement("a.py", Some("a = 1\n"), "a = 2\n")]).unwrap();
        assert_eq!(fs::metadata(root.join("a.py")).unwrap().permissions().mode() & 0o777, 0o750);
        fs::set_permissions(root.join("b.py"), fs::Permissions::from_mode(0o444)).unwrap();
        let files = [
            replacement("a.py", Some("a = 2\n"), "a = 3\n"),
            replacement("b.py", Some("b = 1\n"), "b = 2\n"),
        ];
        assert!(matches!(replace_files(&root, &files), Err(WriteError::ReadOnly(_))));
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "a = 2\n");
        assert_eq!(names(&root), ["a.py", "b.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let (_folder, root) = folder();
        let (_other, outside) = folder();
        std::os::unix::fs::symlink(outside.join("a.py"), root.join("link.py")).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("lib")).unwrap();
        for path in ["link.py", "lib/a.py", "../a.py"] {
            let files = [replacement(path, Some("a = 1\n"), "a = 2\n")];
            assert!(matches!(replace_files(&root, &files), Err(WriteError::Link(_))), "{path}");
        }
        assert_eq!(fs::read_to_string(outside.join("a.py")).unwrap(), "a = 1\n");
    }

    #[cfg(unix)]
    #[test]
    fn what_was_written_before_a_failure_is_put_back() {
        let (_folder, root) = folder();
        let files = [
            replacement("a.py", Some("a = 1\n"), "a = 2\n"),
            replacement("b.py", Some("b = 1\n"), "b = 2\n"),
        ];
        let ready: Vec<Ready<'_>> = files.iter().map(|file| prepare(&root, file).unwrap()).collect();
        fs::rename(&ready[0].temporary, &ready[0].place).unwrap();
        assert!(put_back(&root, &ready[..1]).is_empty());
        drop(ready);
        assert_eq!(fs::read_to_string(root.join("a.py")).unwrap(), "a = 1\n");
        assert_eq!(names(&root), ["a.py", "b.py"]);
    }
}
