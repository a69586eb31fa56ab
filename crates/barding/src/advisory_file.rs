//! The advisories that `barding update` brought, in the user's data directory.

use anyhow::{Context, bail};
use barding_deps::Advisories;
use camino::{Utf8Path, Utf8PathBuf};
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::sync::Arc;

/// The file, where the user's system keeps such data. `BARDING_DATA` names another folder.
pub(crate) fn path() -> Option<Utf8PathBuf> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    let folder = set("BARDING_DATA")
        .or_else(|| set("XDG_DATA_HOME").map(|data| data.join("barding")))
        .or_else(|| set("LOCALAPPDATA").map(|data| data.join("barding")))
        .or_else(|| set("HOME").map(|home| home.join(".local/share/barding")))?;
    Some(folder.join("advisories.bin"))
}

/// The newer of what came with this barding and what `barding update` brought. `None` stands for the former. A file
/// that cannot be used is named on the standard error and left alone.
pub(crate) fn newest() -> Option<Arc<Advisories>> {
    let path = path()?;
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            eprintln!("barding: {path} could not be read, so older advisories are used: {error}");
            return None;
        }
    };
    match Advisories::open(bytes) {
        Ok(advisories) if advisories.day() >= Advisories::embedded().day() => Some(Arc::new(advisories)),
        Ok(_) => None,
        Err(error) => {
            eprintln!("barding: {path} is not used: {error}; `barding update` writes it anew");
            None
        }
    }
}

/// Puts new bytes in the place of the file, at once or not at all.
pub(crate) fn replace(path: &Utf8Path, bytes: &[u8]) -> anyhow::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { bail!("{path} names no file") };
    fs::create_dir_all(folder).with_context(|| format!("{folder} could not be made"))?;
    let temporary = folder.join(format!(".{name}.{}.part", std::process::id()));
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
        .with_context(|| format!("{path} could not be written; what was there is still there"))
}
