//! The floor that `cargo xtask bench` measures against: walk a tree, read and parse every Python file, nothing else.

use barding_project::python;
use barding_source::{DiskTree, FileKind, ReadLimits, Sources};
use rayon::prelude::*;

fn main() {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let tree = DiskTree::new(root);
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let ids: Vec<_> = sources.of_kind(FileKind::Python).map(|(id, _)| id).collect();
    let statements: usize = ids
        .par_iter()
        .filter_map(|id| sources.file(*id))
        .map(|file| python::parse(file).tree.syntax.body.len())
        .sum();
    println!("{statements}");
}
