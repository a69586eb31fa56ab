//! From settings modules to route tables.

use super::Routes;
use super::ask::Asked;
use super::classes::Classes;
use super::pattern::converters;
use super::table::Builder;
use crate::code::{Code, FileRole, Module, ScopeId};
use crate::discover::Discovery;
use crate::eval::{Assumptions, Evaluator, UrlEntry, UrlSettings, UrlWhat, Urlconf};
use crate::project::Options;
use crate::python::PythonModules;
use crate::settings::{Effective, SettingsModule, SettingsRole};
use crate::value::{Truth, Value};
use barding_source::Sources;
use camino::Utf8PathBuf;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The evaluation recurses over nested code; this much stack is reserved for it, and hardly ever used.
const STACK: usize = 512 << 20;
/// How many settings modules are judged at most.
const MOST_MODULES: usize = 8;
/// How many URLconfs that nothing includes are read at most.
const MOST_LOOSE: usize = 200;

/// Reads the routes of every judged settings module.
pub(crate) fn read(
    sources: &Sources<'_>,
    options: &Options,
    code: &Code,
    settings: &[SettingsModule],
    discovery: &Discovery,
) -> Routes {
    if !code.modules.iter().any(has_urls) {
        return Routes::default();
    }
    let read = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || read_here(sources, options, code, settings, discovery))
            .map(|thread| thread.join())
    });
    match read {
        Ok(Ok(routes)) => routes,
        _ => Routes::default(),
    }
}

fn has_urls(module: &Module) -> bool {
    module.file.text.contains("urlpatterns") || module.file.text.contains("URLRouter")
}

fn read_here(
    sources: &Sources<'_>,
    options: &Options,
    code: &Code,
    settings: &[SettingsModule],
    discovery: &Discovery,
) -> Routes {
    let modules = PythonModules::new(sources);
    let classes = Classes::new(code);
    let converters = converters(code);
    let mut routes = Routes::default();
    let mut earlier: Vec<(String, BTreeSet<String>, &SettingsModule, usize)> = Vec::new();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for module in judged(settings) {
        let roots = roots_of(module, discovery);
        let Some(urlconf) = root_urlconf(module, code) else { continue };
        let same = earlier.iter().find(|(known, asked, other, _)| {
            *known == urlconf && asked.iter().all(|name| value(module, name) == value(other, name))
        });
        if let Some((_, _, _, table)) = same {
            routes.tables[*table].settings.push(module.name.clone());
            continue;
        }
        let mut evaluator = Evaluator::new(&modules, assumptions(options, roots, module))
            .with_urls(settings_of(Some(module)));
        let Some(found) = evaluator.urlconf(&urlconf) else { continue };
        note_modules(&found.entries, &mut reached);
        reached.insert(urlconf.clone());
        let asked = Asked::new(code, &classes, Some(module), &options.model);
        let mut builder = Builder::new(&asked, &converters);
        builder.table.settings = vec![module.name.clone()];
        builder.table.in_production = Some(module.runs_in_production);
        builder.urlconf(&urlconf, &found);
        builder.sockets(module, &mut evaluator);
        let mut names = evaluator.asked_settings();
        names.extend(["MIDDLEWARE", "REST_FRAMEWORK", "ASGI_APPLICATION"].map(str::to_owned));
        earlier.push((urlconf, names, module, routes.tables.len()));
        routes.tables.push(builder.table);
    }
    loose(&modules, options, code, &classes, &converters, settings, &reached, &mut routes);
    routes.index(code);
    routes
}

/// The settings modules that are judged: those that may run the live site, or else all.
fn judged(settings: &[SettingsModule]) -> Vec<&SettingsModule> {
    let live: Vec<_> = settings.iter().filter(|module| module.runs_in_production == Truth::Yes).collect();
    let maybe: Vec<_> = settings.iter().filter(|module| module.runs_in_production != Truth::No).collect();
    let own: Vec<_> = settings
        .iter()
        .filter(|module| !matches!(module.role, SettingsRole::Test | SettingsRole::SharedBase))
        .collect();
    let mut chosen = [live, maybe, own, settings.iter().collect()]
        .into_iter()
        .find(|list| list.iter().any(|module| !matches!(module.get("ROOT_URLCONF"), Effective::Absent)))
        .unwrap_or_default();
    chosen.truncate(MOST_MODULES);
    chosen
}

fn roots_of(module: &SettingsModule, discovery: &Discovery) -> Vec<Utf8PathBuf> {
    let name = module.name.split(':').next().unwrap_or_default();
    discovery
        .modules
        .iter()
        .find(|found| found.name == name && found.file == module.file)
        .map(|found| found.roots.clone())
        .unwrap_or_default()
}

