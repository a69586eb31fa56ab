//! `barding secrets`: passwords, tokens and keys where they can be read.

use crate::args::ReportArgs;
use crate::context::Context;
use crate::deliver::deliver;
use crate::exit::Exit;
use anyhow::bail;
use barding_audit::{AuditError, AuditOptions, audit_secrets};
use barding_source::DiskTree;
use camino::Utf8PathBuf;
use std::io::IsTerminal;

/// Find passwords, tokens and keys in the project's files. Nothing leaves the machine, and no report shows a secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's folder, or a single file
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Show the secrets themselves; only on a terminal, never in a file
    #[arg(long, conflicts_with = "output")]
    show: bool,
    #[command(flatten)]
    report: ReportArgs,
}

/// Looks and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let path = &args.path;
    if !path.exists() {
        bail!("there is nothing at {path}");
    }
    if args.show && !std::io::stdout().is_terminal() {
        bail!("--show works on a terminal only, so that no secret ends up in a file or a pipeline's log");
    }
    let mut options =
        AuditOptions { target: path.to_string(), show_secrets: args.show, ..AuditOptions::default() };
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    match audit_secrets(&DiskTree::new(path), &options) {
        Ok(result) => deliver(&result, &args.report, context),
        Err(AuditError::Empty) => bail!("{path} holds no file that barding could look at"),
        Err(error) => bail!("{error}"),
    }
}
