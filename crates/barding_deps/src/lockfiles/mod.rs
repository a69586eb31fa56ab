//! One file per format that names packages. Each has `owns`, which decides by the path alone, and `read`, which never
//! fails: it adds what it understood, and a problem for what it did not.

mod conda;
mod cyclonedx;
mod dist_info;
mod javascript;
mod pdm_lock;
mod pipfile;
mod pipfile_lock;
mod poetry_lock;
mod pylock;
mod pyproject;
pub(crate) mod requirements;
mod setup_cfg;
mod setup_py;
mod spdx;
mod uv_lock;

use crate::manifest::{Reading, Role};
use barding_source::SourceFile;
use camino::Utf8Path;

/// A format that names packages.
#[derive(Debug)]
pub struct Format {
    /// Its name in reports.
    pub name: &'static str,
    /// What such a file is to an installer.
    pub role: Role,
    /// Whether a file at this path has the format.
    pub owns: fn(&Utf8Path) -> bool,
    /// Reads a file of the format.
    pub read: fn(&SourceFile, &mut Reading),
}

/// Every format, in the order in which they are asked.
pub const LOCKFILES: &[&Format] = &[
    &poetry_lock::FORMAT,
    &pdm_lock::FORMAT,
    &uv_lock::FORMAT,
    &pylock::FORMAT,
    &pipfile_lock::FORMAT,
    &conda::LOCK,
    &cyclonedx::FORMAT,
    &spdx::FORMAT,
    &dist_info::FORMAT,
    &dist_info::EGG,
    &pyproject::FORMAT,
    &setup_cfg::FORMAT,
    &setup_py::FORMAT,
    &pipfile::FORMAT,
    &conda::FORMAT,
    &javascript::FORMAT,
    &requirements::CONSTRAINTS,
    &requirements::FORMAT,
];

/// The format of the file at `path`, by its name.
pub fn format_of(path: &Utf8Path) -> Option<&'static Format> {
    LOCKFILES.iter().find(|format| (format.owns)(path)).copied()
}

pub(crate) fn is_named(path: &Utf8Path, names: &[&str]) -> bool {
    path.file_name().is_some_and(|name| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
}
