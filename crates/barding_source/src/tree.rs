//! Where files come from: the disk, one git commit, or a test's memory.

use crate::Problem;
use camino::{Utf8Path, Utf8PathBuf};
use ignore::{WalkBuilder, WalkState};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::Mutex;

/// A set of files. Paths are relative to its root and use `/`.
pub trait Tree: Sync {
    /// Every file that is part of the project, sorted, with what could not be walked.
    fn walk(&self) -> Walked;

    /// The bytes of one file, at most `limit` of them. A longer file is an [`io::ErrorKind::FileTooLarge`] error.
    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>>;

    /// The bytes of one file as a stream, for readers that need no more than a part of it at a time.
    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>>;

    /// Whether `path` names a file, also one that the walk leaves out (ignored by git, say).
    fn is_file(&self, path: &Utf8Path) -> bool;

    /// Whether `path` names a folder.
    fn is_folder(&self, path: &Utf8Path) -> bool;
}

/// The outcome of a walk.
#[derive(Debug, Default)]
pub struct Walked {
    /// The files, sorted.
    pub paths: Vec<Utf8PathBuf>,
    /// Folders and names that could not be read.
    pub problems: Vec<Problem>,
}

/// Folders that hold other people's code or a tool's output. They are left out of every walk.
const NOT_THE_PROJECT: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "site-packages",
    "dist-packages",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".eggs",
    ".venv",
    "__pypackages__",
    ".direnv",
];

/// A folder on the disk. `.gitignore` is honoured (also outside a repository), links are not followed, virtual
/// environments and vendored trees are left out.
#[derive(Debug)]
pub struct DiskTree {
    root: Utf8PathBuf,
    is_one_file: bool,
}

impl DiskTree {
    /// The tree below `root`, which may also be a single file.
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        let root = root.into();
        Self { is_one_file: root.is_file(), root }
    }

    /// The folder everything is relative to.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// A link. What it leads to inside the folder is read under its own name; a module that Python would import by the
    /// link's name counts under that one too. What lies elsewhere is not read, and that is said.
    fn link(&self, batch: &mut Batch<'_>, real_root: &Utf8Path, path: &std::path::Path) {
        let Some(own) = path.strip_prefix(&self.root).ok().and_then(Utf8Path::from_path) else { return };
        if is_foreign(path, own.file_name()) {
            return;
        }
        let is_python = own.extension() == Some("py");
        match path.canonicalize() {
            Ok(target) if target.starts_with(real_root) => {
                if is_python && target.is_file() {
                    batch.paths.push(own.to_owned());
                }
            }
            // A licence or a picture of the folder above is no loss.
            Ok(target) if !is_python && !target.is_dir() => {}
            Ok(_) => batch.problem(Problem::with_file(
                own,
                "is a link that leads out of the audited folder, so it was not followed",
            )),
            // Editors leave links to nothing as locks; there is nothing to miss.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => batch.problem(Problem::with_file(own, "is a link that cannot be followed")),
        }
    }

    /// The file and its length. A device or pipe, which could feed us for ever, is refused.
    fn open_regular(&self, path: &Utf8Path) -> io::Result<(std::fs::File, u64)> {
        let path = if self.is_one_file { self.root.clone() } else { self.root.join(path) };
        let file = std::fs::File::open(&path)?;
        let metadata = file.metadata()?;
        if metadata.is_file() {
            Ok((file, metadata.len()))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
        }
    }
}

impl Tree for DiskTree {
    fn walk(&self) -> Walked {
        if self.is_one_file {
            return Walked {
                paths: self.root.file_name().map(Utf8PathBuf::from).into_iter().collect(),
                problems: Vec::new(),
            };
        }
        let walked = Mutex::new(Walked::default());
        let real_root = &self.root.canonicalize_utf8().unwrap_or_else(|_| self.root.clone());
        let mut builder = WalkBuilder::new(&self.root);
        builder.hidden(false).require_git(false).follow_links(false).threads(2);
        builder.filter_entry(|entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            entry.depth() == 0 || !is_folder || !is_foreign(entry.path(), entry.file_name().to_str())
        });
        builder.build_parallel().run(|| {
            let mut batch = Batch { walked: &walked, paths: Vec::new() };
            Box::new(move |entry| {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                        match entry.path().strip_prefix(&self.root) {
                            Ok(path) => match Utf8Path::from_path(path) {
                                Some(path) => batch.paths.push(path.to_owned()),
                                None => batch.problem(Problem::with_file(
                                    path.to_string_lossy().into_owned(),
                                    "the name is not UTF-8, so the file was not read",
                                )),
                            },
                            Err(_) => unreachable_entry(&mut batch, entry.path()),
                        }
                    }
                    Ok(entry) if entry.path_is_symlink() && entry.depth() > 0 => {
                        self.link(&mut batch, real_root, entry.path());
                    }
                    Ok(_) => {}
                    Err(error) => batch.problem(Problem::general(error.to_string())),
                }
                WalkState::Continue
            })
        });
        let mut walked = walked.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        walked.paths = without_installed(walked.paths);
        walked.paths.sort();
        walked.problems.sort();
        walked
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        let (file, length) = self.open_regular(path)?;
        if length > limit {
            return Err(too_large(limit));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        let (file, length) = self.open_regular(path)?;
        // The end is known, so nobody asks for it; what is written meanwhile is not read.
        Ok(Box::new(file.take(length)))
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.root.join(path).is_file()
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.root.join(path).is_dir()
    }
}

