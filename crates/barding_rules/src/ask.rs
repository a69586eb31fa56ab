//! How rules ask settings modules. What comes in: a [`SettingsModule`] and a question written for exactly one series of
//! Django, as Django's own code puts it. What goes out: an [`Answer`] over every series the project may run on and every
//! environment, and findings that carry the story of the setting. It knows no particular setting.
//!
//! Where Django's own checks say the same, a finding carries a step of evidence that names the check's id;
//! [`django_checks`] reads it back, so that findings can be compared with `manage.py check --deploy`.

use crate::Findings;
use barding_finding::{Confidence, Evidence, Finding, Role, Severity};
use barding_project::django::default_on;
use barding_project::{Effective, Project, Series, SettingValue, SettingsModule, Truth, Value};
use barding_source::Redacted;
use std::collections::BTreeMap;

/// The words before the ids of Django's own checks in a step of evidence.
const DJANGO_SAYS: &str = "`manage.py check --deploy` reports ";

/// The ids of Django's own checks that fire for the same reason as this finding. Only where that is sure.
pub fn django_checks(finding: &Finding) -> Vec<&str> {
    let said = finding.evidence.iter().filter_map(|step| step.note.strip_prefix(DJANGO_SAYS));
    said.flat_map(|ids| ids.split(", ")).collect()
}

/// One settings module on one series of Django, in one world: any environment, or one where no variable is set.
#[derive(Clone, Copy)]
pub(crate) struct On<'a> {
    pub(crate) settings: &'a SettingsModule,
    pub(crate) series: Series,
    /// The values when no variable is set, in that world.
    unset: Option<&'a BTreeMap<&'a str, Value>>,
}

impl<'a> On<'a> {
    /// What the setting is in effect; `None` when neither the project nor this series of Django has it.
    /// `Err` when it may be set where we cannot look.
    pub(crate) fn look(self, name: &str) -> Result<Option<&'a Value>, ()> {
        match self.settings.values.get(name) {
            Some(set) => Ok(Some(self.unset.and_then(|values| values.get(name)).unwrap_or(&set.value))),
            None if self.settings.open.is_some() => Err(()),
            None => Ok(default_on(self.series, name)),
        }
    }

    /// Asks the value; `absent` is the answer when there is no such setting.
    pub(crate) fn ask(self, name: &str, absent: Truth, question: impl Fn(&Value) -> Truth) -> Truth {
        match self.look(name) {
            Err(()) => Truth::Maybe,
            Ok(None) => absent,
            Ok(Some(value)) => each_case(value, &|case| match (case, default_on(self.series, name)) {
                // Where a condition leaves it out, Django's default holds, or there is no such setting.
                (Value::Unset, Some(default)) => question(default),
                (Value::Unset, None) => absent,
                (case, _) => question(case),
            }),
        }
    }

    /// `bool(settings.NAME)`; no when there is no such setting.
    pub(crate) fn is_truthy(self, name: &str) -> Truth {
        self.ask(name, Truth::No, Value::truthiness)
    }

    /// `settings.NAME is True`; no when there is no such setting.
    pub(crate) fn is_true(self, name: &str) -> Truth {
        self.ask(name, Truth::No, Value::is_true)
    }

    /// `settings.NAME is None`; no when there is no such setting.
    pub(crate) fn is_none(self, name: &str) -> Truth {
        self.ask(name, Truth::No, is_none)
    }

    /// `settings.NAME == text`.
    pub(crate) fn equals(self, name: &str, text: &str) -> Truth {
        self.ask(name, Truth::No, |value| value.equals_text(text))
    }

    /// `item in settings.NAME`.
    pub(crate) fn contains(self, name: &str, item: &str) -> Truth {
        self.ask(name, Truth::No, |value| value.contains(item))
    }

    /// Whether the middleware is listed, as Django's own checks ask: by its exact path. Django 1.11 looks into both
    /// of its settings.
    pub(crate) fn lists(self, middleware: &str) -> Truth {
        let listed = self.contains("MIDDLEWARE", middleware);
        match self.series {
            // A project that nothing dates is not taken for one on 1.11, whose defaults would hide missing middleware.
            Series::V1_11 if self.settings.django().is_known() => {
                listed.or(self.contains("MIDDLEWARE_CLASSES", middleware))
            }
            _ => listed,
        }
    }

    /// Whether the app is installed, by its name or by a configuration class in its `apps` module.
    pub(crate) fn installs(self, app: &str) -> Truth {
        self.ask("INSTALLED_APPS", Truth::No, |apps| {
            let Some(items) = apps.items() else { return apps.contains(app) };
            let is_app = |item: &Value| match (item, item.text()) {
                (_, Some(text)) => Truth::from(
                    text == app
                        || text
                            .strip_prefix(app)
                            .is_some_and(|rest| rest.starts_with('.') && rest.ends_with("Config")),
                ),
                (Value::OneOf(_), None) => item.equals_text(app),
                _ => Truth::Maybe,
            };
            items.iter().map(is_app).fold(Truth::No, Truth::or)
        })
    }

    /// Whether the project itself sets it.
    pub(crate) fn is_set(self, name: &str) -> Truth {
        match (self.settings.values.contains_key(name), &self.settings.open) {
            (true, _) => Truth::Yes,
            (false, Some(_)) => Truth::Maybe,
            (false, None) => Truth::No,
        }
    }
}

