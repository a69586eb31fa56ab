//! What was found out about one file.

use crate::kind::Kind;

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable word, such as `trailing-data`; docs/uploads.md lists them.
    pub code: &'static str,
    /// What was seen, in words.
    pub detail: String,
    /// Where in the file.
    pub at: u64,
}

/// Bounds on what a file may unfold to.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pixels of one picture along one side.
    pub side: u32,
    /// Frames of an animation, pages of a TIFF.
    pub frames: u32,
    /// Pixels of all frames together.
    pub frame_pixels: u64,
    /// Entries of an archive, those of nested archives included.
    pub entries: u64,
    /// Bytes of all entries together.
    pub unpacked: u64,
    /// Unpacked bytes per packed byte, looked at beyond one megabyte.
    pub ratio: u64,
    /// Archives within archives: 0 allows none.
    pub nesting: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pixels: 50_000_000,
            side: 20_000,
            frames: 1_000,
            frame_pixels: 500_000_000,
            entries: 5_000,
            unpacked: 256 << 20,
            ratio: 200,
            nesting: 0,
        }
    }
}

/// A file's kind, its measures and its problems.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What it is.
    pub kind: Kind,
    /// Pixels across, for pictures and films that say so.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// Frames or pages, where they were counted.
    pub frames: Option<u32>,
    /// Entries, for archives.
    pub entries: Option<u64>,
    /// Bytes after unpacking, where they are known.
    pub unpacked: Option<u64>,
    /// True when the file carries metadata such as EXIF, XMP or comments.
    pub metadata: bool,
    /// True when the structure was walked to its end; false for kinds that are only recognised.
    pub walked: bool,
    /// What is wrong, in order of discovery.
    pub problems: Vec<Problem>,
}

/// More problems than this teach nobody anything.
const MOST_PROBLEMS: usize = 40;

impl Inspection {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            width: None,
            height: None,
            frames: None,
            entries: None,
            unpacked: None,
            metadata: false,
            walked: false,
            problems: Vec::new(),
        }
    }

    pub(crate) fn problem(&mut self, code: &'static str, at: u64, detail: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS
            && !self.problems.iter().any(|other| other.code == code && other.at == at)
        {
            self.problems.push(Problem { code, detail: detail.into(), at });
        }
    }

    pub(crate) fn malformed(&mut self, at: u64, what: &str) {
        self.problem("malformed", at, what);
    }

    pub(crate) fn has(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// Notes the size of a picture and whether it is too large.
    pub(crate) fn picture(&mut self, width: u32, height: u32, limits: &Limits) {
        self.width = Some(self.width.unwrap_or(0).max(width));
        self.height = Some(self.height.unwrap_or(0).max(height));
        if width == 0 || height == 0 {
            self.malformed(0, "a picture without pixels");
        }
        if u64::from(width) * u64::from(height) > limits.pixels || width > limits.side || height > limits.side
        {
            self.problem("pixel-bomb", 0, format!("{width} × {height} pixels"));
        }
    }

    /// Notes how many frames there are and whether they are too many.
    pub(crate) fn animation(&mut self, frames: u32, limits: &Limits) {
        self.frames = Some(frames);
        let pixels = u64::from(self.width.unwrap_or(1)) * u64::from(self.height.unwrap_or(1));
        if frames > limits.frames
            || pixels.saturating_mul(u64::from(frames)) > limits.frame_pixels.max(pixels)
        {
            self.problem("frame-bomb", 0, format!("{frames} frames"));
        }
    }
}
