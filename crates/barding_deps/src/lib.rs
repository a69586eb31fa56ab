//! Lock files, advisories and versions.
//!
//! What comes in: [`barding_source::Sources`] and an advisory index. What goes out: [`Packages`], every package a project
//! names with its place, and what is known about a version of one. It knows no rule and no finding, and it asks nobody
//! on the network.

pub mod advisories;
mod data;
pub mod lockfiles;
mod manifest;
pub mod marker;
mod package;
mod packages;
pub mod reach;
mod requirement;
mod upgrade;
mod vendored;

pub use advisories::{Advisories, PackageAdvisories, Rating, Vulnerability};
pub use manifest::{Include, IndexKind, IndexOption, Manifest, Reading, Role};
pub use package::{Group, Origin, Package, PackageName, Wanted};
pub use packages::{Limit, Packages};
pub use pep440_rs::Version;
pub use upgrade::{Admitted, Upgrade, admitted, smallest_upgrade};
