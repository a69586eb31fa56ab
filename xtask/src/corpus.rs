//! `cargo xtask corpus`: audits real projects from PyPI. No panic, no failed audit, a ceiling on noise.

use crate::tools::{corpus_project, release_binary, root};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs;
use std::process::Command;
use std::time::Instant;

/// Which projects.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Every project of the list, not only the usual ones
    #[arg(long)]
    all: bool,
    /// Only this project
    #[arg(long)]
    only: Option<String>,
}

#[derive(Deserialize)]
struct List {
    project: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    version: String,
    #[serde(default)]
    usual: bool,
    /// The ceiling: high-confidence findings of medium severity and more per 5,000 lines of Python.
    #[serde(default = "one")]
    noise: f64,
}

fn one() -> f64 {
    1.0
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let list: List = toml::from_str(&fs::read_to_string(root().join("xtask/corpus/projects.toml"))?)?;
    let barding = release_binary()?;
    let mut faults = Vec::new();
    println!(
        "{:<16} {:>9} {:>8} {:>8} {:>6} {:>10}",
        "project", "lines", "seconds", "findings", "high", "high/5000"
    );
    let mut audited = 0;
    for entry in &list.project {
        if args.only.as_ref().map_or(!(args.all || entry.usual), |only| *only != entry.name) {
            continue;
        }
        let folder = corpus_project(&entry.name, &entry.version)?;
        let start = Instant::now();
        let output = Command::new(&barding)
            .args(["check", folder.as_str(), "--format", "json"])
            .output()
            .context("barding could not be started")?;
        let seconds = start.elapsed().as_secs_f64();
        audited += 1;
        if !matches!(output.status.code(), Some(0 | 1)) {
            let said = String::from_utf8_lossy(&output.stderr);
            faults.push(format!(
                "{}: ended with {}: {}",
                entry.name,
                output.status,
                said.lines().next().unwrap_or_default()
            ));
            continue;
        }
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("the report is not JSON")?;
        let findings = report["findings"].as_array().map_or(&[][..], Vec::as_slice);
        let high = findings
            .iter()
            .filter(|finding| {
                finding["confidence"] == "high"
                    && finding["severity"] != "info"
                    && finding["severity"] != "low"
            })
            .count();
        let lines = python_lines(folder.as_std_path());
        let noise = high as f64 * 5000.0 / lines.max(1) as f64;
        println!(
            "{:<16} {lines:>9} {seconds:>8.2} {:>8} {high:>6} {noise:>10.2}",
            entry.name,
            findings.len()
        );
        if noise > entry.noise {
            faults.push(format!(
                "{}: {noise:.2} high-confidence findings per 5,000 lines, more than {}",
                entry.name, entry.noise
            ));
        }
        if report.to_string().contains("the rule ")
            && report.to_string().contains(" failed; what it would say")
        {
            faults.push(format!("{}: a rule panicked", entry.name));
        }
    }
    if !faults.is_empty() {
        bail!("{} faults:\n{}", faults.len(), faults.join("\n"));
    }
    println!("{audited} projects audited");
    Ok(())
}

fn python_lines(folder: &std::path::Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => python_lines(&path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|extension| extension == "py") => {
                    fs::read(&path).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == b'\n').count())
                }
                _ => 0,
            }
        })
        .sum()
}