/// Asks every case of a choice; they must agree for a sure answer.
pub(crate) fn each_case(value: &Value, question: &impl Fn(&Value) -> Truth) -> Truth {
    let answers = value.cases().into_iter().map(|(_, value)| question(value));
    answers.reduce(Truth::join).unwrap_or(Truth::Maybe)
}

/// `value is None`.
pub(crate) fn is_none(value: &Value) -> Truth {
    match value {
        Value::None => Truth::Yes,
        Value::Unknown(_) | Value::Call(_) | Value::Rest(_) => Truth::Maybe,
        _ => Truth::No,
    }
}

/// Whether a text satisfies `is`; other known values do not, and what is not known may.
pub(crate) fn text_is(value: &Value, is: impl Fn(&str) -> bool) -> Truth {
    match value {
        Value::Text(text) => Truth::from(is(text)),
        Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => Truth::Maybe,
        _ => Truth::No,
    }
}

/// Whether an integer satisfies `is`; other known values do not, and what is not known may.
pub(crate) fn number_is(value: &Value, is: impl Fn(i64) -> bool) -> Truth {
    match value {
        Value::Int(number) => Truth::from(is(*number)),
        Value::Float(number) => Truth::from(is(*number as i64)),
        Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => Truth::Maybe,
        _ => Truth::No,
    }
}

/// Whether some element satisfies `is`.
pub(crate) fn any_item(value: &Value, is: impl Fn(&Value) -> Truth) -> Truth {
    match (value.items(), value.text()) {
        (Some(items), _) => items.iter().map(|item| each_case(item, &is)).fold(Truth::No, Truth::or),
        (None, Some(_)) => Truth::No,
        (None, None) => match value {
            Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => {
                Truth::Maybe
            }
            _ => Truth::No,
        },
    }
}

/// The answer to a question over all possible series and environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It holds whatever the environment, on every series the project may run on.
    Sure,
    /// Nothing dates the project; it holds on every series of the last years.
    OnRecent,
    /// It holds on some of the series the project may run on.
    OnSome(Vec<Series>),
    /// It holds when no environment variable is set.
    WhenUnset,
    /// It does not hold, or we cannot say.
    No,
}

/// The oldest series counted as recent when nothing dates a project.
const RECENT: Series = Series::V4_2;

