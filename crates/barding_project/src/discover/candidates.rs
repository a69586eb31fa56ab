//! Which files are settings modules, and from which folder each is imported.

use super::{FoundModule, Mention};
use crate::settings::SettingsRole;
use crate::value::Truth;
use barding_source::{FileId, FileKind, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Settings that hardly anything but a settings module sets.
const TELLING: &[&str] = &[
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "MIDDLEWARE_CLASSES",
    "ROOT_URLCONF",
    "DATABASES",
    "SECRET_KEY",
    "TEMPLATES",
    "WSGI_APPLICATION",
    "ALLOWED_HOSTS",
    "AUTH_PASSWORD_VALIDATORS",
    "STATIC_URL",
    "DEBUG",
    "LANGUAGE_CODE",
    "CACHES",
    "STATICFILES_DIRS",
];

pub(super) fn candidates(
    sources: &Sources<'_>,
    mentions: &[Mention],
    manage: &[Utf8PathBuf],
    wanted: &[String],
) -> (Vec<FoundModule>, Vec<Mention>) {
    let mut found: BTreeMap<FileId, FoundModule> = BTreeMap::new();
    let mut missing = Vec::new();
    let is_empty = |file: FileId| sources.file(file).is_some_and(|file| file.text.trim().is_empty());
    for mention in mentions {
        match resolve(sources, &mention.module, &mention.path, manage) {
            // The package around settings modules is none itself.
            Some((file, _)) if is_empty(file) => {}
            Some((file, root)) => {
                let module = found
                    .entry(file)
                    .or_insert_with(|| module(sources, file, Some((&mention.module, &root)), manage));
                module.class = module.class.take().or_else(|| mention.class.clone());
                module.mentions.push(mention.clone());
            }
            None => missing.push(mention.clone()),
        }
    }
    for name in wanted {
        let name = name.split(':').next().unwrap_or_default();
        let known = found.values().any(|module| module.name == name);
        // The name that the user gives wins over the one that the file was found by.
        if !known && let Some((file, root)) = resolve(sources, name, Utf8Path::new("manage.py"), manage) {
            let mentions = found.remove(&file).map(|module| module.mentions).unwrap_or_default();
            let named = FoundModule { mentions, ..module(sources, file, Some((name, &root)), manage) };
            found.insert(file, named);
        }
    }
    for file in by_content(sources) {
        found.entry(file).or_insert_with(|| module(sources, file, None, manage));
    }
    (found.into_values().collect(), missing)
}

/// The file that a dotted name means for someone at `from`: the nearest folder above it wins, then any folder.
fn resolve(
    sources: &Sources<'_>,
    name: &str,
    from: &Utf8Path,
    manage: &[Utf8PathBuf],
) -> Option<(FileId, Utf8PathBuf)> {
    let relative: Utf8PathBuf = name.split('.').collect();
    let at = |root: &Utf8Path| {
        let base = root.join(&relative);
        let package = sources.id(&base.join("__init__.py"));
        package.or_else(|| sources.id(&Utf8PathBuf::from(format!("{base}.py"))))
    };
    let mut roots: Vec<Utf8PathBuf> = Vec::new();
    for folder in from.ancestors().skip(1) {
        roots.push(folder.to_owned());
        roots.push(folder.join("src"));
    }
    roots.extend(manage.iter().filter_map(|path| path.parent()).map(Utf8Path::to_owned));
    for root in roots {
        if let Some(id) = at(&root) {
            return Some((id, root));
        }
    }
    // A folder further down that nobody names: only when there is exactly one.
    let endings = [format!("/{relative}.py"), format!("/{relative}/__init__.py")];
    let mut below = sources.paths().iter().enumerate().filter_map(|(id, path)| {
        let ending = endings.iter().find(|ending| path.as_str().ends_with(ending.as_str()))?;
        let root = &path.as_str()[..path.as_str().len() - ending.len()];
        Some((FileId(id as u32), Utf8PathBuf::from(root)))
    });
    let first = below.next()?;
    below.next().is_none().then_some(first)
}

fn module(
    sources: &Sources<'_>,
    file: FileId,
    named: Option<(&str, &Utf8Path)>,
    manage: &[Utf8PathBuf],
) -> FoundModule {
    let path = sources.path(file).unwrap_or_default();
    let root = named.map_or_else(|| root_of(sources, &path, manage), |(_, root)| root.to_owned());
    let name = named.map_or_else(|| dotted(&path, &root), |(name, _)| name.to_owned());
    FoundModule {
        name,
        class: None,
        file,
        roots: roots(sources, &path, &root, manage),
        role: SettingsRole::SharedBase,
        reason: String::new(),
        runs_in_production: Truth::Maybe,
        mentions: Vec::new(),
    }
}

/// The folder a module is imported from: that of the `manage.py` above it, or the first above it that is no package.
fn root_of(sources: &Sources<'_>, path: &Utf8Path, manage: &[Utf8PathBuf]) -> Utf8PathBuf {
    let mut folder = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    while sources.id(&folder.join("__init__.py")).is_some() {
        match folder.parent() {
            Some(parent) if !folder.as_str().is_empty() => folder = parent.to_owned(),
            _ => break,
        }
    }
    // Without `__init__.py` a folder may still be a package: where `manage.py` stands, imports start.
    let above = manage
        .iter()
        .filter_map(|path| path.parent())
        .filter(|root| folder.starts_with(root))
        .max_by_key(|root| root.as_str().len());
    if let Some(root) = above {
        return root.to_owned();
    }
    if folder.file_name() == Some("settings") && folder != *"" {
        // `config/settings/` without `__init__.py` files.
        let mut root = folder.parent().unwrap_or(Utf8Path::new("")).to_owned();
        while sources.id(&root.join("__init__.py")).is_some() {
            match root.parent() {
                Some(parent) if !root.as_str().is_empty() => root = parent.to_owned(),
                _ => break,
            }
        }
        return root;
    }
    folder
}

fn dotted(path: &Utf8Path, root: &Utf8Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let without = relative.as_str().strip_suffix(".py").unwrap_or(relative.as_str());
    let without = without.strip_suffix("/__init__").unwrap_or(without);
    without.replace('/', ".")
}

/// Where imports of the module start.
fn roots(
    sources: &Sources<'_>,
    path: &Utf8Path,
    root: &Utf8Path,
    manage: &[Utf8PathBuf],
) -> Vec<Utf8PathBuf> {
    let mut roots = vec![root.to_owned()];
    let mut add = |folder: Utf8PathBuf| {
        if !roots.contains(&folder) {
            roots.push(folder);
        }
    };
    for manage in manage {
        if let Some(folder) = manage.parent()
            && path.starts_with(folder)
        {
            add(folder.to_owned());
        }
    }
    for folder in path.ancestors().skip(1) {
        if sources.id(&folder.join("__init__.py")).is_none() {
            add(folder.join("src"));
            if root.starts_with(folder) {
                add(folder.to_owned());
            }
        }
    }
    roots
}

/// Files that look like settings modules inside.
fn by_content(sources: &Sources<'_>) -> BTreeSet<FileId> {
    let files: Vec<(FileId, &Utf8Path)> =
        sources.of_kind(FileKind::Python).filter(|(_, path)| path.extension() == Some("py")).collect();
    let looked: Vec<(FileId, Looks)> = files
        .par_iter()
        .filter_map(|(id, path)| {
            let file = sources.file(*id)?;
            let looks = looks(path, &file.text);
            (looks.telling > 0 || looks.star.is_some()).then_some((*id, looks))
        })
        .collect();
    let mut chosen: BTreeSet<FileId> = BTreeSet::new();
    let mut folders: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for (id, looks) in &looked {
        let path = &sources.paths()[id.0 as usize];
        if looks.settings_module(path) {
            chosen.insert(*id);
            folders.insert(path.parent().map(Utf8Path::to_owned).unwrap_or_default());
        }
    }
    // `from .base import *` beside a settings module makes one too, however little it sets itself.
    for _ in 0..3 {
        let mut more = Vec::new();
        for (id, looks) in &looked {
            let path = &sources.paths()[id.0 as usize];
            let (Some(star), Some(folder)) = (&looks.star, path.parent()) else { continue };
            if chosen.contains(id)
                || path.file_name() == Some("__init__.py")
                    && looks.telling == 0
                    && !folder.ends_with("settings")
            {
                continue;
            }
            let last = star.rsplit('.').next().unwrap_or_default();
            let beside = chosen.iter().any(|other| {
                let other = &sources.paths()[other.0 as usize];
                let near = other.parent() == Some(folder)
                    || other.parent().and_then(Utf8Path::parent) == Some(folder)
                    || folder.parent() == other.parent();
                near && (other.file_stem() == Some(last)
                    || other.file_name() == Some("__init__.py")
                        && (last.is_empty() || other.parent().and_then(Utf8Path::file_name) == Some(last)))
            });
            if beside {
                more.push(*id);
            }
        }
        if more.is_empty() {
            break;
        }
        chosen.extend(more);
    }
    chosen
}

#[derive(Debug, Default)]
struct Looks {
    /// How many telling settings are set at the start of a line.
    telling: usize,
    strong: usize,
    /// The first module that a star import names.
    star: Option<String>,
}

impl Looks {
    fn settings_module(&self, path: &Utf8Path) -> bool {
        let name = path.file_stem().unwrap_or_default();
        let named =
            name.contains("settings") || path.parent().is_some_and(|folder| folder.ends_with("settings"));
        if name == "global_settings" && path.as_str().contains("django/conf") {
            return false;
        }
        self.strong >= 2
            || self.strong >= 1 && self.telling >= 2
            || named && self.strong >= 1
            || named && self.telling >= 1 && self.star.is_some()
            || name == "settings" && self.telling >= 1
    }
}

/// Whether a module reads the project's settings as it is imported. A settings module cannot; the module in which a
/// reusable app keeps what projects may set does.
fn reads_settings(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("from django.conf import settings"))
        && text.lines().any(|line| {
            line.split_once('=').is_some_and(|(name, value)| {
                let value = value.trim_start();
                name.trim_end().chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                    && (value.starts_with("settings.") || value.starts_with("getattr(settings,"))
            })
        })
}

