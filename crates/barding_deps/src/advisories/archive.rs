//! OSV's archives: a zip of one JSON file per record. Nothing is ever unpacked to the disk.

use super::osv::{self, Record};
use std::io::{Read, Seek};

/// Why an archive was refused. The data in use stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a zip archive, or a broken one.
    #[error("this is not a readable zip archive: {0}")]
    NotAnArchive(String),
    /// An entry's name leads elsewhere, which OSV's archives never do.
    #[error("the archive names a file outside itself (`{0}`), so it was refused")]
    Escapes(String),
    /// It would fill the memory.
    #[error("the archive holds more than OSV's ever did ({0}), so it was refused")]
    TooLarge(String),
    /// A record is broken.
    #[error("the record `{0}` is broken: {1}")]
    BrokenRecord(String, String),
    /// There is not one record about a Python package.
    #[error("the archive holds no advisory about a Python package")]
    Empty,
}

/// No OSV archive comes near: that of the Python index held 20,000 records of together 100 MB in 2026.
const MAX_ENTRIES: usize = 400_000;
const MAX_RECORD: u64 = 8_000_000;
const MAX_TOTAL: u64 = 2_000_000_000;

/// Reads every record of an archive; `progress` hears how many of how many are done.
///
/// # Errors
/// When anything at all is wrong with it: half an update is worse than none.
pub fn read(
    archive: impl Read + Seek,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<Record>, ArchiveError> {
    let not_an_archive = |error: zip::result::ZipError| ArchiveError::NotAnArchive(error.to_string());
    let mut archive = zip::ZipArchive::new(archive).map_err(not_an_archive)?;
    let count = archive.len();
    if count > MAX_ENTRIES {
        return Err(ArchiveError::TooLarge(format!("{count} records")));
    }
    let mut records = Vec::new();
    let mut total = 0_u64;
    for at in 0..count {
        let entry = archive.by_index(at).map_err(not_an_archive)?;
        let name = entry.name().map_err(not_an_archive)?.into_owned();
        let leads_out = name.starts_with(['/', '\\'])
            || name.contains(':')
            || name.split(['/', '\\']).any(|part| part == "..")
            || name.contains('\0');
        if leads_out {
            return Err(ArchiveError::Escapes(name.chars().take(80).collect()));
        }
        if entry.is_dir() || !name.ends_with(".json") {
            continue;
        }
        let mut bytes = Vec::new();
        // The size an archive states may be a lie, so what is really read is counted.
        entry
            .take(MAX_RECORD + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| ArchiveError::BrokenRecord(name.clone(), error.to_string()))?;
        total += bytes.len() as u64;
        if bytes.len() as u64 > MAX_RECORD || total > MAX_TOTAL {
            return Err(ArchiveError::TooLarge(format!("`{name}` unpacks to more than it may")));
        }
        let read = osv::records(&bytes).map_err(|error| ArchiveError::BrokenRecord(name.clone(), error))?;
        records.extend(read);
        progress(at + 1, count);
    }
    if records.is_empty() {
        return Err(ArchiveError::Empty);
    }
    Ok(records)
}
