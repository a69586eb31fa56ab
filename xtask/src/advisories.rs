//! `cargo xtask advisories --from ARCHIVE`: builds the advisory index that is embedded in the binary.

use crate::tools::root;
use anyhow::{Context, Result, bail};
use barding_deps::Advisories;
use barding_deps::advisories::archive;
use camino::Utf8PathBuf;
use std::fs::{self, File};
use std::io::BufReader;

/// Where the index lies, relative to the workspace.
const INDEX: &str = "crates/barding_deps/data/advisories.bin";

/// What the binary may carry. `barding update` has no such limit.
const MAX_EMBEDDED: usize = 2_000_000;

/// Which archive to read.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// OSV's archive for the Python index: a zip of one JSON file per record
    #[arg(long, value_name = "ARCHIVE")]
    from: Utf8PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let file = File::open(&args.from).with_context(|| args.from.to_string())?;
    let records = archive::read(BufReader::new(file), |_, _| {})?;
    let bytes = Advisories::write(&records);
    let advisories = Advisories::open(bytes.clone())?;
    if bytes.len() > MAX_EMBEDDED {
        bail!("the index has {} bytes, more than the {MAX_EMBEDDED} allowed", bytes.len());
    }
    let index = root().join(INDEX);
    fs::write(&index, &bytes).with_context(|| index.to_string())?;
    println!(
        "{INDEX}: {} bytes, {} records of {} packages, data of {}",
        bytes.len(),
        advisories.record_count(),
        advisories.package_count(),
        advisories.date()
    );
    Ok(())
}