/// The module that `ROOT_URLCONF` names; where that is not known, the `urls` beside the settings.
fn root_urlconf(module: &SettingsModule, code: &Code) -> Option<String> {
    let set = module.get("ROOT_URLCONF").value().and_then(|value| match value {
        Value::Text(text) => Some(text.to_string()),
        other => match other.when_unset() {
            Some(Value::Text(text)) => Some(text.to_string()),
            _ => other.cases().into_iter().find_map(|(_, value)| value.text().map(str::to_owned)),
        },
    });
    if set.as_ref().is_some_and(|name| !name.is_empty()) {
        return set;
    }
    let name = module.name.split(':').next().unwrap_or_default();
    let mut package = name;
    while let Some((parent, _)) = package.rsplit_once('.') {
        package = parent;
        let beside = format!("{package}.urls");
        if code.module_named(&beside, None).is_some() {
            return Some(beside);
        }
    }
    None
}

fn value<'s>(module: &'s SettingsModule, name: &str) -> Option<&'s Value> {
    module.get(name).value()
}

fn assumptions(options: &Options, roots: Vec<Utf8PathBuf>, module: &SettingsModule) -> Assumptions {
    Assumptions {
        roots,
        environment: options.environment.clone(),
        environment_complete: options.environment_complete,
        files_complete: options.files_complete,
        django: module.django().series().map(|series| series.numbers()),
    }
}

fn settings_of(module: Option<&SettingsModule>) -> UrlSettings {
    let Some(module) = module else { return UrlSettings { open: true, ..UrlSettings::default() } };
    let mut settings = UrlSettings { open: module.open.is_some(), ..UrlSettings::default() };
    if module.open.is_none() {
        for name in module.defaults.names() {
            if let Some(value) = module.defaults.of(name) {
                settings.values.insert(name.to_owned(), value.clone());
            }
        }
    }
    for (name, setting) in &module.values {
        settings.values.insert(name.clone(), setting.value.clone());
    }
    settings
}

/// A dotted name, and what is left of it as parts are taken from its front.
fn with_its_ends(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |rest| rest.split_once('.').map(|(_, rest)| rest))
}

fn note_modules(entries: &[UrlEntry], reached: &mut BTreeSet<String>) {
    for entry in entries {
        match &entry.what {
            UrlWhat::Include { module, entries, .. } => {
                reached.extend(module.clone());
                note_modules(entries, reached);
            }
            UrlWhat::Language { entries, .. } | UrlWhat::Suffixes { entries } => {
                note_modules(entries, reached)
            }
            _ => {}
        }
    }
}

/// URLconfs that no root reaches: those of reusable apps, of plugins, and of sites that a middleware chooses.
#[expect(clippy::too_many_arguments, reason = "the pieces of one reading, handed on once")]
fn loose(
    modules: &PythonModules<'_>,
    options: &Options,
    code: &Code,
    classes: &Classes<'_>,
    converters: &super::pattern::Converters,
    settings: &[SettingsModule],
    reached: &BTreeSet<String>,
    routes: &mut Routes,
) {
    let main = judged(settings).into_iter().next();
    let symbol = code.known_symbol("urlpatterns");
    let mut found: Vec<(String, Urlconf)> = Vec::new();
    let mut included: BTreeSet<String> = BTreeSet::new();
    // A reached module goes by its name there, which may be longer than ours.
    let reached: FxHashSet<&str> = reached.iter().flat_map(|name| with_its_ends(name)).collect();
    for module in &code.modules {
        let binds = symbol.is_some_and(|symbol| !module.scope(ScopeId(0)).of(symbol).is_empty());
        let serves = module.role.may_serve() && module.role != FileRole::Vendored;
        if !binds || !serves || reached.contains(module.name.as_str()) || found.len() >= MOST_LOOSE {
            continue;
        }
        let parts: Vec<_> = module.file.path.components().map(|part| part.as_str()).collect();
        let (name, depth) = match parts.as_slice() {
            // A folder without `__init__.py` is a package for whoever imports from it.
            [.., folder, _] if !module.name.contains('.') && !module.is_package => {
                (format!("{folder}.{}", module.name), 2)
            }
            _ => (module.name.clone(), module.name.split('.').count() + usize::from(module.is_package)),
        };
        let root: Utf8PathBuf = parts[..parts.len().saturating_sub(depth)].iter().collect();
        let assumed = Assumptions {
            roots: vec![root],
            environment: options.environment.clone(),
            environment_complete: options.environment_complete,
            files_complete: options.files_complete,
            django: None,
        };
        let mut evaluator = Evaluator::new(modules, assumed).with_urls(settings_of(main));
        let Some(urlconf) = evaluator.urlconf(&name) else { continue };
        note_modules(&urlconf.entries, &mut included);
        found.push((name, urlconf));
    }
    let asked = Asked::new(code, classes, main, &options.model);
    for (name, urlconf) in found {
        if included.contains(&name) {
            continue;
        }
        let mut builder = Builder::new(&asked, converters);
        builder.urlconf(&name, &urlconf);
        if !builder.table.routes.is_empty() {
            routes.tables.push(builder.table);
        }
    }
}
