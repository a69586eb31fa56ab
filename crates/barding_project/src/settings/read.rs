//! From the modules that were found to effective settings.

use super::{Defaults, SettingValue, SettingsModule, SettingsRole};
use crate::discover::{self, Discovery, FoundModule};
use crate::django::{self, DjangoVersion};
use crate::eval::{Assumptions, Evaluator, Namespace};
use crate::project::Options;
use crate::python::PythonModules;
use crate::value::{Truth, Unknown, Value, Why};
use barding_source::{Problem, Sources};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The evaluation recurses over nested code; this much stack is reserved for it, and hardly ever used.
const STACK: usize = 512 << 20;

/// Which of the settings modules are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Every one.
    All,
    /// Those that rules judge. The others are there with their role, and nothing is known of their values.
    Judged,
}

/// Evaluates the settings modules that were found.
pub(crate) fn read(
    sources: &Sources<'_>,
    options: &Options,
    discovery: &Discovery,
    which: Which,
) -> (Vec<SettingsModule>, Vec<Problem>) {
    let evaluated = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                let modules = PythonModules::new(sources);
                let judges = discovery.modules.iter().any(|found| may_be_judged(found, sources));
                let mut settings = Vec::new();
                let mut defaults: BTreeMap<String, (DjangoVersion, Defaults)> = BTreeMap::new();
                for found in &discovery.modules {
                    let folder = sources.path(found.file).unwrap_or_default();
                    let folder = folder.parent().map(ToString::to_string).unwrap_or_default();
                    let (version, defaults) = defaults
                        .entry(folder.clone())
                        .or_insert_with(|| {
                            let near = camino::Utf8Path::new(&folder);
                            let version =
                                django::version_near(sources, options.django_version.as_deref(), near);
                            let defaults = django::defaults(&version);
                            (version, defaults)
                        })
                        .clone();
                    if which == Which::All || !judges || may_be_judged(found, sources) {
                        settings.extend(evaluate(&modules, options, found, &version, &defaults));
                    } else {
                        settings.push(settings_module(found, not_evaluated(), &defaults));
                    }
                }
                let problems = modules.problems();
                (settings, problems)
            })
            .map(|thread| thread.join())
    });
    match evaluated {
        Ok(Ok((mut settings, problems))) => {
            settings.sort_by(|a, b| a.name.cmp(&b.name).then(a.file.cmp(&b.file)));
            (settings, problems)
        }
        _ => (
            Vec::new(),
            vec![Problem::general("the settings could not be evaluated; nothing about them was judged")],
        ),
    }
}

/// Whether the module, or a class of django-configurations in it, may run the live site.
fn may_be_judged(found: &FoundModule, sources: &Sources<'_>) -> bool {
    let judged = found.role == SettingsRole::Production && found.runs_in_production != Truth::No;
    judged || sources.file(found.file).is_none_or(|file| file.text.contains("Configuration"))
}

fn not_evaluated() -> Namespace {
    let text = "the module does not run the live site, so its values were not computed";
    Namespace { open: Some(Unknown::new(Why::NotReadable, text, None)), ..Namespace::default() }
}

fn evaluate(
    modules: &PythonModules<'_>,
    options: &Options,
    found: &FoundModule,
    version: &DjangoVersion,
    defaults: &Defaults,
) -> Vec<SettingsModule> {
    let mut environment = options.environment.clone();
    environment.entry("DJANGO_SETTINGS_MODULE".to_owned()).or_insert_with(|| found.name.clone());
    let assumptions = Assumptions {
        roots: found.roots.clone(),
        environment,
        environment_complete: options.environment_complete,
        files_complete: options.files_complete,
        django: version.series().map(|series| series.numbers()),
    };
    let mut evaluator = Evaluator::new(modules, assumptions);
    let namespace = evaluator.module(&found.name).unwrap_or_else(|| Namespace {
        open: Some(Unknown::new(Why::NotReadable, "the module could not be read", None)),
        ..Namespace::default()
    });
    let classes = evaluator.configurations(&found.name);
    if classes.is_empty() {
        return vec![settings_module(found, namespace, defaults)];
    }
    let mut all = Vec::new();
    for class in &classes {
        let Some(namespace) = evaluator.configuration(&found.name, class) else { continue };
        let mut module = settings_module(found, namespace, defaults);
        module.name = format!("{}:{class}", found.name);
        let given = options.settings_modules.contains(&module.name);
        let named = found.class.as_deref() == Some(class.as_str());
        if !given {
            (module.role, module.runs_in_production, module.role_reason) =
                discover::class_role(class, named, &classes, found);
        }
        all.push(module);
    }
    all
}