/// Paths one walking thread has seen; handed over when the thread ends.
struct Batch<'a> {
    walked: &'a Mutex<Walked>,
    paths: Vec<Utf8PathBuf>,
}

impl Batch<'_> {
    fn problem(&mut self, problem: Problem) {
        self.walked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).problems.push(problem);
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.walked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).paths.append(&mut self.paths);
    }
}

fn unreachable_entry(batch: &mut Batch<'_>, path: &std::path::Path) {
    batch.problem(Problem::general(format!("{} lies outside the audited folder", path.display())));
}

fn is_foreign(path: &std::path::Path, name: Option<&str>) -> bool {
    let Some(name) = name else { return false };
    NOT_THE_PROJECT.contains(&name) || path.join("pyvenv.cfg").is_file() || path.join("conda-meta").is_dir()
}

/// The paths without what lies in folders that an installer filled (`pip install --target`): those which hold the
/// records of two packages or more. The records stay, since they tell what is installed.
fn without_installed(paths: Vec<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    let is_record = |path: &Utf8Path| path.extension() == Some("dist-info");
    let mut records: BTreeMap<Utf8PathBuf, BTreeSet<String>> = BTreeMap::new();
    for path in &paths {
        if let Some(record) = path.parent().filter(|parent| is_record(parent))
            && let (Some(folder), Some(name)) = (record.parent(), record.file_name())
            && !folder.as_str().is_empty()
        {
            records.entry(folder.to_owned()).or_default().insert(name.to_owned());
        }
    }
    records.retain(|_, names| names.len() > 1);
    if records.is_empty() {
        return paths;
    }
    let is_installed = |path: &Utf8PathBuf| {
        !path.ancestors().any(is_record)
            && path.ancestors().skip(1).any(|folder| records.contains_key(folder))
    };
    paths.into_iter().filter(|path| !is_installed(path)).collect()
}

fn too_large(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MB", limit / 1_000_000))
}

/// Files in memory, for tests and for pages.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same tree with one more file.
    #[must_use]
    pub fn with(mut self, path: impl Into<Utf8PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.add(path, bytes);
        self
    }

    /// Adds a file, replacing one of the same path.
    pub fn add(&mut self, path: impl Into<Utf8PathBuf>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl Tree for MemoryTree {
    fn walk(&self) -> Walked {
        Walked { paths: self.files.keys().cloned().collect(), problems: Vec::new() }
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes.clone()) }
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        let bytes = self.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.files.contains_key(path)
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.files.keys().any(|file| file != path && file.starts_with(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[cfg(unix)]
    #[test]
    fn links_are_told_and_never_followed_in_circles() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        fs::create_dir_all(root.join("shop")).unwrap();
        fs::write(root.join("shop/live.py"), "").unwrap();
        symlink("live.py", root.join("shop/settings.py")).unwrap();
        symlink("..", root.join("shop/loop")).unwrap();
        symlink("itself", root.join("shop/itself")).unwrap();
        symlink("nothing.py", root.join("shop/gone.py")).unwrap();
        symlink(elsewhere.path(), root.join("shop/outside")).unwrap();
        let walked = DiskTree::new(root).walk();
        assert_eq!(walked.paths, ["shop/live.py", "shop/settings.py"]);
        let told: Vec<_> = walked.problems.iter().filter_map(|problem| problem.path.as_deref()).collect();
        assert_eq!(told, ["shop/itself", "shop/outside"]);
    }

    #[test]
    fn the_walk_leaves_out_what_is_not_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for path in [
            "manage.py",
            "shop/settings.py",
            "node_modules/x/a.py",
            "env/lib/b.py",
            "media/c.py",
            ".env",
            "dist/pony/__init__.py",
            "dist/pony-1.0.dist-info/METADATA",
            "dist/zebra-2.0.dist-info/METADATA",
            "shop-3.0.dist-info/METADATA",
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "").unwrap();
        }
        fs::write(root.join("env/pyvenv.cfg"), "").unwrap();
        fs::write(root.join(".gitignore"), "media/\n").unwrap();
        let paths = DiskTree::new(root).walk().paths;
        assert_eq!(
            paths,
            [
                ".env",
                ".gitignore",
                "dist/pony-1.0.dist-info/METADATA",
                "dist/zebra-2.0.dist-info/METADATA",
                "manage.py",
                "shop/settings.py",
                "shop-3.0.dist-info/METADATA",
            ]
        );
    }

    #[test]
    fn a_file_over_the_limit_is_an_error() {
        let tree = MemoryTree::new().with("a.py", "12345");
        assert_eq!(tree.read(Utf8Path::new("a.py"), 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(tree.read(Utf8Path::new("a.py"), 5).unwrap(), b"12345");
    }
}
