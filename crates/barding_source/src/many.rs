//! Several trees that are one: the paths given on one command line.

use crate::{DiskTree, Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use std::io;

/// Folders and files below one common folder; nothing beside them is looked at.
#[derive(Debug)]
pub struct ManyTrees {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    /// Where the part stands below the common folder; a file's part is the folder it is in.
    prefix: Utf8PathBuf,
    /// The file's name when the part is a single file.
    only: Option<Utf8PathBuf>,
    tree: DiskTree,
}

impl ManyTrees {
    /// The trees at `paths`, each below `root`. A path outside of `root` is left out.
    pub fn new(root: &Utf8Path, paths: &[Utf8PathBuf]) -> Self {
        let parts = paths.iter().filter_map(|path| {
            let below = path.strip_prefix(root).ok()?;
            let tree = DiskTree::new(path.clone());
            Some(if path.is_file() {
                let prefix = below.parent().unwrap_or(Utf8Path::new("")).to_owned();
                Part { prefix, only: below.file_name().map(Utf8PathBuf::from), tree }
            } else {
                Part { prefix: below.to_owned(), only: None, tree }
            })
        });
        Self { parts: parts.collect() }
    }

    fn part<'p>(&self, path: &'p Utf8Path) -> impl Iterator<Item = (&Part, &'p Utf8Path)> {
        self.parts.iter().filter_map(move |part| {
            let below = path.strip_prefix(&part.prefix).ok()?;
            part.only.as_ref().is_none_or(|only| only == below).then_some((part, below))
        })
    }
}

impl Tree for ManyTrees {
    fn walk(&self) -> Walked {
        let mut all = Walked::default();
        for part in &self.parts {
            let Walked { paths, problems } = part.tree.walk();
            all.paths.extend(paths.into_iter().map(|path| part.prefix.join(path)));
            all.problems.extend(problems.into_iter().map(|mut problem| {
                problem.path = problem.path.map(|path| part.prefix.join(path));
                problem
            }));
        }
        all.paths.sort();
        all.paths.dedup();
        all.problems.sort();
        all.problems.dedup();
        all
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.part(path).next() {
            Some((part, below)) => part.tree.read(below, limit),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn io::Read + 'a>> {
        match self.part(path).next() {
            Some((part, below)) => part.tree.open(below),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.part(path).any(|(part, below)| part.only.is_some() || part.tree.is_file(below))
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.parts.iter().any(|part| part.prefix.starts_with(path))
            || self.part(path).any(|(part, below)| part.only.is_none() && part.tree.is_folder(below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_what_was_named_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        for path in ["a/x.py", "a/y.py", "b/z.py", "c/w.py"] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), path).unwrap();
        }
        let tree = ManyTrees::new(root, &[root.join("a/x.py"), root.join("b")]);
        assert_eq!(tree.walk().paths, ["a/x.py", "b/z.py"]);
        assert_eq!(tree.read(Utf8Path::new("b/z.py"), 99).unwrap(), b"b/z.py");
        assert!(tree.read(Utf8Path::new("a/y.py"), 99).is_err());
        assert!(tree.is_folder(Utf8Path::new("a")) && !tree.is_file(Utf8Path::new("c/w.py")));
    }
}
