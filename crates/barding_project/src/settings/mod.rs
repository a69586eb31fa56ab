//! Effective settings: what Django would see, each value with the lines that made it so.
//!
//! What comes in: the project's files. What goes out: [`SettingsModule`]s with a role each. Rules ask them with
//! [`SettingsModule::get`], [`SettingsModule::is_true`] and [`SettingsModule::contains`].

mod read;

pub(crate) use read::{Which, read};

use crate::django::DjangoVersion;
use crate::value::{Truth, Unknown, Value};
use barding_source::{FileId, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One line that touched a setting, and the imports that brought it here.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The statement.
    pub place: Span,
    /// The setting's value after it.
    pub value: Value,
    /// Whether the statement is sure to run.
    pub happens: Truth,
    /// The imports on the way from the settings module to the file of the statement, outermost first.
    pub via: Vec<Span>,
}

/// A setting's value and how it came about.
#[derive(Clone, Debug)]
pub struct SettingValue {
    /// The value at the end.
    pub value: Value,
    /// Every line that touched it, in the order of execution. The last one that surely happened decides.
    pub history: Vec<Assignment>,
}

impl SettingValue {
    /// The line that decides: the last that touched it.
    pub fn decided_at(&self) -> Option<&Assignment> {
        self.history.last()
    }
}

/// What a settings module is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SettingsRole {
    /// Runs the live site. Deployment rules judge it.
    Production,
    /// Runs on developers' machines.
    Development,
    /// Runs the tests.
    Test,
    /// Only imported by others.
    SharedBase,
}

impl SettingsRole {
    /// The words used in reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
            Self::SharedBase => "shared base",
        }
    }
}

/// A module (or a class of django-configurations) that `DJANGO_SETTINGS_MODULE` may name, with everything it imports
/// folded in.
#[derive(Clone, Debug)]
pub struct SettingsModule {
    /// Its dotted name, `module:Class` for django-configurations.
    pub name: String,
    /// The file it stands in.
    pub file: FileId,
    /// What it is for.
    pub role: SettingsRole,
    /// How we know: "named by wsgi.py line 14".
    pub role_reason: String,
    /// Whether it runs the live site. `Maybe` is judged too, at lower confidence.
    pub runs_in_production: Truth,
    /// Every name in capitals that the module sets, sorted.
    pub values: BTreeMap<String, SettingValue>,
    /// Why other names may be set as well: a star import from a package that is not here, say.
    pub open: Option<Unknown>,
    /// Files that are not here, but would be read if they were (`local_settings.py`), and may change anything.
    pub optional: Vec<Unknown>,
    /// Environment variables that the settings ask for, sorted.
    pub variables: Vec<String>,
    /// Django's default for each setting, for the project's version of Django.
    pub defaults: Defaults,
}

/// Django's defaults for one project: by name, for every series the project may run on.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    values: Arc<BTreeMap<String, Value>>,
    django: Arc<DjangoVersion>,
}

impl Defaults {
    /// Defaults by name. A default that differs between the possible versions is a [`Value::OneOf`].
    pub fn new(values: BTreeMap<String, Value>) -> Self {
        Self::for_version(values, DjangoVersion::default())
    }

    /// Defaults by name, and the version they are the defaults of.
    pub fn for_version(values: BTreeMap<String, Value>, django: DjangoVersion) -> Self {
        Self { values: Arc::new(values), django: Arc::new(django) }
    }

    /// These defaults with another value for one setting.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        Arc::make_mut(&mut self.values).insert(name.to_owned(), value);
        self
    }

    /// The version of Django these are the defaults of.
    pub fn django(&self) -> &DjangoVersion {
        &self.django
    }

    /// The names of all of Django's settings, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The default of a setting; `None` when Django has no such setting.
    pub fn of(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }
}

/// What the project's setting is in effect.
#[derive(Clone, Copy, Debug)]
pub enum Effective<'a> {
    /// The project sets it.
    Set(&'a SettingValue),
    /// The project does not set it, so Django's default holds.
    DjangoDefault(&'a Value),
    /// Neither the project nor Django knows it.
    Absent,
    /// It may or may not be set where we cannot look.
    Unknown(&'a Unknown),
}

impl<'a> Effective<'a> {
    /// The value, when there is one.
    pub fn value(self) -> Option<&'a Value> {
        match self {
            Self::Set(setting) => Some(&setting.value),
            Self::DjangoDefault(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }
}

impl SettingsModule {
    /// The version of Django it runs on.
    pub fn django(&self) -> &DjangoVersion {
        self.defaults.django()
    }

    /// Whether rules about the live site judge it.
    pub fn is_judged(&self) -> bool {
        self.role == SettingsRole::Production && self.runs_in_production != Truth::No
    }

    /// What a setting is in effect.
    pub fn get(&self, name: &str) -> Effective<'_> {
        match (self.values.get(name), &self.open) {
            (Some(setting), _) => Effective::Set(setting),
            (None, Some(unknown)) => Effective::Unknown(unknown),
            (None, None) => self.defaults.of(name).map_or(Effective::Absent, Effective::DjangoDefault),
        }
    }

    /// What `bool(settings.NAME)` gives; an absent setting is no.
    pub fn is_truthy(&self, name: &str) -> Truth {
        match self.get(name) {
            Effective::Absent => Truth::No,
            Effective::Unknown(_) => Truth::Maybe,
            effective => effective.value().map_or(Truth::Maybe, Value::truthiness),
        }
    }

    /// What `settings.NAME is True` gives; an absent setting is no.
    pub fn is_true(&self, name: &str) -> Truth {
        match self.get(name) {
            Effective::Absent => Truth::No,
            Effective::Unknown(_) => Truth::Maybe,
            effective => effective.value().map_or(Truth::Maybe, Value::is_true),
        }
    }

    /// What `item in settings.NAME` gives; an absent setting contains nothing.
    pub fn contains(&self, name: &str, item: &str) -> Truth {
        match self.get(name) {
            Effective::Absent => Truth::No,
            Effective::Unknown(_) => Truth::Maybe,
            effective => effective.value().map_or(Truth::Maybe, |value| value.contains(item)),
        }
    }

    /// Where the setting is decided; the start of the module when the project does not set it.
    pub fn place(&self, name: &str) -> Span {
        let decided = self.values.get(name).and_then(SettingValue::decided_at);
        decided.map_or(Span::start_of(self.file), |assignment| assignment.place)
    }
}
