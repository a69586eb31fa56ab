//! Whole projects from PyPI, each with all it depends on in a virtual environment of its own.

use super::django::Series;
use super::projects::{Environment, OracleProject};
use crate::tools::{root, run};
use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// xtask/oracle/real.toml
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    project: Vec<RealProject>,
}

/// One project of the list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RealProject {
    name: String,
    /// The Pythons it runs on, first choice first.
    pythons: Vec<String>,
    /// What pip is asked for.
    requires: Vec<String>,
    /// Installed packages whose sources are the project.
    #[serde(default)]
    copies: Vec<String>,
    /// The command that writes the project.
    #[serde(default)]
    generates: Vec<String>,
    /// Files beside them.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Where the project stands in what was laid out.
    folder: Option<String>,
    environment: Vec<Environment>,
}

/// Every project that could be installed, laid out afresh, with the Django it runs on. What could not is named.
pub(crate) fn all(only: Option<&str>) -> Result<Vec<(Series, OracleProject)>> {
    let text = fs::read_to_string(root().join("xtask/oracle/real.toml"))?;
    let list: List = toml::from_str(&text).context("xtask/oracle/real.toml")?;
    let mut projects = Vec::new();
    for project in list.project {
        if only.is_some_and(|only| only != project.name) {
            continue;
        }
        match install(&project).and_then(|venv| lay_out(project, venv)) {
            Ok(ready) => projects.push(ready),
            Err(reason) => println!("NOT RUN: {reason:#}"),
        }
    }
    Ok(projects)
}

/// The virtual environment of a project, with all that it requires; kept for the next time.
fn install(project: &RealProject) -> Result<Utf8PathBuf> {
    let venv = root().join("target/venvs").join(format!("real-{}", project.name));
    let ready = venv.join("ready");
    let wanted = project.requires.join(" ");
    if fs::read_to_string(&ready).is_ok_and(|there| there == wanted) {
        return Ok(venv);
    }
    let _ = fs::remove_dir_all(&venv);
    let python = project.pythons.iter().find_map(|version| python_of(version));
    let python = python.with_context(|| format!("{} needs one of {:?}", project.name, project.pythons))?;
    run(Command::new(python).args(["-m", "venv", venv.as_str()]))?;
    run(Command::new(venv.join("bin/python"))
        .args(["-m", "pip", "install", "-q", "--disable-pip-version-check", "--prefer-binary"])
        .args(&project.requires))
    .with_context(|| project.name.clone())?;
    fs::write(ready, wanted)?;
    Ok(venv)
}

/// An interpreter of that version, from the PATH or from pyenv.
pub(super) fn python_of(version: &str) -> Option<Utf8PathBuf> {
    let name = format!("python{version}");
    let works = |python: &Utf8Path| {
        Command::new(python).args(["-c", "import venv"]).output().is_ok_and(|output| output.status.success())
    };
    let on_path = Utf8PathBuf::from(&name);
    if works(&on_path) {
        return Some(on_path);
    }
    let home =
        std::env::var("PYENV_ROOT").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.pyenv")));
    let mut found: Vec<_> =
        Utf8PathBuf::from(home.ok()?).join("versions").read_dir_utf8().ok()?.flatten().collect();
    found.sort_by_key(|entry| entry.file_name().to_owned());
    let python = found.iter().find(|entry| entry.file_name().starts_with(&format!("{version}.")))?;
    Some(python.path().join("bin/python")).filter(|python| works(python))
}

fn lay_out(project: RealProject, venv: Utf8PathBuf) -> Result<(Series, OracleProject)> {
    let folder = root().join("target/oracle/real").join(&project.name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    for package in &project.copies {
        let Some(installed) = site_packages(&venv)?.map(|site| site.join(package)) else {
            bail!("{} has no packages", project.name);
        };
        run(Command::new("cp").args(["-r", installed.as_str(), folder.as_str()]))?;
    }
    if let Some((program, arguments)) = project.generates.split_first() {
        let output = Command::new(venv.join("bin").join(program))
            .args(arguments)
            .current_dir(&folder)
            .output()
            .with_context(|| format!("{program} could not be started"))?;
        if !output.status.success() {
            bail!("{}: {}", project.name, String::from_utf8_lossy(&output.stderr));
        }
    }
    for (path, text) in &project.files {
        fs::write(folder.join(path), text)?;
    }
    let django = Command::new(venv.join("bin/python")).args(["-m", "django", "--version"]).output()?;
    let version = String::from_utf8_lossy(&django.stdout).trim().to_owned();
    let series = Series { name: version, venv };
    let folder = project.folder.map_or(folder.clone(), |inner| folder.join(inner));
    let laid_out = OracleProject { name: project.name, folder, environments: project.environment };
    Ok((series, laid_out))
}

fn site_packages(venv: &Utf8Path) -> Result<Option<Utf8PathBuf>> {
    let mut folders = venv.join("lib").read_dir_utf8()?.flatten();
    Ok(folders.next().map(|entry| entry.path().join("site-packages")))
}
