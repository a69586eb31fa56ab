//! Files and the places in them.
//!
//! What comes in: a [`Tree`] (the disk, a git commit, a test's memory). What goes out: [`SourceFile`]s and
//! [`Span`]s into them, [`Problem`]s for what could not be read, and [`Redacted`] secrets. This room knows bytes
//! and places; it knows no parser, no Python and no Django.

mod environment;
mod file;
mod kind;
mod many;
mod mode;
mod overlay;
mod problem;
mod redacted;
mod sources;
mod span;
mod tree;
mod write;

pub use environment::{InstalledTree, NamedFiles};
pub use file::{LineColumn, SourceFile};
pub use kind::FileKind;
pub use many::ManyTrees;
pub use mode::{mode_of, mode_with_folders};
pub use overlay::OverlayTree;
pub use problem::{Parsed, Problem};
pub use redacted::Redacted;
pub use sources::{ReadLimits, Sources};
pub use span::{FileId, Span};
pub use tree::{DiskTree, MemoryTree, Tree, Walked};
pub use write::{Replacement, WriteError, replace_files};