fn settings_module(found: &FoundModule, namespace: Namespace, defaults: &Defaults) -> SettingsModule {
    let mut values: BTreeMap<String, SettingValue> = BTreeMap::new();
    for (name, mut setting) in namespace.names {
        // As Django asks: `name.isupper()`.
        if name.chars().any(char::is_lowercase) || !name.chars().any(char::is_uppercase) {
            continue;
        }
        setting.value = with_default(setting.value, defaults.of(&name));
        values.insert(name, setting);
    }
    let defaults = defaults_beside(&values, defaults);
    SettingsModule {
        name: found.name.clone(),
        file: found.file,
        role: found.role,
        role_reason: found.reason.clone(),
        runs_in_production: found.runs_in_production,
        values,
        open: namespace.open,
        optional: namespace.optional,
        variables: namespace.variables,
        defaults,
    }
}

/// Django's defaults beside these settings: while both ways of naming storages were supported, the one that a project
/// set filled the other.
fn defaults_beside(values: &BTreeMap<String, SettingValue>, defaults: &Defaults) -> Defaults {
    const OLD: [(&str, &str); 2] =
        [("DEFAULT_FILE_STORAGE", "default"), ("STATICFILES_STORAGE", "staticfiles")];
    let series = defaults.django().series().map(|series| series.numbers());
    if !matches!(series, Some((4, 2) | (5, 0))) {
        return defaults.clone();
    }
    // Releases of 4.2 before the last ones left the default as it was.
    let follows = series == Some((5, 0));
    if let Some(storages) = values.get("STORAGES") {
        return OLD.iter().fold(defaults.clone(), |defaults, (name, alias)| {
            let value = match &storages.value {
                Value::Dict(entries) if follows => backend(entries, alias),
                _ => None,
            };
            let text = format!("Django may take it from `STORAGES['{alias}']`");
            defaults.with(name, value.unwrap_or_else(|| Value::unknown(Why::NotOurs, text, None)))
        });
    }
    if !OLD.iter().any(|(name, _)| values.contains_key(*name)) {
        return defaults.clone();
    }
    let filled = match defaults.of("STORAGES") {
        Some(Value::Dict(entries)) if follows => {
            let entries = entries.iter().map(|(key, storage)| {
                let old = OLD.iter().find(|(_, alias)| key.text() == Some(alias));
                let own = old.and_then(|(name, _)| values.get(*name));
                let storage = own.map_or_else(
                    || storage.clone(),
                    |own| Value::Dict(Arc::from([(Value::Text("BACKEND".into()), own.value.clone())])),
                );
                (key.clone(), storage)
            });
            Value::Dict(entries.collect())
        }
        _ => Value::unknown(Why::NotOurs, "Django may fill it from the older settings", None),
    };
    defaults.clone().with("STORAGES", filled)
}

/// `STORAGES[alias]["BACKEND"]`, `None` as Python's where it is not there; nothing where that cannot be told.
fn backend(entries: &[(Value, Value)], alias: &str) -> Option<Value> {
    fn entry<'v>(entries: &'v [(Value, Value)], name: &str) -> Option<Option<&'v Value>> {
        let plain = entries.iter().all(|(key, value)| key.text().is_some() && value.is_known());
        plain.then(|| entries.iter().rev().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value))
    }
    match entry(entries, alias)? {
        None => Some(Value::None),
        Some(Value::Dict(storage)) => Some(entry(storage, "BACKEND")?.cloned().unwrap_or(Value::None)),
        Some(_) => None,
    }
}

/// Where a setting is set in some cases only, Django's default holds in the others.
fn with_default(value: Value, default: Option<&Value>) -> Value {
    let (Value::OneOf(branches), Some(default)) = (&value, default) else { return value };
    if !branches.iter().any(|branch| branch.value == Value::Unset) {
        return value;
    }
    Value::one_of(branches.iter().map(|branch| {
        let mut branch = branch.clone();
        if branch.value == Value::Unset {
            branch.value = default.clone();
        }
        branch
    }))
}
