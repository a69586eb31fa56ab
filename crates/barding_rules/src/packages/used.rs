//! Whether the project uses the part of a package that a vulnerability is in. What comes in: the project's model and what
//! is known about the part. What goes out: an answer with its place. It changes how urgent a finding is, never whether
//! there is one.

use crate::packages::mentions::Mentions;
use barding_deps::reach::{How, Need, Part};
use barding_finding::{Evidence, Role};
use barding_project::code::{ArgumentHow, Call, ExprKind, Meaning};
use barding_project::templates::{Expression, Language, Template};
use barding_project::{Project, SettingsModule, Truth, Value};
use barding_source::Span;

/// Whether a part is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is, here.
    Here(Option<Span>, String),
    /// Nothing in the project's own files uses it.
    NotSeen(String),
    /// Something that we did not see decides it.
    CannotTell(Option<Span>, String),
}

impl Use {
    /// The answer as a step of the story.
    pub(super) fn evidence(&self) -> Evidence {
        match self {
            Self::Here(place, words) => step(Role::Observed, *place, format!("used here: {words}")),
            Self::NotSeen(words) => Evidence::note(Role::Observed, format!("not seen: {words}")),
            Self::CannotTell(place, words) => step(Role::NotKnown, *place, format!("can't tell: {words}")),
        }
    }
}

fn step(role: Role, place: Option<Span>, words: String) -> Evidence {
    match place {
        Some(span) => Evidence::at(role, span, words),
        None => Evidence::note(role, words),
    }
}

/// What a question is asked of.
pub(super) struct Asked<'p> {
    pub(super) project: &'p Project,
    pub(super) mentions: &'p Mentions,
    /// Whether the project asks for the package itself, so that only its own files can use it.
    pub(super) is_direct: bool,
    /// The language of the templates whose filters are meant.
    pub(super) language: Language,
}