/// The settings modules that run, or may run, the live site.
pub(crate) fn production(project: &Project) -> impl Iterator<Item = &SettingsModule> {
    project.settings.iter().filter(|module| module.is_judged())
}

/// Asks a question about one settings module that is written for one series.
pub(crate) fn ask(settings: &SettingsModule, question: impl Fn(On<'_>) -> Truth) -> Answer {
    let django = settings.django();
    let on = |series: Series| question(On { settings, series, unset: None });
    let answers: Vec<(Series, Truth)> =
        django.possible().iter().map(|series| (*series, on(*series))).collect();
    let yes: Vec<Series> =
        answers.iter().filter(|(_, answer)| *answer == Truth::Yes).map(|(series, _)| *series).collect();
    if yes.len() == answers.len() {
        return Answer::Sure;
    }
    let relevant = |series: Series| django.is_known() || series >= RECENT;
    if django.is_known() {
        if !yes.is_empty() {
            return Answer::OnSome(yes);
        }
    } else if answers.iter().all(|(series, answer)| !relevant(*series) || *answer == Truth::Yes) {
        return Answer::OnRecent;
    }
    // What no environment can bring about is not brought about by an empty one.
    if answers.iter().any(|(series, answer)| relevant(*series) && *answer == Truth::No) {
        return Answer::No;
    }
    let values: BTreeMap<&str, Value> =
        settings.values.iter().map(|(name, set)| (name.as_str(), when_unset(&set.value, 0))).collect();
    let holds = |series: Series| question(On { settings, series, unset: Some(&values) }) == Truth::Yes;
    match django.possible().iter().all(|series| !relevant(*series) || holds(*series)) {
        true => Answer::WhenUnset,
        false => Answer::No,
    }
}

/// The value when no environment variable is set, also inside lists and dictionaries.
fn when_unset(value: &Value, depth: usize) -> Value {
    if depth > 8 || value.is_known() {
        return value.clone();
    }
    let each = |items: &[Value]| items.iter().map(|item| when_unset(item, depth + 1)).collect();
    match value {
        Value::OneOf(_) => {
            value.when_unset().map_or_else(|| value.clone(), |branch| when_unset(branch, depth + 1))
        }
        Value::List(items) => Value::List(each(items)),
        Value::Tuple(items) => Value::Tuple(each(items)),
        Value::Set(items) => Value::Set(each(items)),
        Value::Dict(entries) => Value::Dict(
            entries.iter().map(|(key, value)| (key.clone(), when_unset(value, depth + 1))).collect(),
        ),
        value => value.clone(),
    }
}

impl Answer {
    pub(crate) fn holds(&self) -> bool {
        *self != Answer::No
    }

    /// How sure a finding is that rests on this answer.
    pub(crate) fn confidence(&self, settings: &SettingsModule) -> Confidence {
        let confidence = match self {
            Answer::Sure => Confidence::High,
            Answer::OnRecent | Answer::WhenUnset => Confidence::Medium,
            Answer::OnSome(_) | Answer::No => Confidence::Low,
        };
        match (settings.runs_in_production, confidence) {
            (Truth::Yes, confidence) => confidence,
            (_, Confidence::High) => Confidence::Medium,
            _ => Confidence::Low,
        }
    }

    /// Adds a finding at the line that decides `name`: "`shop.settings` turns DEBUG on". Nothing is added when the
    /// answer is no. `checks` are the ids of Django's own checks that fire for this.
    pub(crate) fn report<'f>(
        &self,
        found: &'f mut Findings<'_>,
        settings: &SettingsModule,
        name: &str,
        says: impl AsRef<str>,
        checks: &[&str],
    ) -> Option<&'f mut Finding> {
        let qualifier = match self {
            Answer::No => return None,
            Answer::Sure | Answer::OnRecent => String::new(),
            Answer::WhenUnset => " unless the environment says otherwise".to_owned(),
            Answer::OnSome(series) => {
                let names: Vec<_> = series.iter().map(|series| series.name()).collect();
                format!(" on Django {}", names.join(", "))
            }
        };
        let message = format!("`{}` {}{qualifier}", settings.name, says.as_ref());
        let mut confidence = self.confidence(settings);
        let left_out = !matches!(settings.get(name), Effective::Set(_));
        let elsewhere = settings.optional.first().filter(|_| left_out);
        if elsewhere.is_some() {
            confidence = confidence.min(Confidence::Medium);
        }
        let finding = found.at(settings.place(name), confidence, message);
        finding.concerning(&settings.name);
        finding.because(story(settings, name));
        if let Some(file) = elsewhere {
            finding.because([Evidence::note(
                Role::NotKnown,
                format!("it may be set where we cannot look: {}", file.text),
            )]);
        }
        match self {
            Answer::OnRecent => {
                finding.because([Evidence::note(
                    Role::NotKnown,
                    "no file names the version of Django; this holds on 4.2 and newer",
                )]);
            }
            Answer::WhenUnset if finding.severity == Severity::Critical => {
                finding.severity(Severity::High);
            }
            Answer::Sure if !checks.is_empty() => {
                finding
                    .because([Evidence::note(Role::Observed, format!("{DJANGO_SAYS}{}", checks.join(", ")))]);
            }
            _ => {}
        }
        Some(finding)
    }
}

