//! `barding update`: newer advisories.

use crate::advisory_file;
use crate::context::Context;
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_deps::Advisories;
use barding_deps::advisories::archive;
use camino::Utf8PathBuf;
use std::fs::File;
use std::io::{BufReader, IsTerminal, Read, Seek, SeekFrom, Write};

/// Bring newer advisories about Python packages.
///
/// Reads OSV's archive for PyPI (`all.zip`), checks all of it, and only then replaces the advisories in use. On any
/// failure the old ones stay. Nothing of the archive is unpacked to the disk.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding update --from all.zip      an archive that was fetched before\n\n\
    BARDING_DATA names the folder in which the advisories are kept.")]
pub(crate) struct Args {
    /// OSV's archive, or an index that `barding update` wrote on another machine
    #[arg(long, value_name = "FILE")]
    from: Utf8PathBuf,
    /// Also accept data that is older, or much smaller, than what is in use
    #[arg(long)]
    force: bool,
}

/// No index comes near.
const LARGEST_INDEX: u64 = 500_000_000;

/// Reads, checks, replaces.
pub(crate) fn run(args: Args, _context: &Context) -> anyhow::Result<Exit> {
    let target = advisory_file::path()
        .context("there is no home directory to keep advisories in; BARDING_DATA names a folder")?;
    if args.from.as_str().contains("://") {
        bail!("fetch {} with your usual tool and give the file: barding update --from all.zip", args.from);
    }
    let mut file = File::open(&args.from).with_context(|| format!("{} could not be opened", args.from))?;
    let mut start = [0; 4];
    let read = file.read(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    let bytes = if read == 4 && start.starts_with(b"PK") {
        let records = archive::read(BufReader::new(file), progress())
            .with_context(|| format!("{} was not used", args.from))?;
        Advisories::write(&records)
    } else {
        let mut bytes = Vec::new();
        file.take(LARGEST_INDEX).read_to_end(&mut bytes)?;
        bytes
    };
    let new = Advisories::open(bytes.clone()).with_context(|| format!("{} was not used", args.from))?;
    let old = advisory_file::newest().map_or_else(Advisories::embedded, |old| (*old).clone());
    if !args.force {
        if new.day() < old.day() {
            bail!(
                "{} holds data of {}, older than the {} in use; --force takes it all the same",
                args.from,
                new.date(),
                old.date()
            );
        }
        if new.record_count() * 2 < old.record_count() {
            bail!(
                "{} holds {} records, less than half of the {} in use; --force takes it all the same",
                args.from,
                new.record_count(),
                old.record_count()
            );
        }
    }
    advisory_file::replace(&target, &bytes)?;
    println!(
        "{} records about {} packages, data of {} (before: {} records of {})",
        new.record_count(),
        new.package_count(),
        new.date(),
        old.record_count(),
        old.date()
    );
    Ok(Exit::Clean)
}

/// A line on the terminal that says how far it is; nothing elsewhere.
fn progress() -> impl FnMut(usize, usize) {
    let shown = std::io::stderr().is_terminal();
    move |done, of| {
        if shown && (done % 500 == 0 || done == of) {
            let end = if done == of { "\n" } else { "" };
            let _ = write!(std::io::stderr(), "\rchecked {done} of {of} records{end}");
        }
    }
}