fn looks(path: &Utf8Path, text: &str) -> Looks {
    let mut looks = Looks::default();
    // A project template is filled in before it is settings; so is a cookiecutter's.
    if path.as_str().contains("{{")
        || path
            .components()
            .any(|part| part.as_str() == "cookiecutter" || part.as_str().ends_with("_template"))
        || text.contains("{{ project_name }}")
        || text.contains("{{ secret_key }}")
        || text.contains("{{cookiecutter")
        || text.contains("{{ cookiecutter")
        || path.components().any(|part| matches!(part.as_str(), "migrations" | "management"))
    {
        return looks;
    }
    if reads_settings(text) {
        return looks;
    }
    let may = memchr::memmem::find(text.as_bytes(), b"import *").is_some()
        || text.contains("split_settings")
        || TELLING.iter().any(|name| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some());
    if !may {
        return looks;
    }
    let mut set = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("from ")
            && let Some((module, names)) = rest.split_once(" import ")
            && names.trim_start().starts_with('*')
            && looks.star.is_none()
        {
            looks.star = Some(module.trim().to_owned());
        }
        // Classes of django-configurations set them one level down.
        let at_top = !line.starts_with([' ', '\t']);
        let line = if at_top { line } else { line.strip_prefix("    ").unwrap_or(line) };
        let Some(name) = TELLING.iter().find(|name| {
            line.strip_prefix(**name).is_some_and(|rest| {
                let rest = rest.trim_start();
                (rest.starts_with('=') && !rest.starts_with("=="))
                    || rest.starts_with("+=")
                    || rest.starts_with(": ") && rest.contains('=')
            })
        }) else {
            continue;
        };
        if at_top || text.contains("Configuration)") {
            set.insert(*name);
        }
    }
    // A module that only puts others together sets nothing itself.
    let puts_together = text.contains("split_settings") && text.contains("include(");
    looks.telling = set.len() + usize::from(puts_together);
    looks.strong = usize::from(puts_together)
        + set
            .iter()
            .filter(|name| {
                matches!(
                    **name,
                    "INSTALLED_APPS"
                        | "MIDDLEWARE"
                        | "MIDDLEWARE_CLASSES"
                        | "ROOT_URLCONF"
                        | "DATABASES"
                        | "SECRET_KEY"
                        | "TEMPLATES"
                )
            })
            .count();
    looks
}
