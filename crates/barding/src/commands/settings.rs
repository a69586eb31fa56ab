//! `barding settings`: what Django would see, each value with the lines that made it so.

use crate::args::ProjectArgs;
use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use crate::target::Target;
use anyhow::bail;
use barding_audit::{holds_secret, redacted};
use barding_finding::AuditResult;
use barding_project::{Project, SettingsModule, SettingsRole, python};
use barding_report::{Look, SettingsLook, settings_json, settings_text};
use barding_source::{FileId, ReadLimits, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use std::collections::BTreeSet;

/// Show the effective settings: value, certainty and where each comes from. Nothing is imported or run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding settings                               what production sees\n  \
    barding settings shop.settings.live --only-changed\n  \
    barding settings --explain ALLOWED_HOSTS       every line that touched it\n  \
    barding settings --env DEBUG=1 --explain DEBUG")]
pub(crate) struct Args {
    /// The settings module, or the project's folder; without a module those that look like production's
    #[arg(value_name = "MODULE")]
    module: Option<String>,
    /// The project's folder
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    path: Utf8PathBuf,
    /// Leave out what equals Django's default
    #[arg(long)]
    only_changed: bool,
    /// Show every line that touched this setting, and the imports on the way
    #[arg(long, value_name = "NAME")]
    explain: Option<String>,
    /// How to write them
    #[arg(long, short = 'f', value_name = "FORMAT", default_value = "terminal")]
    format: Format,
    #[command(flatten)]
    project: ProjectArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Terminal,
    /// For programs
    Json,
}

/// Evaluates and prints.
pub(crate) fn run(mut args: Args, context: &Context) -> anyhow::Result<Exit> {
    // A folder is no settings module, and every other command takes it in this place.
    if let Some(folder) = args.module.take_if(|module| is_folder(module, &args.path)) {
        args.path = folder.into();
    }
    let target = Target::new(std::slice::from_ref(&args.path), &args.project)?;
    let mut options = target.options(&args.project)?;
    if let Some(module) = &args.module {
        options.settings_modules = vec![module.clone()];
    }
    let sources = Sources::new(target.tree.as_ref(), ReadLimits::default(), python::decode);
    let project = Project::read_settings(&sources, &options);
    let modules = chosen(&project, args.module.as_deref());
    if modules.is_empty() {
        match &args.module {
            Some(module) => bail!(
                "there is no settings module `{module}` in {}; there are: {}",
                target.name,
                names(&project)
            ),
            None => bail!(
                "there is no settings module in {}: looked for DJANGO_SETTINGS_MODULE in manage.py, wsgi.py, asgi.py, \
                 Docker, compose, Procfile, systemd and CI files, and for files that look like settings",
                target.name
            ),
        }
    }
    let files = files_of(&modules, &sources);
    let look = SettingsLook {
        look: Look { color: context.color, width: context.width, ..Look::default() },
        only_changed: args.only_changed,
        explain: args.explain.as_deref(),
        holds_secret,
    };
    print(&match args.format {
        Format::Terminal => settings_text(&modules, &files, &look),
        Format::Json => settings_json(&modules, &files, &look),
    })?;
    Ok(Exit::Clean)
}

/// Whether what was given in the place of a module is a folder that holds no module's code of its own.
fn is_folder(given: &str, near: &Utf8Path) -> bool {
    let folder = near.join(given);
    folder.is_dir() && (given.contains(['/', '.']) || !folder.join("__init__.py").exists())
}

fn names(project: &Project) -> String {
    let names: Vec<&str> = project.settings.iter().map(|module| module.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn chosen<'p>(project: &'p Project, named: Option<&str>) -> Vec<&'p SettingsModule> {
    let all = || project.settings.iter();
    if let Some(named) = named {
        return all().filter(|module| module.name == named).collect();
    }
    let live: Vec<_> = all().filter(|module| module.role == SettingsRole::Production).collect();
    if live.is_empty() { all().collect() } else { live }
}

/// The files that histories point into, with their secrets blotted out.
fn files_of(modules: &[&SettingsModule], sources: &Sources<'_>) -> AuditResult {
    let mut wanted: BTreeSet<FileId> = modules.iter().map(|module| module.file).collect();
    for setting in modules.iter().flat_map(|module| module.values.values()) {
        for step in &setting.history {
            wanted.extend(step.via.iter().chain([&step.place]).map(|span: &Span| span.file));
        }
    }
    let mut files = AuditResult::default();
    for id in wanted {
        if let Some(file) = sources.file(id) {
            files.files.insert(id.0, redacted(&file, &[]));
        }
    }
    files
}
