//! What a command is about: paths, configuration and what the user said, brought together.

use crate::args::ProjectArgs;
use crate::config::{self, Config, read_env_file};
use anyhow::{Context as _, bail};
use barding_project::Options;
use barding_source::{DiskTree, ManyTrees, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;

/// The paths of a command, made one tree.
pub(crate) struct Target {
    /// What the user called it.
    pub(crate) name: String,
    /// The folder that reported paths are relative to.
    pub(crate) root: Utf8PathBuf,
    /// The files.
    pub(crate) tree: Box<dyn Tree>,
    /// The configuration that holds there.
    pub(crate) config: Config,
}

impl Target {
    /// Looks at the paths. One path is the root itself; of several, their common folder is.
    pub(crate) fn new(paths: &[Utf8PathBuf], project: &ProjectArgs) -> anyhow::Result<Self> {
        for path in paths {
            if !path.exists() {
                bail!("there is nothing at {path}");
            }
        }
        let name = paths.iter().map(|path| name_of(path)).collect::<Vec<_>>().join(" ");
        let (root, tree): (Utf8PathBuf, Box<dyn Tree>) = match paths {
            [path] => (folder_of(path), Box::new(DiskTree::new(path.clone()))),
            paths => {
                let paths: Vec<Utf8PathBuf> =
                    paths.iter().map(|path| path.canonicalize_utf8()).collect::<Result<_, _>>()?;
                let root = common(&paths);
                let tree = ManyTrees::new(&root, &paths);
                (root, Box::new(tree))
            }
        };
        let config = if project.no_config {
            Config::default()
        } else {
            config::load(&root, project.config.as_deref())?
        };
        Ok(Self { name, root, tree, config })
    }

    /// What the user said about the project: the command line wins over the configuration.
    pub(crate) fn options(&self, args: &ProjectArgs) -> anyhow::Result<Options> {
        let mut environment = BTreeMap::new();
        for path in self.config.env_files() {
            environment.extend(read_env_file(&path)?);
        }
        for (name, value) in &self.config.env {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            environment.insert(name.clone(), text);
        }
        for path in &args.env_file {
            environment.extend(read_env_file(path)?);
        }
        for pair in &args.env {
            let (name, value) =
                pair.split_once('=').with_context(|| format!("--env {pair}: write it as KEY=VALUE"))?;
            environment.insert(name.to_owned(), value.to_owned());
        }
        let settings_modules =
            if args.settings.is_empty() { self.config.settings() } else { args.settings.clone() };
        Ok(Options {
            settings_modules,
            environment,
            environment_complete: args.env_complete,
            files_complete: args.files_complete,
            django_version: args.django.clone().or_else(|| self.config.django.clone()),
            deployment: self.config.deployment(),
            model: self.config.model(),
        })
    }
}

/// What to call a path: `.` and `..` go by the folder's own name.
fn name_of(path: &Utf8Path) -> String {
    if path.file_name().is_none()
        && let Ok(real) = path.canonicalize_utf8()
        && let Some(name) = real.file_name()
    {
        return name.to_owned();
    }
    path.to_string()
}

fn folder_of(path: &Utf8Path) -> Utf8PathBuf {
    if path.is_file() {
        let parent = path.parent().filter(|parent| !parent.as_str().is_empty());
        return parent.unwrap_or(Utf8Path::new(".")).to_owned();
    }
    path.to_owned()
}

fn common(paths: &[Utf8PathBuf]) -> Utf8PathBuf {
    let mut root = paths.first().map(|path| folder_of(path)).unwrap_or_default();
    while !paths.iter().all(|path| path.starts_with(&root)) {
        if !root.pop() {
            break;
        }
    }
    root
}
