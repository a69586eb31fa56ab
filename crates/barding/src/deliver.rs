//! Hands a result over: renders it, writes it, and decides the exit code. Every command that ends in a report ends here.

use crate::args::{FailOn, FormatArg, ReportArgs};
use crate::context::Context;
use crate::exit::Exit;
use anyhow::Context as _;
use barding_finding::AuditResult;
use barding_report::{Look, render};
use camino::Utf8Path;
use std::io::{self, Write};

/// Writes the report and says how the command ends.
pub(crate) fn deliver(result: &AuditResult, args: &ReportArgs, context: &Context) -> anyhow::Result<Exit> {
    let format = args.format.unwrap_or(FormatArg::Terminal);
    let look = Look {
        color: context.color && args.output.is_none(),
        width: context.width,
        full: args.full,
        statistics: args.statistics,
        quiet: args.quiet,
    };
    let text = render(result, format.into(), &look);
    match &args.output {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    let fail_on = args.fail_on.unwrap_or(FailOn::Low).severity();
    let fails = fail_on.is_some_and(|least| result.findings.iter().any(|finding| finding.severity >= least));
    if args.strict && !result.coverage.is_complete() {
        eprintln!(
            "barding: the audit is not complete, and --strict was given: {}",
            barding_report::gaps(result)
        );
        return Ok(Exit::NotDone);
    }
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// Writes to the standard output. A reader that closed the pipe (`| head`) has seen enough; that is no error.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("the report could not be written")
        }
        _ => Ok(()),
    }
}

/// Writes a file at once or not at all, so that no half report is ever taken for a whole one. What is no plain file
/// (a pipe, `/dev/null`) is written to and never replaced, and a link stays a link.
pub(crate) fn write_file(path: &Utf8Path, text: &str) -> anyhow::Result<()> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return std::fs::write(path, text)
            .with_context(|| format!("the report could not be written to {path}"));
    }
    let linked = path.canonicalize_utf8().ok();
    let path = linked.as_deref().unwrap_or(path);
    let name = path.file_name().with_context(|| format!("{path} does not name a file"))?;
    let temporary = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    std::fs::write(&temporary, text)
        .and_then(|()| std::fs::rename(&temporary, path))
        .inspect_err(|_| {
            let _ = std::fs::remove_file(&temporary);
        })
        .with_context(|| format!("the report could not be written to {path}"))
}