impl Asked<'_> {
    /// Whether the project uses the part.
    pub(super) fn uses(&self, part: &Part) -> Use {
        let what = &part.what;
        let met = part.needs.iter().map(|need| self.holds(*need)).fold(Truth::Yes, Truth::and);
        if met == Truth::No {
            let needs: Vec<&str> = part.needs.iter().map(|need| words(*need)).collect();
            return Use::NotSeen(format!("{what}: it needs {}", needs.join(" and ")));
        }
        let found = match &part.everywhere {
            Some(why) => Some((None, format!("{what}: {why}"))),
            None => self.place(part).map(|(place, how)| (Some(place), format!("{what} ({how})"))),
        };
        if let Some((place, mut words)) = found {
            if let Some(maybe) = part.maybe.as_ref().filter(|_| part.everywhere.is_some()) {
                return Use::CannotTell(place, format!("{words}; {maybe}"));
            }
            if met == Truth::Yes {
                return Use::Here(place, words);
            }
            let needs: Vec<&str> = part.needs.iter().map(|need| self::words(*need)).collect();
            words.push_str(&format!("; it needs {}, which was not seen", needs.join(" and ")));
            return Use::CannotTell(place, words);
        }
        if let Some((place, name)) = part.hints.iter().find_map(|name| self.named(name)) {
            let maybe = part.maybe.as_deref().unwrap_or("it may be used by way of it");
            return Use::CannotTell(Some(place), format!("{what} ({name}): {maybe}"));
        }
        if self.project.code.modules.is_empty() {
            return Use::CannotTell(None, format!("{what}: there is no code to look at"));
        }
        if let Some(unknown) = self.unknown(part) {
            return Use::CannotTell(None, format!("{what}: {unknown}"));
        }
        if !self.is_direct {
            let words =
                "the project's own files do not use it, and the packages that bring it were not looked at";
            return Use::CannotTell(None, format!("{what}: {words}"));
        }
        Use::NotSeen(format!("{what}: the project's own files do not use it (packages were not looked at)"))
    }

    /// The first place that uses the part, and how.
    fn place(&self, part: &Part) -> Option<(Span, String)> {
        let by_setting = || {
            let serving = self.serving();
            serving.into_iter().find_map(|settings| {
                let on = part.settings.iter().find(|name| settings.is_truthy(name) == Truth::Yes);
                if let Some(name) = on {
                    return Some((settings.place(name), format!("`{name}` is set")));
                }
                let app = part.apps.iter().find(|app| installs(settings, app) == Truth::Yes)?;
                Some((settings.place("INSTALLED_APPS"), format!("`{app}` is installed")))
            })
        };
        part.names
            .iter()
            .find_map(|name| self.named(name))
            .map(|(place, name)| (place, format!("`{name}`")))
            .or_else(|| self.in_templates(part))
            .or_else(|| self.called(part))
            .or_else(|| {
                let found = part.attributes.iter().find_map(|name| self.mentions.attribute(name));
                found.map(|(place, name)| (place, format!("`{name}`")))
            })
            .or_else(by_setting)
    }

    /// Where a dotted name is imported, used, written as text in settings, or installed as an app.
    fn named(&self, name: &str) -> Option<(Span, String)> {
        if let Some((place, full)) = self.mentions.name(name) {
            return Some((place, full.to_owned()));
        }
        let serving = self.serving();
        let settings = serving.into_iter().find(|settings| installs(settings, name) == Truth::Yes)?;
        Some((settings.place("INSTALLED_APPS"), name.to_owned()))
    }

    fn in_templates(&self, part: &Part) -> Option<(Span, String)> {
        if part.filters.is_empty() && part.tags.is_empty() {
            return None;
        }
        let live = |template: &&Template| template.is_live && template.language == self.language;
        self.project.templates.iter().filter(live).find_map(|template| in_template(template, part))
    }

    fn called(&self, part: &Part) -> Option<(Span, String)> {
        let code = &self.project.code;
        // A name that occurs nowhere needs no search.
        let methods: Vec<_> = part
            .methods
            .iter()
            .filter(|method| code.known_symbol(method).is_some())
            .map(String::as_str)
            .collect();
        if methods.is_empty() {
            return None;
        }
        let serving = code.modules.iter().filter(|module| module.role.may_serve());
        serving.flat_map(|module| code.calls_of(module)).find_map(|call| {
            let name = call.last_name().filter(|name| methods.contains(name))?;
            (is_query(&call) && has_arguments(&call, part.how)).then(|| (call.span(), format!("`{name}()`")))
        })
    }

    /// Why a part that was not found may be used all the same.
    fn unknown(&self, part: &Part) -> Option<String> {
        let serving = self.serving();
        let by_settings = !part.settings.is_empty() || !part.apps.is_empty();
        if by_settings && serving.is_empty() {
            return Some("no settings module was found".to_owned());
        }
        for settings in &serving {
            for name in &part.settings {
                if settings.is_truthy(name) == Truth::Maybe {
                    return Some(format!("the value of {name} is not known"));
                }
            }
            if part.apps.iter().any(|app| installs(settings, app) == Truth::Maybe) {
                return Some("not all installed apps are known".to_owned());
            }
        }
        (!self.project.code.problems.is_empty())
            .then(|| "some Python files could not be read whole".to_owned())
    }

    fn holds(&self, need: Need) -> Truth {
        let engine = |words: &[&str]| self.over_settings(|settings| engine(settings, words));
        match need {
            Need::PostgreSql => engine(&["postgresql", "postgis", "psycopg"]),
            Need::MySql => engine(&["mysql"]),
            Need::Oracle => engine(&["oracle"]),
            Need::Windows => Truth::Maybe,
            Need::Admin => self.over_settings(|settings| installs(settings, "django.contrib.admin")),
        }
    }

    fn over_settings(&self, question: impl Fn(&SettingsModule) -> Truth) -> Truth {
        let answers = self.serving().into_iter().map(question);
        answers.reduce(Truth::or).unwrap_or(Truth::Maybe)
    }

    fn serving(&self) -> Vec<&SettingsModule> {
        let serves = |settings: &&SettingsModule| settings.runs_in_production != Truth::No;
        self.project.settings.iter().filter(serves).collect()
    }
}

fn words(need: Need) -> &'static str {
    match need {
        Need::PostgreSql => "a database in PostgreSQL",
        Need::MySql => "a database in MySQL or MariaDB",
        Need::Oracle => "a database in Oracle",
        Need::Windows => "a site that runs on Windows",
        Need::Admin => "Django's admin",
    }
}