/// How a setting came about: each line that touched it and the imports on the way, or Django's default.
pub(crate) fn story(settings: &SettingsModule, name: &str) -> Vec<Evidence> {
    let set = match settings.get(name) {
        Effective::Set(set) => set,
        Effective::DjangoDefault(value) => {
            let version = settings.django().words();
            let note = match value.is_known() {
                true => format!("{name} is not set, and the default of {version} is {}", shown(name, value)),
                false => format!("{name} is not set, and its default depends on the version of Django"),
            };
            return vec![Evidence::note(Role::Defined, note)];
        }
        Effective::Absent => return vec![Evidence::note(Role::Defined, format!("{name} is not set"))],
        Effective::Unknown(unknown) => {
            return vec![Evidence::note(Role::NotKnown, format!("{name}: {}", unknown.text))];
        }
    };
    /// Lines of history that are shown; a list built in a loop may have very many.
    const SHOWN: usize = 8;
    let mut story = Vec::new();
    let skipped = set.history.len().saturating_sub(SHOWN);
    let mut via = Vec::new();
    let mut earlier = false;
    for (at, assignment) in set.history.iter().enumerate().skip(skipped) {
        let last = at + 1 == set.history.len();
        for import in &assignment.via {
            if !via.contains(import) {
                via.push(*import);
                story.push(Evidence::at(Role::Imported, *import, "this import brings it here"));
            }
        }
        let before = at.checked_sub(1).map(|before| &set.history[before].value);
        let gained = before.and_then(|before| gained(name, before, &assignment.value));
        let value = shown(name, &assignment.value);
        let (role, verb) = match (last, earlier) {
            (true, false) => (Role::Defined, "is set to"),
            (true, true) => (Role::Defined, "is then set to"),
            (false, false) => (Role::Overridden, "is first set to"),
            (false, true) => (Role::Overridden, "is changed to"),
        };
        earlier = true;
        // A line after one that may end the process always runs when the site does.
        let certain = assignment.happens == Truth::Yes || last && set.value.is_known();
        let sometimes = if certain { "" } else { " under a condition" };
        let what = gained.unwrap_or_else(|| format!("{verb} {value}"));
        story.push(Evidence::at(role, assignment.place, format!("{name} {what}{sometimes}")));
    }
    story
}

