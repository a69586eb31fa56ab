//! The Djangos that are installed, and how one is asked.

use super::projects::{Environment, OracleProject};
use crate::tools::root;
use anyhow::{Context, Result, bail};
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::process::Command;

/// One series of Django in its virtual environment.
#[derive(Clone)]
pub(crate) struct Series {
    /// `4.2`.
    pub(crate) name: String,
    /// The virtual environment.
    pub(crate) venv: Utf8PathBuf,
}

/// What real Django said.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// The exact version.
    pub(crate) django: String,
    /// Every setting, Django's defaults included, in ask.py's notation.
    pub(crate) settings: BTreeMap<String, Json>,
    /// The settings that the project itself sets.
    pub(crate) project_sets: Vec<String>,
    /// The ids of all checks that fired.
    pub(crate) checks: Vec<String>,
    /// Why the settings could not be loaded.
    pub(crate) error: Option<String>,
    /// Why the checks could not be run.
    #[serde(default)]
    pub(crate) checks_error: Option<String>,
    /// The routes, when they were asked for.
    pub(crate) routes: Option<Vec<DjangoRoute>>,
    /// Why the routes could not be listed.
    #[serde(default)]
    pub(crate) routes_error: Option<String>,
}

/// A route as Django's resolver has it.
#[derive(Debug, Deserialize)]
pub(crate) struct DjangoRoute {
    /// Prefixes and pattern, one after the other.
    pub(crate) pattern: String,
    /// Its name with namespaces.
    pub(crate) name: Option<String>,
    /// The view inside its decorators.
    pub(crate) view: String,
    /// Whether it is the project's and not a library's.
    pub(crate) own: bool,
}

/// Installs what is missing and lists what there is, oldest first.
pub(crate) fn installed(all: bool) -> Result<Vec<Series>> {
    let mut install = Command::new("bash");
    install.arg(root().join("scripts/install/django.sh"));
    if all {
        install.arg("--all");
    }
    crate::tools::run(&mut install)?;
    let mut series = Vec::new();
    for entry in root().join("target/venvs").read_dir_utf8()?.flatten() {
        if let Some(name) = entry.file_name().strip_prefix("django-") {
            series.push(Series { name: name.to_owned(), venv: entry.path().to_owned() });
        }
    }
    series.sort_by_key(|series| {
        series.name.split('.').map(|part| part.parse::<u32>().unwrap_or_default()).collect::<Vec<_>>()
    });
    if series.len() < 2 {
        bail!("at least two Django series are needed");
    }
    Ok(series)
}

impl Series {
    /// The interpreter of its environment.
    pub(crate) fn python(&self) -> Utf8PathBuf {
        self.venv.join("bin/python")
    }

    /// Asks Django about a project under an environment. Nothing of the caller's environment reaches it.
    pub(crate) fn ask(
        &self,
        project: &OracleProject,
        environment: &Environment,
        routes: bool,
    ) -> Result<Answer> {
        let output = Command::new(self.python())
            .args(["-W", "ignore"])
            .arg(root().join("xtask/oracle/ask.py"))
            .args(routes.then_some("--routes"))
            .current_dir(&project.folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .envs(&environment.variables)
            .env("DJANGO_SETTINGS_MODULE", &environment.settings)
            .output()
            .with_context(|| format!("{} could not be started", self.python()))?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            format!("{} / {}: {}", self.name, project.name, String::from_utf8_lossy(&output.stderr))
        })
    }
}
