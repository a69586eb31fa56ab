//! `cargo xtask bench`: what an audit costs, against the floor of reading and parsing the same files and against ruff,
//! on the same tree in the same run. Benchmarks, not timed tests: it prints ratios and fails on nothing.

use crate::tools::{Cost, best_of, corpus_project, release_binary, root, run as run_tool};
use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs of each command; the fastest counts
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// Also generated monorepos from 1,000 to 5,000,000 lines
    #[arg(long)]
    growth: bool,
}

/// The ruff that is measured against.
const RUFF: &str = "ruff==0.17.6";

pub(crate) fn run(args: &Args) -> Result<()> {
    let barding = release_binary()?;
    let floor = floor_binary()?;
    let ruff = ruff_binary()?;
    println!("start-up");
    let version = best_of(20, || command(&barding, &["--version"]))?;
    println!("  barding --version        {:>9.2} ms", milliseconds(version));
    let tree = bench_tree()?;
    println!("\nNetBox-sized tree: geonode and mayan-edms together ({} lines of Python)", lines(&tree));
    compare(args.runs, &tree, &barding, &floor, &ruff)?;
    if args.growth {
        println!("\ngrowth: a generated monorepo");
        println!("  {:>9} {:>9} {:>14} {:>9}", "lines", "ms", "ns per line", "MB");
        for size in [1_000, 10_000, 100_000, 1_000_000, 5_000_000] {
            let tree = monorepo(size)?;
            let runs = if size > 100_000 { 1 } else { 3 };
            let cost = best_of(runs, || command(&barding, &["check", tree.as_str(), "--format", "json"]))?;
            println!(
                "  {size:>9} {:>9.1} {:>14.0} {:>9.0}",
                milliseconds(cost),
                cost.time.as_nanos() as f64 / size as f64,
                megabytes(cost)
            );
            fs::remove_dir_all(&tree)?;
        }
    }
    Ok(())
}

fn compare(
    runs: usize,
    tree: &Utf8Path,
    barding: &Utf8Path,
    floor: &Utf8Path,
    ruff: &Utf8Path,
) -> Result<()> {
    let floor = best_of(runs, || command(floor, &[tree.as_str()]))?;
    let ruff = best_of(runs, || {
        command(ruff, &["check", "--select", "S,DJ", "--no-cache", "--isolated", tree.as_str()])
    })?;
    let whole = best_of(runs, || command(barding, &["check", tree.as_str(), "--format", "json"]))?;
    println!("  {:<32} {:>9} {:>9} {:>9} {:>7}", "", "ms", "× floor", "× ruff", "MB");
    for (name, cost) in
        [("floor (walk, read, parse)", floor), ("ruff check --select S,DJ", ruff), ("barding check", whole)]
    {
        println!(
            "  {name:<32} {:>9.1} {:>9.2} {:>9.2} {:>7.0}",
            milliseconds(cost),
            cost.time.as_secs_f64() / floor.time.as_secs_f64(),
            cost.time.as_secs_f64() / ruff.time.as_secs_f64(),
            megabytes(cost)
        );
    }
    Ok(())
}

fn command(program: &Utf8Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn milliseconds(cost: Cost) -> f64 {
    cost.time.as_secs_f64() * 1000.0
}

fn megabytes(cost: Cost) -> f64 {
    cost.memory as f64 / 1_000_000.0
}

/// Walks, reads and parses every Python file and does nothing else.
fn floor_binary() -> Result<Utf8PathBuf> {
    run_tool(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--quiet", "--package", "barding_project", "--example", "floor"])
            .current_dir(root()),
    )?;
    Ok(root().join("target/release/examples/floor"))
}

fn ruff_binary() -> Result<Utf8PathBuf> {
    let venv = root().join("target/venvs/tools");
    if !venv.join("bin/ruff").exists() {
        run_tool(Command::new("python3").args(["-m", "venv", venv.as_str()]))?;
        run_tool(Command::new(venv.join("bin/pip")).args([
            "install",
            "-q",
            "--disable-pip-version-check",
            RUFF,
        ]))?;
    }
    Ok(venv.join("bin/ruff"))
}

/// One folder that holds both projects, side by side as in a monorepo.
fn bench_tree() -> Result<Utf8PathBuf> {
    let tree = root().join("target/bench/netbox-sized");
    if !tree.join("mayan-edms").exists() {
        let _ = fs::remove_dir_all(&tree);
        fs::create_dir_all(&tree)?;
        for (name, version) in [("geonode", "5.1.1"), ("mayan-edms", "4.12.2")] {
            let project = corpus_project(name, version)?;
            run_tool(Command::new("cp").args(["-r", project.as_str(), tree.join(name).as_str()]))?;
        }
    }
    Ok(tree)
}

fn lines(tree: &Utf8Path) -> usize {
    let Ok(entries) = tree.read_dir_utf8() else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => lines(entry.path()),
            Ok(_) if entry.path().extension() == Some("py") => {
                fs::read(entry.path()).map_or(0, |bytes| bytes.iter().filter(|byte| **byte == b'\n').count())
            }
            _ => 0,
        })
        .sum()
}

/// A project of about `size` lines: apps of ten modules with models, views, urls and helpers that call each other.
fn monorepo(size: usize) -> Result<Utf8PathBuf> {
    const LINES_PER_APP: usize = 200;
    let tree = root().join(format!("target/bench/monorepo-{size}"));
    let _ = fs::remove_dir_all(&tree);
    fs::create_dir_all(tree.join("site"))?;
    fs::write(
        tree.join("manage.py"),
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
    )?;
    fs::write(tree.join("site/__init__.py"), "")?;
    let apps = (size / LINES_PER_APP).max(1);
    let mut settings = String::from("DEBUG = False\nROOT_URLCONF = 'site.urls'\nINSTALLED_APPS = [\n");
    let mut urls = String::from("from django.urls import include, path\nurlpatterns = [\n");
    for app in 0..apps {
        let folder = tree.join(format!("app{app}"));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("__init__.py"), "")?;
        let _ = writeln!(settings, "    'app{app}',");
        let _ = writeln!(urls, "    path('app{app}/', include('app{app}.urls')),");
        let mut views = String::from("from django.shortcuts import render\nfrom . import helpers\n\n");
        let mut helpers = String::from("import logging\n\nlogger = logging.getLogger(__name__)\n\n");
        let mut patterns =
            String::from("from django.urls import path\nfrom . import views\nurlpatterns = [\n");
        for number in 0..12 {
            let _ = write!(
                views,
                "def view{number}(request, pk):\n    name = request.GET.get('name')\n    rows = helpers.step{number}(name, pk)\n    \
                 return render(request, 'app{app}/page{number}.html', {{'rows': rows}})\n\n\n"
            );
            let _ = write!(
                helpers,
                "def step{number}(name, pk):\n    if not name:\n        return []\n    text = name.strip().lower()\n    \
                 items = [text + str(i) for i in range(int(pk))]\n    logger.debug('made %s', len(items))\n    return items\n\n\n"
            );
            let _ = writeln!(patterns, "    path('v{number}/<int:pk>/', views.view{number}),");
        }
        patterns.push_str("]\n");
        fs::write(folder.join("views.py"), views)?;
        fs::write(folder.join("helpers.py"), helpers)?;
        fs::write(folder.join("urls.py"), patterns)?;
    }
    settings.push_str("]\n");
    urls.push_str("]\n");
    fs::write(tree.join("site/settings.py"), settings)?;
    fs::write(tree.join("site/urls.py"), urls)?;
    Ok(tree)
}
