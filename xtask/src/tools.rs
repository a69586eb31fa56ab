//! What several chores need: the project's folder, the release binary, a virtual environment with tools.

use anyhow::{Context, Result, bail};
use camino::Utf8PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// The root of the repository.
pub(crate) fn root() -> Utf8PathBuf {
    let here = Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), ToOwned::to_owned)
}

/// Builds the binary with the release profile and says where it is.
pub(crate) fn release_binary() -> Result<Utf8PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--package", "barding"])
        .current_dir(root())
        .status()
        .context("cargo could not be started")?;
    if !built.success() {
        bail!("the release build failed");
    }
    let target = std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), Utf8PathBuf::from);
    Ok(target.join("release/barding"))
}

/// Runs a command to its end and fails with its name when it failed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} could not be started"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// A project from PyPI, unpacked under `target/corpus/NAME-VERSION`; downloaded when it is not there yet.
pub(crate) fn corpus_project(name: &str, version: &str) -> Result<Utf8PathBuf> {
    let folder = root().join("target/corpus").join(format!("{name}-{version}"));
    if folder.join(".complete").is_file() {
        return Ok(folder);
    }
    run(Command::new("python3").arg(root().join("xtask/corpus/fetch.py")).args([
        name,
        version,
        folder.as_str(),
    ]))?;
    Ok(folder)
}

/// What one run of a command cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Wall time.
    pub(crate) time: Duration,
    /// The most memory it held at once, in bytes, as the kernel counted it (`VmHWM`), polled while it ran.
    pub(crate) memory: u64,
}

/// Runs a command with its output thrown away. Its exit code does not matter.
pub(crate) fn measure(command: &mut Command) -> Result<Cost> {
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{command:?} could not be started"))?;
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    let time = loop {
        if child.try_wait()?.is_some() {
            break start.elapsed();
        }
        if let Ok(text) = std::fs::read_to_string(&status)
            && let Some(line) = text.lines().find(|line| line.starts_with("VmHWM:"))
            && let Some(kilobytes) =
                line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok())
        {
            memory = memory.max(kilobytes * 1024);
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    Ok(Cost { time, memory })
}

/// The fastest of `runs` runs, with the highest memory seen.
pub(crate) fn best_of(runs: usize, mut command: impl FnMut() -> Command) -> Result<Cost> {
    let mut best = Cost { time: Duration::MAX, memory: 0 };
    for _ in 0..runs {
        let cost = measure(&mut command())?;
        best = Cost { time: best.time.min(cost.time), memory: best.memory.max(cost.memory) };
    }
    Ok(best)
}
