//! `barding check`: the whole static audit.

use crate::args::ReportArgs;
use crate::context::Context;
use crate::deliver::deliver;
use crate::exit::Exit;
use anyhow::bail;
use barding_audit::{AuditOptions, audit};
use barding_source::DiskTree;
use camino::Utf8PathBuf;

/// Audit a project without importing or running any of it. Needs no network, no Python and no configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's folder, or single files
    #[arg(default_value = ".")]
    paths: Vec<Utf8PathBuf>,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Audits and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let [path] = args.paths.as_slice() else { bail!("give one path") };
    if !path.exists() {
        bail!("there is nothing at {path}");
    }
    let mut options = AuditOptions { target: path.to_string(), ..AuditOptions::default() };
    options.select = args.select;
    options.ignore = args.ignore;
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    let result = audit(&DiskTree::new(path), &options)?;
    deliver(&result, &args.report, context)
}
