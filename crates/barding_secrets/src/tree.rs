//! Secrets in every file of a tree, in parallel, in bounded memory.

use crate::{FileContext, Scanner, Secret};
use barding_source::{Problem, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use std::io::{self, Read};

/// What was found in a tree.
#[derive(Clone, Debug, Default)]
pub struct TreeScan {
    /// The secrets, by path and place.
    pub secrets: Vec<Secret>,
    /// How many files were read as text.
    pub files: usize,
    /// What could not be read or was too large to be read to its end.
    pub problems: Vec<Problem>,
}

/// Bytes scanned at once. Two neighbouring chunks overlap, so that no secret falls between them.
const CHUNK: usize = 1 << 20;
const OVERLAP: usize = 16 << 10;
/// Bytes of one file that are looked at. No one writes a secret by hand behind this; a dump gives itself away before.
const MOST: u64 = 256 << 20;

/// Scans the files `paths` of `tree`.
pub fn scan_tree(tree: &dyn Tree, paths: &[Utf8PathBuf]) -> TreeScan {
    let mut scans: Vec<_> = paths
        .par_chunks(16)
        .map_init(
            || vec![0; CHUNK + OVERLAP],
            |buffer, paths| {
                let mut scan = TreeScan::default();
                for path in paths {
                    scan_file(tree, path, buffer, &mut scan);
                }
                scan
            },
        )
        .collect();
    let mut all = TreeScan::default();
    for scan in &mut scans {
        all.secrets.append(&mut scan.secrets);
        all.problems.append(&mut scan.problems);
        all.files += scan.files;
    }
    all.secrets.sort_by(|a, b| (&a.path, a.offset).cmp(&(&b.path, b.offset)));
    all.problems.sort();
    all
}

fn scan_file(tree: &dyn Tree, path: &Utf8Path, buffer: &mut [u8], scan: &mut TreeScan) {
    if is_binary_by_name(path) {
        return;
    }
    let scanned = tree.open(path).and_then(|mut file| scan_reader(&mut file, path, buffer));
    match scanned {
        Ok(Scanned { secrets, is_text, is_cut }) => {
            scan.files += usize::from(is_text);
            scan.secrets.extend(secrets);
            if is_cut {
                let message =
                    format!("is larger than {} MB; secrets were looked for in that much of it", MOST >> 20);
                scan.problems.push(Problem::with_file(path, message));
            }
        }
        Err(error) => scan.problems.push(Problem::with_file(path, format!("could not be read: {error}"))),
    }
}

struct Scanned {
    secrets: Vec<Secret>,
    is_text: bool,
    is_cut: bool,
}

/// Reads and scans chunk by chunk; stops at the first chunk that holds a NUL, as the rest is not text.
fn scan_reader(file: &mut dyn Read, path: &Utf8Path, buffer: &mut [u8]) -> io::Result<Scanned> {
    let context = FileContext::of(path);
    let mut secrets = Vec::new();
    let mut kept = 0;
    let mut line = 1;
    let mut offset = 0;
    loop {
        let read = fill(file, &mut buffer[kept..])?;
        let at_end = kept + read < buffer.len();
        let text = &buffer[..kept + read];
        if offset == 0 && (text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff")) {
            return Ok(scan_utf16(text, path, context, !at_end));
        }
        let nul = memchr::memchr(0, text);
        if nul.is_some_and(|at| at < 8000) && offset == 0 {
            return Ok(Scanned { secrets, is_text: false, is_cut: false });
        }
        let text = &text[..nul.unwrap_or(text.len())];
        let last = at_end || nul.is_some();
        // What starts in the overlap is found whole in the next chunk.
        let own = if last { text.len() } else { text.len() - OVERLAP };
        let mut hits = Scanner::shared().scan(text, path, context);
        hits.retain(|hit| hit.range.start < own);
        secrets.extend(Secret::place(hits, text, path, line, offset));
        if last {
            return Ok(Scanned { secrets, is_text: true, is_cut: false });
        }
        line += memchr::memchr_iter(b'\n', &text[..own]).count() as u64;
        offset += own as u64;
        if offset >= MOST {
            return Ok(Scanned { secrets, is_text: true, is_cut: true });
        }
        buffer.copy_within(own.., 0);
        kept = OVERLAP;
    }
}

fn fill(file: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Windows writes some exports in UTF-16; such files are small, so one buffer is looked at.
fn scan_utf16(bytes: &[u8], path: &Utf8Path, context: FileContext, is_cut: bool) -> Scanned {
    let little = bytes.starts_with(b"\xff\xfe");
    let units = bytes[2..].chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    let text: String =
        char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let hits = Scanner::shared().scan(text.as_bytes(), path, context);
    Scanned { secrets: Secret::place(hits, text.as_bytes(), path, 1, 0).collect(), is_text: true, is_cut }
}

/// Names of files that hold pictures, archives, fonts: not opened at all.
pub(crate) fn is_binary_by_name(path: &Utf8Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    const BINARY: &[&str] = &[
        "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "tif", "tiff", "woff", "woff2", "ttf", "otf",
        "eot", "mo", "pyc", "so", "dll", "exe", "a", "o", "zip", "gz", "bz2", "xz", "zst", "7z", "rar",
        "jar", "whl", "egg", "pdf", "mp3", "mp4", "webm", "avi", "mov", "ogg", "wav", "flac", "psd", "ai",
        "docx", "xlsx", "pptx", "odt", "ods", "parquet", "npy", "npz", "pkl", "h5", "onnx", "wasm", "class",
        "idx", "pack", "mmdb", "sqlite3", "sqlite", "db",
    ];
    BINARY.iter().any(|binary| extension.eq_ignore_ascii_case(binary))
}
