//! The door for Python: the module `barding._core`.
//!
//! What comes in: bytes, file objects, texts and policies of the Python package. What goes out: plain Python values. Each
//! part has its own file here and its own room below; this room only translates, and knows neither Django nor rules.

use pyo3::prelude::*;

mod logs;
mod uploads;

/// The Rust part of barding. Use the modules `barding.uploads` and `barding.logs`.
#[pymodule]
mod _core {
    #[pymodule_export]
    use super::logs::{LogRedactor, judge_name};
    #[pymodule_export]
    use super::uploads::{
        Inspection, Problem, PyLimits, inspect_bytes, inspect_file, inspect_path, kinds, name_problems,
        neutralise_csv, recognise, recognise_head, safe_name, sanitise_svg, strip_metadata,
    };

    /// The version of the package, the same for the command and for this module.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
