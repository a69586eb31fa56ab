//! `barding.uploads`' part of the module: names, kinds and problems of uploaded files.

use barding_uploads::{Buffered, Kind, Limits};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// What was found out about one file.
#[pyclass(frozen, module = "barding._core")]
pub(crate) struct Inspection {
    found: barding_uploads::Inspection,
}

/// One thing that is wrong with a file: a stable word, what was seen, and where.
#[pyclass(frozen, get_all, module = "barding._core")]
pub(crate) struct Problem {
    code: &'static str,
    detail: String,
    at: u64,
}

#[pymethods]
impl Problem {
    fn __repr__(&self) -> String {
        format!("<{} at {}: {}>", self.code, self.at, self.detail)
    }
}

#[pymethods]
impl Inspection {
    #[getter]
    fn kind(&self) -> &'static str {
        self.found.kind.name()
    }

    #[getter]
    fn family(&self) -> &'static str {
        self.found.kind.family().name()
    }

    #[getter]
    fn title(&self) -> &'static str {
        self.found.kind.title()
    }

    #[getter]
    fn media_type(&self) -> &'static str {
        self.found.kind.media_type()
    }

    #[getter]
    fn width(&self) -> Option<u32> {
        self.found.width
    }

    #[getter]
    fn height(&self) -> Option<u32> {
        self.found.height
    }

    #[getter]
    fn frames(&self) -> Option<u32> {
        self.found.frames
    }

    #[getter]
    fn entries(&self) -> Option<u64> {
        self.found.entries
    }

    #[getter]
    fn unpacked(&self) -> Option<u64> {
        self.found.unpacked
    }

    #[getter]
    fn metadata(&self) -> bool {
        self.found.metadata
    }

    #[getter]
    fn walked(&self) -> bool {
        self.found.walked
    }

    #[getter]
    fn problems(&self) -> Vec<Problem> {
        self.found
            .problems
            .iter()
            .map(|problem| Problem { code: problem.code, detail: problem.detail.clone(), at: problem.at })
            .collect()
    }

    fn __repr__(&self) -> String {
        let codes: Vec<&str> = self.found.problems.iter().map(|problem| problem.code).collect();
        format!(
            "<{}: {}>",
            self.found.kind.name(),
            if codes.is_empty() { "fine".into() } else { codes.join(", ") }
        )
    }
}

/// Bounds on what a file may unfold to.
#[pyclass(frozen, name = "Limits", module = "barding._core")]
#[derive(Clone)]
pub(crate) struct PyLimits {
    limits: Limits,
}

#[pymethods]
impl PyLimits {
    #[new]
    #[pyo3(signature = (*, pixels = None, side = None, frames = None, frame_pixels = None, entries = None, unpacked = None, ratio = None, nesting = None))]
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        pixels: Option<u64>,
        side: Option<u32>,
        frames: Option<u32>,
        frame_pixels: Option<u64>,
        entries: Option<u64>,
        unpacked: Option<u64>,
        ratio: Option<u64>,
        nesting: Option<u32>,
    ) -> Self {
        let usual = Limits::default();
        Self {
            limits: Limits {
                pixels: pixels.unwrap_or(usual.pixels),
                side: side.unwrap_or(usual.side),
                frames: frames.unwrap_or(usual.frames),
                frame_pixels: frame_pixels.unwrap_or(usual.frame_pixels),
                entries: entries.unwrap_or(usual.entries),
                unpacked: unpacked.unwrap_or(usual.unpacked),
                ratio: ratio.unwrap_or(usual.ratio),
                nesting: nesting.unwrap_or(usual.nesting),
            },
        }
    }
}

fn limits_of(limits: Option<&PyLimits>) -> Limits {
    limits.map(|limits| limits.limits.clone()).unwrap_or_default()
}

/// Walks bytes in memory.
#[pyfunction]
#[pyo3(signature = (data, limits = None))]
pub(crate) fn inspect_bytes(py: Python<'_>, data: &[u8], limits: Option<&PyLimits>) -> Inspection {
    let limits = limits_of(limits);
    py.detach(|| {
        let mut source = data;
        Inspection { found: barding_uploads::inspect(&mut source, &limits) }
    })
}

