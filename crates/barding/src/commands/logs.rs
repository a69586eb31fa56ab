//! `barding logs`: what log files give away.

use crate::args::ReportArgs;
use crate::context::Context;
use crate::deliver::deliver;
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_audit::{AuditOptions, audit_logs};
use barding_finding::Tip;
use barding_secrets::scan_log;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

/// Find passwords, tokens, session ids, card numbers and whole forms in log files: plain, JSON or gzipped.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The log files; - reads the standard input
    #[arg(required = true)]
    files: Vec<Utf8PathBuf>,
    /// Write a copy with everything found replaced; takes one log
    #[arg(long, value_name = "COPY")]
    redact: Option<Utf8PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Reads and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    if args.redact.is_some() && args.files.len() != 1 {
        bail!("--redact takes one log at a time");
    }
    let mut copy = args.redact.as_deref().map(|path| create(path, &args.files[0])).transpose()?;
    let mut logs = Vec::new();
    for path in &args.files {
        let mut input: Box<dyn Read> = match path.as_str() {
            "-" => Box::new(io::stdin().lock()),
            _ => Box::new(File::open(path).with_context(|| format!("{path} could not be opened"))?),
        };
        let name = if path == "-" { Utf8Path::new("standard input") } else { path };
        let clean = copy.as_mut().map(|copy| copy as &mut dyn Write);
        logs.push(scan_log(&mut *input, name, clean).context("the clean copy could not be written")?);
    }
    if let Some(mut copy) = copy {
        copy.flush().context("the clean copy could not be written")?;
    }
    let names: Vec<_> = args.files.iter().map(|path| path.as_str()).collect();
    let mut options = AuditOptions { target: names.join(", "), ..AuditOptions::default() };
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    let mut result = audit_logs(logs, &options)?;
    // Only the tip about logs was looked at.
    result.checklist.retain(|item| item.tip == Tip::LogPrivacy);
    deliver(&result, &args.report, context)
}

/// A new file for the copy. An existing one is not overwritten: it might be the log itself.
fn create(path: &Utf8Path, log: &Utf8Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create_new(path)
        .with_context(|| format!("the clean copy of {log} could not be written to {path}"))?;
    Ok(BufWriter::new(file))
}
