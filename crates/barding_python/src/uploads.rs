//! `barding.uploads`' part of the module: names, kinds and problems of uploaded files.

use pyo3::prelude::*;

/// A name that is safe on every system, in every shell and page, of at most `longest` bytes.
#[pyfunction]
#[pyo3(signature = (name, longest = 255))]
pub(crate) fn safe_name(name: &str, longest: usize) -> String {
    barding_uploads::safe_name(name, longest)
}
