//! Many sites: a few at once, one line each, and what is done need not be done again.

use super::{Args, ask, compare, judge};
use crate::args::FailOn;
use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_finding::Severity;
use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One line of the results.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<compare::Kept>,
}

/// Lines that are read of a file of targets.
const MOST: usize = 100_000;

pub(super) fn run(args: &Args, path: &Utf8Path, context: &Context) -> anyhow::Result<Exit> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    let named = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let named: Vec<&str> =
        named.filter(|line| !line.is_empty() && !line.starts_with('#')).take(MOST).collect();
    if named.is_empty() {
        bail!("{path} names no site");
    }
    let done = match &args.results {
        Some(results) if results.exists() => finished(results)?,
        _ => BTreeSet::new(),
    };
    let todo: Vec<&str> = named.iter().copied().filter(|name| !done.contains(*name)).collect();
    let file = args.results.as_ref().map(|results| opened(results)).transpose()?;
    let file = Mutex::new(file);
    let next = AtomicUsize::new(0);
    let (answered, bad) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let fail_on = args.report.fail_on.unwrap_or(FailOn::Low).severity();
    std::thread::scope(|threads| {
        for _ in 0..usize::from(args.at_once).min(todo.len()) {
            threads.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(name) = todo.get(at) else { return };
                    let (line, words, fails) = one(name, args, context, fail_on);
                    answered.fetch_add(usize::from(line.result.is_some()), Ordering::Relaxed);
                    bad.fetch_add(usize::from(fails), Ordering::Relaxed);
                    // A whole line at once, so that a run that is stopped leaves whole lines.
                    let json = serde_json::to_string(&line).unwrap_or_default() + "\n";
                    if let Ok(mut file) = file.lock() {
                        if let Some(file) = file.as_mut() {
                            let _ = file.write_all(json.as_bytes());
                        }
                        let _ = print(&words);
                    }
                }
            });
        }
    });
    if !done.is_empty() {
        eprintln!("barding: {} sites were in the results already", named.len() - todo.len());
    }
    let (answered, bad) = (answered.into_inner(), bad.into_inner());
    if answered == 0 && !todo.is_empty() {
        bail!("none of {} sites gave an answer", todo.len());
    }
    if args.report.strict && answered < todo.len() {
        eprintln!("barding: {} sites gave no answer, and --strict was given", todo.len() - answered);
        return Ok(Exit::NotDone);
    }
    Ok(if bad > 0 { Exit::Findings } else { Exit::Clean })
}

/// The file of results, to be written on. A last line that was cut off is ended, so that the next one stands alone.
fn opened(results: &Utf8Path) -> anyhow::Result<File> {
    let wrong = || format!("{results} could not be opened");
    let is_cut = std::fs::read(results).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'));
    let mut file = OpenOptions::new().create(true).append(true).open(results).with_context(wrong)?;
    if is_cut {
        file.write_all(b"\n").with_context(wrong)?;
    }
    Ok(file)
}

/// The targets that earlier runs finished. A last line that was cut off is done again.
fn finished(path: &Utf8Path) -> anyhow::Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
    Ok(lines.filter(|line| line.error.is_none()).map(|line| line.target).collect())
}

fn one(name: &str, args: &Args, context: &Context, fail_on: Option<Severity>) -> (Line, String, bool) {
    let looked = ask::look(name, args, Vec::new(), false).and_then(|looked| judge(looked, args, context));
    let (line, words, fails) = match looked {
        Ok((result, looked)) => {
            let kept = compare::kept(&result, &looked.site);
            let count =
                |severity: Severity| result.findings.iter().filter(|one| one.severity == severity).count();
            let words = format!(
                "{:2}  {:3}  {name}  {} critical, {} high, {} medium, {} low",
                kept.grade,
                kept.points,
                count(Severity::Critical),
                count(Severity::High),
                count(Severity::Medium),
                count(Severity::Low)
            );
            let fails = fail_on.is_some_and(|least| result.findings.iter().any(|one| one.severity >= least));
            (Line { target: name.to_owned(), error: None, result: Some(kept) }, words, fails)
        }
        Err(error) => {
            let why = format!("{error:#}");
            let words = format!("?   ---  {name}  could not be looked at: {why}");
            (Line { target: name.to_owned(), error: Some(why), result: None }, words, false)
        }
    };
    (line, format!("{}\n", barding_report::clean(&words.replace('\n', " "))), fails)
}
