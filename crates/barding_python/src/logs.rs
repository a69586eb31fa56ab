//! Redaction for logs: `barding.logs` asks here about every text.

use barding_secrets::{KnownValues, NameVerdict, Redactor};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// Texts above this are read while other threads run.
const LARGE: usize = 64 << 10;

/// Blots out secrets in texts. Values are hashed with the key and not kept.
#[pyclass(frozen, module = "barding._core")]
pub(crate) struct LogRedactor {
    redactor: Redactor,
    /// How many of the values are too short or too ordinary to be looked for.
    #[pyo3(get)]
    left_out: usize,
}

#[pymethods]
impl LogRedactor {
    #[new]
    fn new(values: Vec<Bound<'_, PyString>>, key: [u8; 32]) -> Self {
        let values: Vec<_> = values.iter().map(|value| value.to_string_lossy()).collect();
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        let (known, left_out) = KnownValues::new(&values, key);
        Redactor::warm_up();
        Self { redactor: Redactor::new(known), left_out: left_out.len() }
    }

    /// The text without its secrets; the same object when it has none.
    fn redact<'py>(&self, text: &Bound<'py, PyString>) -> Bound<'py, PyString> {
        let python = text.py();
        // A text with half a surrogate pair has no UTF-8; what it says is read all the same.
        let readable = text.to_string_lossy();
        let clean = if readable.len() > LARGE {
            python.detach(|| self.redactor.redact(&readable))
        } else {
            self.redactor.redact(&readable)
        };
        match clean {
            None => text.clone(),
            Some(clean) => PyString::new(python, &clean),
        }
    }

    fn __repr__(&self) -> &'static str {
        "<LogRedactor>"
    }
}

/// What a name says about its value: 0 nothing, 1 that one which looks random is secret, 2 that it is secret.
#[pyfunction]
pub(crate) fn judge_name(name: &str) -> u8 {
    match barding_secrets::judge_log_name(name) {
        NameVerdict::Open => 0,
        NameVerdict::HideRandom => 1,
        NameVerdict::Hide => 2,
    }
}