/// Whether an app is installed, by its name or by a configuration class of its own.
fn installs(settings: &SettingsModule, app: &str) -> Truth {
    let Some(apps) = settings.get("INSTALLED_APPS").value() else { return Truth::Maybe };
    let is_app = |item: &Value| match item.text() {
        Some(text) => Truth::from(text == app || text.strip_prefix(app).is_some_and(is_configuration)),
        None => item.equals_text(app),
    };
    match apps.items() {
        Some(items) => items.iter().map(is_app).fold(Truth::No, Truth::or),
        None => apps.contains(app),
    }
}

fn is_configuration(rest: &str) -> bool {
    rest.starts_with(".apps.")
}

/// Whether one of the databases has an engine with one of these words.
fn engine(settings: &SettingsModule, words: &[&str]) -> Truth {
    let Some(databases) = settings.get("DATABASES").value() else { return Truth::Maybe };
    let Some(entries) = databases.entries() else { return Truth::Maybe };
    if entries.is_empty() {
        return Truth::Maybe;
    }
    let of = |database: &Value| match database.key("ENGINE") {
        Some(Value::Text(engine)) => Truth::from(words.iter().any(|word| engine.contains(*word))),
        _ => Truth::Maybe,
    };
    entries.iter().map(|(_, database)| of(database)).fold(Truth::No, Truth::or)
}

fn in_template(template: &Template, part: &Part) -> Option<(Span, String)> {
    let filter = |expression: &Expression| {
        let own = expression.filters.iter().find(|filter| part.filters.contains(&filter.name))?;
        Some(own.name.clone())
    };
    for variable in &template.variables {
        if let Some(name) = filter(&variable.expression) {
            return Some((variable.place, format!("the filter `{name}`")));
        }
    }
    for tag in &template.tags {
        if part.tags.contains(&tag.name) {
            return Some((tag.place, format!("the tag `{}`", tag.name)));
        }
        if let Some(name) = tag.values(template.language).find_map(|value| filter(&value)) {
            return Some((tag.place, format!("the filter `{name}`")));
        }
        if tag.name == "filter" {
            let named = |argument: &String| {
                let mut names = argument.split('|').map(|part| part.split([':', '(']).next().unwrap_or(part));
                names.find(|name| part.filters.iter().any(|own| own == name)).map(str::to_owned)
            };
            if let Some(name) = tag.arguments.iter().find_map(named) {
                return Some((tag.place, format!("the filter `{name}`")));
            }
        }
    }
    None
}

/// Whether the object may be a query: not something of another package, and not a view that hands its own request on.
fn is_query(call: &Call<'_>) -> bool {
    if let Some(receiver) = call.receiver() {
        match call.module.expr(receiver) {
            ExprKind::Name(name) if matches!(call.code.text(*name), "self" | "cls" | "client") => {
                return false;
            }
            ExprKind::Call(inner) => {
                if let ExprKind::Name(name) = call.module.expr(inner.callee)
                    && call.code.text(*name) == "super"
                {
                    return false;
                }
            }
            _ => {}
        }
    }
    match &call.site.meaning {
        Some(Meaning::External(name)) => name.starts_with("django."),
        Some(Meaning::Function(_) | Meaning::Method(..)) => false,
        _ => true,
    }
}

fn has_arguments(call: &Call<'_>, how: How) -> bool {
    let arguments = &call.syntax().arguments;
    match how {
        How::Any => true,
        How::Expanded => arguments.iter().any(|argument| {
            argument.how == ArgumentHow::SpreadKeywords && !has_constant_keys(call, argument.value)
        }),
        How::Varying => arguments.iter().any(|argument| {
            matches!(argument.how, ArgumentHow::Position | ArgumentHow::Spread)
                && !matches!(call.module.expr(argument.value), ExprKind::Call(_))
                && call.constant(argument.value).is_none()
        }),
    }
}

/// Whether it is a dictionary written out, with a constant for each key.
fn has_constant_keys(call: &Call<'_>, value: barding_project::code::ExprId) -> bool {
    match call.module.expr(value) {
        ExprKind::Dict(entries) => {
            entries.iter().all(|(key, _)| key.is_some_and(|key| call.constant(key).is_some()))
        }
        _ => false,
    }
}
