//! Trees that show only a part of the disk: what is installed in an environment, or a few named files.

use crate::{DiskTree, Problem, Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use std::io::{self, Read};

/// The metadata of what is installed below a folder: a virtual environment, `site-packages`, the root of a container.
/// Links are not followed, and nothing but metadata is shown.
#[derive(Debug)]
pub struct InstalledTree {
    disk: DiskTree,
    root: Utf8PathBuf,
}

/// Folders below a root that are looked into for `site-packages`. A container's root is wide, but not deep.
const DEEPEST: usize = 9;

/// Folders that hold no packages and may be endless.
const NEVER: &[&str] = &["proc", "sys", "dev", "node_modules", ".git", "__pycache__"];

impl InstalledTree {
    /// What is installed below `root`.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        let root = root.into();
        Self { disk: DiskTree::new(root.clone()), root }
    }

    fn search(&self, folder: &Utf8Path, depth: usize, walked: &mut Walked) {
        let entries = match self.root.join(folder).read_dir_utf8() {
            Ok(entries) => entries,
            Err(error) => {
                // Parts of a container's root may be closed to whoever looks; that is worth a word, not a stop.
                walked.problems.push(Problem::with_file(folder, format!("could not be listed: {error}")));
                return;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let path = folder.join(name);
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && name.ends_with(".dist-info") {
                walked.paths.push(path.join("METADATA"));
            } else if kind.is_dir() && name.ends_with(".egg-info") {
                walked.paths.push(path.join("PKG-INFO"));
            } else if kind.is_file() && name.ends_with(".egg-info") {
                walked.paths.push(path);
            } else if kind.is_dir() && depth < DEEPEST && !NEVER.contains(&name) && !is_package_folder(folder)
            {
                self.search(&path, depth + 1, walked);
            }
        }
    }
}

/// Packages lie side by side, never inside each other.
fn is_package_folder(folder: &Utf8Path) -> bool {
    matches!(folder.file_name(), Some("site-packages" | "dist-packages"))
}

impl Tree for InstalledTree {
    fn walk(&self) -> Walked {
        let mut walked = Walked::default();
        self.search(Utf8Path::new(""), 0, &mut walked);
        walked.paths.retain(|path| self.is_file(path));
        walked.paths.sort();
        walked.problems.sort();
        walked
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        self.disk.read(path, limit)
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        self.disk.open(path)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.disk.is_file(path)
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.disk.is_folder(path)
    }
}

/// A few files of a folder. The walk shows only these; others are read when they are asked for by name.
#[derive(Debug)]
pub struct NamedFiles {
    disk: DiskTree,
    paths: Vec<Utf8PathBuf>,
}

impl NamedFiles {
    /// These paths, relative to `root`.
    pub fn new(root: impl Into<Utf8PathBuf>, mut paths: Vec<Utf8PathBuf>) -> Self {
        paths.sort();
        paths.dedup();
        Self { disk: DiskTree::new(root), paths }
    }
}

impl Tree for NamedFiles {
    fn walk(&self) -> Walked {
        Walked { paths: self.paths.clone(), problems: Vec::new() }
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        self.disk.read(path, limit)
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        self.disk.open(path)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.disk.is_file(path)
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.disk.is_folder(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_metadata_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for path in [
            "lib/python3.12/site-packages/Django-4.2.1.dist-info/METADATA",
            "lib/python3.12/site-packages/django/__init__.py",
            "usr/lib/python3/dist-packages/old.egg-info/PKG-INFO",
            "proc/1/site-packages/evil-1.dist-info/METADATA",
            "lib/python3.12/site-packages/empty-1.dist-info/RECORD",
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "").unwrap();
        }
        let paths = InstalledTree::new(root).walk().paths;
        assert_eq!(
            paths,
            [
                "lib/python3.12/site-packages/Django-4.2.1.dist-info/METADATA",
                "usr/lib/python3/dist-packages/old.egg-info/PKG-INFO"
            ]
        );
    }
}