/// Walks a file on disk.
#[pyfunction]
#[pyo3(signature = (path, limits = None))]
pub(crate) fn inspect_path(
    py: Python<'_>,
    path: std::path::PathBuf,
    limits: Option<&PyLimits>,
) -> PyResult<Inspection> {
    let limits = limits_of(limits);
    py.detach(|| {
        let mut file = File::open(&path)?;
        let size = file.metadata()?.len();
        let mut failure = None;
        let mut source = Buffered::new(size, |at, buffer: &mut [u8]| match read_at(&mut file, at, buffer) {
            Ok(count) => count,
            Err(error) => {
                failure = Some(error);
                0
            }
        });
        let found = barding_uploads::inspect(&mut source, &limits);
        match failure {
            Some(error) => Err(PyOSError::new_err(error.to_string())),
            None => Ok(Inspection { found }),
        }
    })
}

fn read_at(file: &mut File, at: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// Walks an open file: an object with `seek` and `read`. Its place is not restored.
#[pyfunction]
#[pyo3(signature = (file, size, limits = None))]
pub(crate) fn inspect_file(
    file: &Bound<'_, PyAny>,
    size: u64,
    limits: Option<&PyLimits>,
) -> PyResult<Inspection> {
    let limits = limits_of(limits);
    let mut failure = None;
    let mut source = Buffered::new(size, |at, buffer: &mut [u8]| match read_python(file, at, buffer) {
        Ok(count) => count,
        Err(error) => {
            failure = Some(error);
            0
        }
    });
    let found = barding_uploads::inspect(&mut source, &limits);
    match failure {
        Some(error) => Err(error),
        None => Ok(Inspection { found }),
    }
}

fn read_python(file: &Bound<'_, PyAny>, at: u64, buffer: &mut [u8]) -> PyResult<usize> {
    file.call_method1("seek", (at,))?;
    let mut filled = 0;
    while filled < buffer.len() {
        let piece = file.call_method1("read", (buffer.len() - filled,))?;
        let piece = piece
            .cast::<PyBytes>()
            .map_err(|_| PyValueError::new_err("the file must be opened in binary mode"))?;
        let bytes = piece.as_bytes();
        if bytes.is_empty() {
            break;
        }
        let count = bytes.len().min(buffer.len() - filled);
        buffer[filled..filled + count].copy_from_slice(&bytes[..count]);
        filled += count;
    }
    Ok(filled)
}

/// The kind of bytes by their beginning, and by the directory of archives where all of them are given.
#[pyfunction]
pub(crate) fn recognise(data: &[u8]) -> &'static str {
    let mut source = data;
    barding_uploads::recognise(&mut source).name()
}

/// The kind by the first bytes of a stream whose rest has not come yet.
#[pyfunction]
pub(crate) fn recognise_head(head: &[u8]) -> &'static str {
    barding_uploads::recognise_head(head).name()
}

/// Every kind: name, family, title, media types, extensions.
#[pyfunction]
pub(crate) fn kinds() -> Vec<(&'static str, &'static str, &'static str, Vec<&'static str>, Vec<&'static str>)>
{
    Kind::ALL
        .iter()
        .map(|kind| {
            (
                kind.name(),
                kind.family().name(),
                kind.title(),
                kind.media_types().to_vec(),
                kind.extensions().to_vec(),
            )
        })
        .collect()
}

/// A name that is safe on every system, in every shell and page, of at most `longest` bytes.
#[pyfunction]
#[pyo3(signature = (name, longest = 255))]
pub(crate) fn safe_name(name: &str, longest: usize) -> String {
    barding_uploads::safe_name(name, longest)
}

/// What is wrong with a name as it was sent: pairs of a stable word and a sentence.
#[pyfunction]
pub(crate) fn name_problems(name: &str) -> Vec<(&'static str, String)> {
    barding_uploads::name_problems(name).into_iter().map(|problem| (problem.code, problem.detail)).collect()
}

/// A JPEG, PNG, GIF or WebP picture without metadata and without what follows its end; `None` for anything else.
#[pyfunction]
pub(crate) fn strip_metadata<'py>(py: Python<'py>, data: &[u8]) -> Option<Bound<'py, PyBytes>> {
    let stripped = py.detach(|| barding_uploads::strip_metadata(data))?;
    Some(PyBytes::new(py, &stripped.bytes))
}

/// A drawing without anything active; `None` when it cannot be read.
#[pyfunction]
pub(crate) fn sanitise_svg(text: &str) -> Option<String> {
    barding_uploads::sanitise_svg(text)
}

/// A table in which no cell is a formula.
#[pyfunction]
pub(crate) fn neutralise_csv(text: &str) -> String {
    barding_uploads::neutralise_csv(text)
}
