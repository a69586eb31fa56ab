//! `barding secrets`: passwords, tokens and keys where they can be read.

use crate::args::ReportArgs;
use crate::context::Context;
use crate::deliver::deliver;
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_audit::{AuditError, AuditOptions, audit_secrets};
use barding_finding::Tip;
use barding_secrets::{Day, HistoryOptions, StagedTree, scan_history};
use barding_source::{DiskTree, Tree};
use camino::Utf8PathBuf;
use std::io::IsTerminal;

/// Find passwords, tokens and keys in the project's files and history. Nothing leaves the machine, and no report shows a
/// secret.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project's folder, or a single file
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Look through every commit that a branch or tag reaches, too
    #[arg(long)]
    history: bool,
    /// Only the commits since this day, YYYY-MM-DD; implies --history
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only the commits that this branch, tag or commit reaches; implies --history
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Look only at what the next commit would bring, as it stands in git's index
    #[arg(long, conflicts_with_all = ["history", "since", "branch"])]
    staged: bool,
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
    let mut options = AuditOptions {
        target: path.to_string(),
        today: Some(context.today.clone()),
        show_secrets: args.show,
        ..AuditOptions::default()
    };
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    if args.staged {
        let staged = StagedTree::open(path)?;
        if staged.walk().paths.is_empty() {
            eprintln!("barding: nothing is staged");
            return Ok(Exit::Clean);
        }
        let mut result = audit_secrets(&staged, None, &options)?;
        result.checklist.retain(|item| item.tip == Tip::Secrets);
        return deliver(&result, &args.report, context);
    }
    let history = match args.history || args.since.is_some() || args.branch.is_some() {
        true => Some(scan_history(path, &history_options(&args)?)?),
        false => None,
    };
    options.repository = Some(path.clone());
    match audit_secrets(&DiskTree::new(path), history, &options) {
        Ok(mut result) => {
            // Only the tip about secrets was looked at.
            result.checklist.retain(|item| item.tip == Tip::Secrets);
            deliver(&result, &args.report, context)
        }
        Err(AuditError::Empty) => bail!("{path} holds no file that barding could look at"),
        Err(error) => bail!("{error}"),
    }
}

fn history_options(args: &Args) -> anyhow::Result<HistoryOptions> {
    let day =
        |text: &String| Day::parse(text).with_context(|| format!("`{text}` is no day; write YYYY-MM-DD"));
    Ok(HistoryOptions { since: args.since.as_ref().map(day).transpose()?, branch: args.branch.clone() })
}
