//! Facts about Django itself, one row per release series: default settings, end of life, shipped password hashers.
//!
//! What comes in: the project's manifests. What goes out: the [`DjangoVersion`] a project runs on, with the line that
//! says so, and the [`Defaults`](crate::settings::Defaults) of that version. It judges nothing.

mod defaults;
pub mod hashers;
mod manifests;
mod series;
mod version;

pub use defaults::{default_on, defaults};
pub use manifests::version_near;
pub use series::Series;
pub use version::{DjangoVersion, VersionSource};