/// What a list has more than the line before left in it, in whatever case: that says more than its beginning.
fn gained(name: &str, before: &Value, after: &Value) -> Option<String> {
    const MOST: usize = 3;
    fn lists(value: &Value) -> Option<Vec<&[Value]>> {
        match value {
            Value::List(items) | Value::Tuple(items) => Some(vec![items]),
            Value::OneOf(branches) => {
                let lists = branches.iter().map(|branch| lists(&branch.value)).collect::<Option<Vec<_>>>()?;
                Some(lists.concat())
            }
            _ => None,
        }
    }
    let (before, after) = (lists(before)?, lists(after)?);
    let in_all = |item: &&Value| after.iter().all(|items| items.contains(item));
    let new: Vec<&Value> = after
        .first()?
        .iter()
        .filter(|item| in_all(item) && !before.iter().any(|items| items.contains(item)))
        .collect();
    // A list that lost something, or was written anew, is better shown.
    let keeps = before.iter().any(|items| {
        after.iter().any(|after| !items.is_empty() && items.iter().all(|item| after.contains(item)))
    });
    if !keeps || new.is_empty() || new.len() > MOST {
        return None;
    }
    let new: Vec<String> = new.into_iter().map(|item| shown(name, item)).collect();
    Some(format!("gains {}", new.join(", ")))
}

/// Whether the text of such a setting must not be shown.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "TOKEN",
        "API_KEY",
        "APIKEY",
        "PRIVATE_KEY",
        "SIGNING_KEY",
        "ACCESS_KEY",
        "ACCOUNT_KEY",
        "CREDENTIAL",
        "BYPASS_CODE",
        "DSN",
        "BROKER_URL",
        "DATABASE_URL",
        "RESULT_BACKEND",
    ];
    let upper = name.to_ascii_uppercase();
    const NOT_SECRET: &[&str] = &["PASSWORD_HASHERS", "PASSWORD_VALIDATORS", "PASSWORD_RESET_TIMEOUT"];
    PARTS.iter().any(|part| upper.contains(part)) && !NOT_SECRET.iter().any(|not| upper.contains(not))
}

/// A value as Python would write it, short, with secrets redacted.
pub(crate) fn shown(name: &str, value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, is_secret_name(name), 0);
    text
}

fn write(out: &mut String, value: &Value, secret: bool, depth: usize) {
    const LONGEST: usize = 110;
    if depth > 6 || out.len() > LONGEST {
        if !out.ends_with('…') {
            out.push('…');
        }
        return;
    }
    let each = |out: &mut String, open: &str, items: &[Value], close: &str| {
        out.push_str(open);
        for (at, item) in items.iter().enumerate() {
            if out.len() > LONGEST {
                out.push('…');
                break;
            }
            if at > 0 {
                out.push_str(", ");
            }
            write(out, item, secret, depth + 1);
        }
        out.push_str(close);
    };
    match value {
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::Text(text) => out.push_str(&quoted(text, secret)),
        Value::Bytes(_) => out.push_str("bytes"),
        Value::Path(path) => out.push_str(&quoted(path, false)),
        Value::Unset => out.push_str("not set"),
        Value::List(items) => each(out, "[", items, "]"),
        Value::Tuple(items) => each(out, "(", items, ")"),
        Value::Set(items) => each(out, "{", items, "}"),
        Value::Dict(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                if out.len() > LONGEST {
                    out.push('…');
                    break;
                }
                if at > 0 {
                    out.push_str(", ");
                }
                write(out, key, false, depth + 1);
                if !matches!(key, Value::Rest(_)) {
                    out.push_str(": ");
                    write(out, value, secret || key.text().is_some_and(is_secret_name), depth + 1);
                }
            }
            out.push('}');
        }
        Value::Rest(_) => out.push('…'),
        Value::Name(name) => out.push_str(name),
        Value::Call(call) => {
            out.push_str(&call.callee);
            out.push_str("(…)");
        }
        Value::Env(env) => out.push_str(&format!("the variable {}", env.variable)),
        Value::OneOf(branches) => {
            for (at, branch) in branches.iter().enumerate() {
                if out.len() > LONGEST {
                    out.push('…');
                    break;
                }
                if at > 0 {
                    out.push_str(" or ");
                }
                write(out, &branch.value, secret, depth + 1);
                // Inside a list the circumstances would hide the list.
                if depth == 0 {
                    out.push_str(&format!(" ({})", clipped(&branch.when.text, 70)));
                }
            }
        }
        Value::Unknown(_) if depth > 0 => out.push('?'),
        Value::Unknown(unknown) => {
            out.push_str(&format!("something unknown ({})", clipped(&unknown.text, 110)));
        }
    }
}

