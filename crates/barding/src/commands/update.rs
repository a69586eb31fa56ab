//! `barding update`: newer advisories.

use crate::advisory_file;
use crate::context::Context;
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_deps::Advisories;
use barding_deps::advisories::archive;
use barding_live::fetch::{FetchOptions, fetch};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, IsTerminal, Read, Seek, SeekFrom, Write};
use std::time::Duration;

/// Bring newer advisories about Python packages.
///
/// Fetches OSV's archive for PyPI (or reads the one given), checks all of it, and only then replaces the advisories in use,
/// at once. On any failure the old ones stay. Nothing of the archive is unpacked to the disk.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding update                          OSV's archive, over HTTPS\n  \
    barding update --from all.zip           an archive that was fetched before\n  \
    barding update --from https://mirror.example/all.zip --ca-file mirror.pem\n\n\
    BARDING_DATA names the folder in which the advisories are kept.")]
pub(crate) struct Args {
    /// OSV's archive, or an index that `barding update` wrote on another machine: a file or an HTTPS address
    #[arg(long, value_name = "FILE|URL", default_value = ARCHIVE, hide_default_value = true)]
    from: String,
    /// Trust the certificates in this PEM file instead of Mozilla's, for a mirror of your own
    #[arg(long, value_name = "FILE")]
    ca_file: Option<Utf8PathBuf>,
    /// Also accept data that is older, or much smaller, than what is in use
    #[arg(long)]
    force: bool,
}

/// Where OSV keeps its archive of advisories about packages on PyPI.
const ARCHIVE: &str = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip";
/// No index comes near.
const LARGEST_INDEX: u64 = 500_000_000;
/// Nor any archive.
const LARGEST_ARCHIVE: u64 = 1_000_000_000;
/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads, checks, replaces.
pub(crate) fn run(args: Args, _context: &Context) -> anyhow::Result<Exit> {
    let target = advisory_file::path()
        .context("there is no home directory to keep advisories in; BARDING_DATA names a folder")?;
    let fetched = match args.from.contains("://") {
        true => Some(Fetched::from(&args, &target)?),
        false => None,
    };
    let path = fetched.as_ref().map_or(Utf8Path::new(&args.from), |fetched| fetched.path.as_path());
    let mut file = File::open(path).with_context(|| format!("{path} could not be opened"))?;
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
    drop(fetched);
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

/// A fetched file beside the advisories. It goes when this does.
struct Fetched {
    path: Utf8PathBuf,
}

impl Fetched {
    fn from(args: &Args, target: &Utf8Path) -> anyhow::Result<Self> {
        let authorities = args
            .ca_file
            .as_ref()
            .map(|path| fs::read(path).with_context(|| format!("{path} could not be read")))
            .transpose()?;
        let folder = target.parent().unwrap_or(Utf8Path::new("."));
        fs::create_dir_all(folder).with_context(|| format!("{folder} could not be made"))?;
        let fetched = Self { path: folder.join(format!(".archive.{}.part", std::process::id())) };
        let file =
            File::create(&fetched.path).with_context(|| format!("{} could not be written", fetched.path))?;
        let options = FetchOptions {
            authorities,
            largest: LARGEST_ARCHIVE,
            patience: PATIENCE,
            agent: concat!("barding/", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let mut file = BufWriter::new(file);
        fetch(&args.from, &options, &mut file, megabytes()).map_err(|error| {
            anyhow::anyhow!("{} was not fetched: {error}; the old advisories stay", args.from)
        })?;
        file.flush().with_context(|| format!("{} could not be written", fetched.path))?;
        Ok(fetched)
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A line on the terminal that says how much of a file is there; nothing elsewhere.
fn megabytes() -> impl FnMut(u64, Option<u64>) {
    let shown = std::io::stderr().is_terminal();
    let mut last = u64::MAX;
    move |done, whole| {
        let now = done >> 20;
        if !shown || now == last && whole != Some(done) {
            return;
        }
        last = now;
        let of = whole.map(|whole| format!(" of {}", whole >> 20)).unwrap_or_default();
        let end = if whole == Some(done) { "\n" } else { "" };
        let _ = write!(std::io::stderr(), "\rfetched {now}{of} MB{end}");
    }
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
