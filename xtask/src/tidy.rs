//! `cargo xtask tidy`: looks for what the compiler does not see.

use crate::tools::root;
use anyhow::{Result, bail};
use camino::Utf8PathBuf;
use std::fs;
use std::process::Command;

pub(crate) fn run() -> Result<()> {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output()?;
    let files: Vec<Utf8PathBuf> =
        String::from_utf8_lossy(&listed.stdout).lines().map(Utf8PathBuf::from).collect();
    let mut faults = Vec::new();
    for path in &files {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        pages_have_rules(path, &mut faults);
        if !path.as_str().ends_with(".lock") && !path.starts_with("fixtures") {
            open_ends(path, &text, &mut faults);
        }
    }
    for crate_file in files.iter().filter(|path| path.ends_with("Cargo.toml")) {
        dependencies_have_reasons(crate_file, &mut faults)?;
    }
    if !faults.is_empty() {
        bail!("{} things to tidy:\n{}", faults.len(), faults.join("\n"));
    }
    println!("tidy: {} files", files.len());
    Ok(())
}

/// Every page beside the rules belongs to a rule file and the other way round.
fn pages_have_rules(path: &Utf8PathBuf, faults: &mut Vec<String>) {
    if !path.starts_with("crates/barding_rules/src") || path.file_name() == Some("mod.rs") {
        return;
    }
    if path.extension() == Some("md") && !root().join(path.with_extension("rs")).exists() {
        faults.push(format!("{path}: a page without its rule"));
    }
}

fn open_ends(path: &Utf8PathBuf, text: &str, faults: &mut Vec<String>) {
    if !matches!(path.extension(), Some("rs" | "toml" | "md" | "py" | "sh"))
        || path.file_name() == Some("tidy.rs")
    {
        return;
    }
    for (at, line) in text.lines().enumerate() {
        for open in ["todo!(", "unimplemented!(", "FIXME", "#[ignore"] {
            if line.contains(open) {
                faults.push(format!("{path}:{}: an open end: {open}", at + 1));
            }
        }
    }
}

/// A dependency line in a crate's manifest carries its one-line reason; our own crates need none.
fn dependencies_have_reasons(path: &Utf8PathBuf, faults: &mut Vec<String>) -> Result<()> {
    let mut in_dependencies = false;
    for (at, line) in fs::read_to_string(root().join(path))?.lines().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]") && !line.contains("workspace");
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        if in_dependencies
            && !name.is_empty()
            && !name.starts_with('#')
            && !name.starts_with("barding")
            && !line.contains('#')
        {
            faults.push(format!("{path}:{}: {name} has no reason beside it", at + 1));
        }
    }
    Ok(())
}