/// At most so many characters of a text, and a sign that there is more.
fn clipped(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A string in quotes. A secret, and the password inside an address, is redacted.
fn quoted(text: &str, secret: bool) -> String {
    if secret && !text.is_empty() {
        return Redacted::new(text).to_string();
    }
    let hidden =
        match text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
            Some((scheme, (_, host))) => format!("{scheme}://…@{host}"),
            None => text.to_owned(),
        };
    let mut short: String = hidden.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect();
    if hidden.chars().count() > 80 {
        short.push('…');
    }
    format!("'{short}'")
}

/// The value of a setting the project sets, if it does.
pub(crate) fn set<'a>(settings: &'a SettingsModule, name: &str) -> Option<&'a SettingValue> {
    settings.values.get(name)
}

/// Asks the value under a path of keys in nested dictionaries; `absent` is the answer when a key is not there.
pub(crate) fn ask_at(
    value: &Value,
    path: &[&str],
    absent: Truth,
    question: &impl Fn(&Value) -> Truth,
) -> Truth {
    let Some((key, rest)) = path.split_first() else { return each_case(value, question) };
    let answers = value.cases().into_iter().map(|(_, case)| match case {
        Value::Dict(entries) => match case.key(key) {
            Some(inner) => ask_at(inner, rest, absent, question),
            None if entries.iter().all(|(known, _)| known.is_known()) => absent,
            None => Truth::Maybe,
        },
        Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => Truth::Maybe,
        _ => absent,
    });
    answers.reduce(Truth::join).unwrap_or(Truth::Maybe)
}

/// Whether some value of a dictionary satisfies `is`, which is given its key.
pub(crate) fn any_entry(value: &Value, is: impl Fn(&str, &Value) -> Truth) -> Truth {
    let answers = value.cases().into_iter().map(|(_, case)| match case {
        Value::Dict(entries) => entries
            .iter()
            .map(|(key, value)| match key.text() {
                Some(key) => is(key, value),
                None => Truth::Maybe,
            })
            .fold(Truth::No, Truth::or),
        Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => Truth::Maybe,
        _ => Truth::No,
    });
    answers.reduce(Truth::join).unwrap_or(Truth::Maybe)
}

/// The keys of the entries that surely satisfy `is`, for messages.
pub(crate) fn entries_that(value: &Value, is: impl Fn(&str, &Value) -> Truth) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .cases()
        .into_iter()
        .flat_map(|(_, case)| case.entries().unwrap_or_default())
        .filter_map(|(key, value)| key.text().filter(|key| is(key, value) == Truth::Yes))
        .collect();
    keys.dedup();
    keys
}

/// The step of evidence that names checks of Django's own.
pub(crate) fn django_says(checks: &[&str]) -> Evidence {
    Evidence::note(Role::Observed, format!("{DJANGO_SAYS}{}", checks.join(", ")))
}

/// Whether a text in the value is one that the user gave as an environment variable, and so does not stand in the source.
pub(crate) fn given(project: &Project, value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.is_empty() && project.environment.values().any(|known| **known == **text),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            items.iter().any(|item| given(project, item))
        }
        Value::Dict(entries) => entries.iter().any(|(_, value)| given(project, value)),
        Value::OneOf(branches) => branches.iter().any(|branch| given(project, &branch.value)),
        _ => false,
    }
}
