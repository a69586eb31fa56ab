//! Finds the settings modules of a project, wherever it is named, and says what each is for.
//!
//! What comes in: the project's files. What goes out: [`FoundModule`]s with the folder they are imported from, a role
//! and the reason for it. It reads names and mentions; values are the evaluator's business.

mod candidates;
mod mentions;
mod roles;

use crate::settings::SettingsRole;
use crate::value::Truth;
use barding_source::{FileId, Sources};
use camino::Utf8PathBuf;

pub use mentions::{Mention, MentionKind};
pub(crate) use roles::class_role;

/// A settings module that was found.
#[derive(Clone, Debug)]
pub struct FoundModule {
    /// Its dotted name, as `DJANGO_SETTINGS_MODULE` would name it.
    pub name: String,
    /// The class of django-configurations that a file names for it, if any.
    pub class: Option<String>,
    /// The file.
    pub file: FileId,
    /// Folders its imports start from, first wins.
    pub roots: Vec<Utf8PathBuf>,
    /// What it is for.
    pub role: SettingsRole,
    /// How we know.
    pub reason: String,
    /// Whether it runs the live site.
    pub runs_in_production: Truth,
    /// Who names it.
    pub mentions: Vec<Mention>,
}

/// What was found, and what was looked for: the words for a report that found nothing.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// The modules, sorted by name.
    pub modules: Vec<FoundModule>,
    /// Names that files mention and that are not among the files.
    pub missing: Vec<Mention>,
    /// What was looked for, in words.
    pub looked_for: &'static [&'static str],
    /// `manage.py` files.
    pub manage: Vec<Utf8PathBuf>,
}

/// What makes a folder a Django project for us.
pub const LOOKED_FOR: &[&str] = &[
    "manage.py, wsgi.py or asgi.py that names DJANGO_SETTINGS_MODULE",
    "DJANGO_SETTINGS_MODULE in Dockerfile, compose file, Procfile, systemd unit, pyproject.toml, tox.ini, pytest.ini, setup.cfg, CI file, Kubernetes manifest, .env file or shell script",
    "a Python file named settings.py or inside a settings/ folder",
    "a Python file that sets INSTALLED_APPS, ROOT_URLCONF, MIDDLEWARE or DATABASES",
];

impl Discovery {
    /// Looks through the files. `wanted` names modules (`module` or `module:Class`) that are production whatever
    /// their names.
    pub fn of(sources: &Sources<'_>, wanted: &[String]) -> Self {
        let mentions = mentions::mentions(sources);
        let manage: Vec<Utf8PathBuf> =
            sources.paths().iter().filter(|path| path.file_name() == Some("manage.py")).cloned().collect();
        let (mut modules, missing) = candidates::candidates(sources, &mentions, &manage, wanted);
        roles::assign(&mut modules, wanted);
        roles::set_fragments_apart(&mut modules, sources, wanted);
        modules.sort_by(|a, b| a.name.cmp(&b.name).then(a.file.cmp(&b.file)));
        Self { modules, missing, looked_for: LOOKED_FOR, manage }
    }
}
