//! What was found: a hit in some bytes, and a secret at a place.

use crate::Detector;
use barding_source::Redacted;
use camino::Utf8PathBuf;
use std::ops::Range;

/// How sure we are that it is a secret in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The shape fits, the surroundings speak against it: a test, a manual, an example.
    Low,
    /// A shape that ordinary text has now and then.
    Medium,
    /// A shape that nothing else has, or a setting whose value can only be a secret.
    High,
}

impl Certainty {
    /// One step less sure.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// A secret in a run of bytes.
#[derive(Clone, Debug)]
pub struct Hit {
    /// What sort of secret.
    pub detector: &'static Detector,
    /// The bytes of the secret itself.
    pub range: Range<usize>,
    /// How sure we are.
    pub certainty: Certainty,
    /// The name it is assigned to, where there is one.
    pub name: Option<String>,
    /// What the offline check of the format said: "the checksum is right", "of account 123456789012".
    pub checked: Option<String>,
}

/// A secret at a place in a file.
#[derive(Clone, Debug)]
pub struct Secret {
    /// What sort of secret.
    pub detector: &'static Detector,
    /// The file, relative to the audited folder.
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: u64,
    /// The column in bytes, from 1.
    pub column: u64,
    /// The byte where the secret starts.
    pub offset: u64,
    /// The secret.
    pub value: Redacted,
    /// How sure we are.
    pub certainty: Certainty,
    /// The name it is assigned to, where there is one.
    pub name: Option<String>,
    /// What the offline check of the format said.
    pub checked: Option<String>,
}

impl Secret {
    /// The hits of `bytes` as secrets of the file at `path`. `first_line` and `first_offset` are those of the bytes' start.
    pub(crate) fn place(
        hits: Vec<Hit>,
        bytes: &[u8],
        path: &camino::Utf8Path,
        mut line: u64,
        first_offset: u64,
    ) -> impl Iterator<Item = Self> {
        let mut counted = 0;
        hits.into_iter().map(move |hit| {
            line += memchr::memchr_iter(b'\n', &bytes[counted..hit.range.start]).count() as u64;
            counted = hit.range.start;
            let line_start = memchr::memrchr(b'\n', &bytes[..hit.range.start]).map_or(0, |at| at + 1);
            Self {
                detector: hit.detector,
                path: path.to_owned(),
                line,
                column: (hit.range.start - line_start) as u64 + 1,
                offset: first_offset + hit.range.start as u64,
                value: Redacted::new(String::from_utf8_lossy(&bytes[hit.range]).into_owned()),
                certainty: hit.certainty,
                name: hit.name,
                checked: hit.checked,
            }
        })
    }
}
