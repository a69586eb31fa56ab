//! `cargo xtask advisories --from ARCHIVE`: builds the advisory index that is embedded in the binary.

use crate::tools::root;
use anyhow::{Context, Result, bail};
use barding_deps::advisories::archive;
use barding_deps::advisories::osv::{Event, Record};
use barding_deps::{Advisories, PackageName, Version};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs::{self, File};
use std::io::BufReader;
use std::str::FromStr;

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
    /// Write what every record says of every version that any record of its package lists, for comparison with
    /// another implementation (scripts/oracle/advisories.py), and leave the index alone
    #[arg(long, value_name = "FILE")]
    verdicts: Option<Utf8PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let file = File::open(&args.from).with_context(|| args.from.to_string())?;
    let records = archive::read(BufReader::new(file), |_, _| {})?;
    let bytes = Advisories::write(&records);
    let advisories = Advisories::open(bytes.clone())?;
    if let Some(path) = &args.verdicts {
        fs::write(path, verdicts(&records, &advisories)).with_context(|| path.to_string())?;
        return Ok(());
    }
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

/// One line per package, version and record that calls the version affected.
fn verdicts(records: &[Record], advisories: &Advisories) -> String {
    let mut versions: BTreeMap<PackageName, BTreeSet<&str>> = BTreeMap::new();
    for record in records {
        let listed = versions.entry(PackageName::new(&record.package)).or_default();
        listed.extend(record.versions.iter().map(String::as_str));
        for event in record.ranges.iter().flat_map(|range| &range.events) {
            match event {
                Event::Introduced(text)
                | Event::Fixed(text)
                | Event::LastAffected(text)
                | Event::Limit(text) => {
                    listed.insert(text);
                }
            }
        }
    }
    let mut out = String::new();
    for (name, versions) in versions {
        let Some(known) = advisories.of(&name) else { continue };
        for text in versions {
            let list = match Version::from_str(text) {
                Ok(version) => known.affecting(&version),
                Err(_) => known.affecting_text(text),
            };
            for id in list.iter().flat_map(|one| &one.records) {
                let _ = writeln!(out, "{name}\t{text}\t{id}");
            }
        }
    }
    out
}
