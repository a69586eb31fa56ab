//! The projects that Django and barding are both asked about.

use super::django::Series;
use crate::tools::{root, run};
use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// A project in a folder of its own.
pub(crate) struct OracleProject {
    /// Its name.
    pub(crate) name: String,
    /// Where it was laid out for this series.
    pub(crate) folder: Utf8PathBuf,
    /// The environments to ask it under.
    pub(crate) environments: Vec<Environment>,
}

/// One environment.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    /// Its name, for the report.
    pub(crate) name: String,
    /// The settings module.
    pub(crate) settings: String,
    /// The variables that are set; no other is.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
}

/// fixtures/oracle/NAME/oracle.toml
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// The series it runs on; all when absent.
    series: Option<Vec<String>>,
    /// What it needs besides Django; installed by scripts/install/oracle-packages.sh.
    #[serde(default)]
    requires: Vec<String>,
    environment: Vec<Environment>,
}

/// Every project that runs on this series, laid out afresh under target/oracle.
pub(crate) fn all(series: &Series) -> Result<Vec<OracleProject>> {
    let base = root().join("target/oracle").join(&series.name);
    let _ = fs::remove_dir_all(&base);
    fs::create_dir_all(&base)?;
    let mut projects = vec![startproject(series, &base)?];
    let mut fixtures: Vec<_> = root().join("fixtures/oracle").read_dir_utf8()?.flatten().collect();
    fixtures.sort_by_key(|entry| entry.file_name().to_owned());
    for entry in fixtures {
        let file = entry.path().join("oracle.toml");
        let text = fs::read_to_string(&file).with_context(|| file.to_string())?;
        let description: Description = toml::from_str(&text).with_context(|| file.to_string())?;
        if description.series.as_ref().is_some_and(|only| !only.contains(&series.name)) {
            continue;
        }
        if let Some(missing) = missing(series, &description.requires)? {
            println!("NOT RUN: {} on Django {} ({missing} is not installed)", entry.file_name(), series.name);
            continue;
        }
        let folder = base.join(entry.file_name());
        run(Command::new("cp").args(["-r", entry.path().as_str(), folder.as_str()]))?;
        projects.push(OracleProject {
            name: entry.file_name().to_owned(),
            folder,
            environments: description.environment,
        });
    }
    Ok(projects)
}

fn startproject(series: &Series, base: &Utf8Path) -> Result<OracleProject> {
    let folder = base.join("startproject");
    fs::create_dir_all(&folder)?;
    run(Command::new(series.venv.join("bin/django-admin")).args([
        "startproject",
        "site_of_ponies",
        folder.as_str(),
    ]))?;
    let environment = Environment {
        name: "empty".to_owned(),
        settings: "site_of_ponies.settings".to_owned(),
        variables: BTreeMap::new(),
    };
    Ok(OracleProject { name: "startproject".to_owned(), folder, environments: vec![environment] })
}

/// The first required package that is not installed.
fn missing(series: &Series, requires: &[String]) -> Result<Option<String>> {
    for package in requires {
        let shown = Command::new(series.python()).args(["-m", "pip", "show", "-q", package]).output()?;
        if !shown.status.success() {
            return Ok(Some(package.clone()));
        }
    }
    Ok(None)
}
