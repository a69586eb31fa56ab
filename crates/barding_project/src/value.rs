//! What the model knows about a Python value.
//!
//! A [`Value`] is known, or a choice between branches that name their condition ([`Value::OneOf`]), or the text of an
//! environment variable ([`Value::Env`]), or unknown for a stated reason. A wrong "known" is the worst defect this
//! program can have, so every operation that is not modelled exactly ends in [`Value::Unknown`].

use barding_source::Span;
use std::sync::Arc;

/// What the code says about a question: yes, no, or it does not say (Kleene's three values).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It is so, whatever the environment.
    Yes,
    /// It is not so, whatever the environment.
    No,
    /// It depends, or we could not tell.
    #[default]
    Maybe,
}

impl Truth {
    /// Both are so.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Maybe,
        }
    }

    /// At least one is so.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::No, Truth::No) => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// What holds when two ways of getting here disagree.
    #[must_use]
    pub fn join(self, other: Truth) -> Truth {
        if self == other { self } else { Truth::Maybe }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Maybe => Truth::Maybe,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Truth::Yes } else { Truth::No }
    }
}

/// A Python value as far as the source tells it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits; larger ones are unknown.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Text(Arc<str>),
    /// A bytes object.
    Bytes(Arc<[u8]>),
    /// A `pathlib.Path`. Paths inside the audited folder start with `<root>`, in texts too.
    Path(Arc<str>),
    /// A list. An element may be [`Value::Rest`].
    List(Arc<[Value]>),
    /// A tuple. An element may be [`Value::Rest`].
    Tuple(Arc<[Value]>),
    /// A set or frozenset, in source order. An element may be [`Value::Rest`].
    Set(Arc<[Value]>),
    /// A dictionary in insertion order. A key may be [`Value::Rest`]: more entries that we do not know.
    Dict(Arc<[(Value, Value)]>),
    /// Inside a list, tuple, set or dictionary: any number of elements that we do not know, and why.
    Rest(Unknown),
    /// A module, class or function by its dotted path, such as `django.views.generic.ListView`.
    Name(Arc<str>),
    /// The result of calling something we know by name but do not evaluate: `path("x/", view)`, `timedelta(days=1)`.
    Call(Arc<CallValue>),
    /// The text of an environment variable that is set, after the cast its reader applies.
    Env(Arc<EnvValue>),
    /// One of several, each with the condition under which it holds. At least two branches.
    OneOf(Arc<[Branch]>),
    /// Not there at all. Only inside a choice: a setting that is set in some cases, a list element or a key that is
    /// there in some cases.
    Unset,
    /// We cannot say, and why.
    Unknown(Unknown),
}

/// A call that is kept as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CallValue {
    /// The dotted path of what is called.
    pub callee: Arc<str>,
    /// Positional arguments.
    pub arguments: Vec<Value>,
    /// Keyword arguments; the name is empty for `**mapping`.
    pub keywords: Vec<(Arc<str>, Value)>,
    /// Where the call stands.
    pub place: Span,
}

impl CallValue {
    /// The argument at `position` or of that name.
    pub fn argument(&self, position: usize, name: &str) -> Option<&Value> {
        let named = self.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value);
        named.or_else(|| self.arguments.get(position))
    }
}

/// The text of an environment variable (or of a key of a configuration file outside the project) that is set.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvValue {
    /// The variable's name.
    pub variable: Arc<str>,
    /// What its reader makes of the text.
    pub cast: Cast,
    /// Where it is read.
    pub place: Span,
}

/// What a reader of the environment makes of a variable's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cast {
    /// The text itself: every text but the empty one is truthy, `"False"` too.
    Text,
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A float.
    Float,
    /// A list of texts.
    List,
    /// A dictionary.
    Dict,
    /// Something else.
    Other,
}

/// One possibility of a [`Value::OneOf`].
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// When it holds.
    pub when: Condition,
    /// The value then. Never itself a [`Value::OneOf`] when built by [`Value::one_of`].
    pub value: Value,
}

/// When a branch is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// In the project's own words: "`DEBUG` is not set", "`env == 'production'`".
    pub text: Arc<str>,
    /// Where the condition stands, if anywhere.
    pub place: Option<Span>,
    /// Whether it holds when none of the environment variables it reads is set.
    pub when_unset: Truth,
}

/// Why we cannot say. Shown in the report, never swallowed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// The sort of reason.
    pub why: Why,
    /// In words a reader can act on: "`load_config()` is not part of the project".
    pub text: Arc<str>,
    /// Where our knowledge ended.
    pub place: Option<Span>,
}

/// The sort of reason for not knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// It comes from code that only running tells.
    RunsCode,
    /// It comes from a package that is not part of the project.
    NotOurs,
    /// A file it needs is not there.
    FileMissing,
    /// A file it needs could not be read or parsed.
    NotReadable,
    /// It depends on the machine: host name, time, randomness, files outside the project.
    Machine,
    /// It depends on an environment variable in a way we do not model.
    Environment,
    /// The evaluation reached a limit of depth, size or steps.
    TooDeep,
}

impl Unknown {
    /// A reason with its place.
    pub fn new(why: Why, text: impl Into<Arc<str>>, place: Option<Span>) -> Self {
        Self { why, text: text.into(), place }
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        Value::Unknown(unknown)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl Value {
    /// An unknown value.
    pub fn unknown(why: Why, text: impl Into<Arc<str>>, place: Option<Span>) -> Self {
        Value::Unknown(Unknown::new(why, text, place))
    }

    /// A choice. Nested choices are flattened; one possibility, or several equal ones, are that value itself.
    pub fn one_of(branches: impl IntoIterator<Item = Branch>) -> Self {
        let mut flat: Vec<Branch> = Vec::new();
        for Branch { when, value } in branches {
            match value {
                Value::OneOf(inner) => flat.extend(inner.iter().map(|branch| Branch {
                    when: when.clone().and(&branch.when),
                    value: branch.value.clone(),
                })),
                value => flat.push(Branch { when, value }),
            }
        }
        match flat.as_slice() {
            [] => Value::unknown(Why::RunsCode, "no branch is ever taken", None),
            [first, rest @ ..] if rest.iter().all(|branch| branch.value == first.value) => {
                first.value.clone()
            }
            _ => Value::OneOf(flat.into()),
        }
    }

    /// The elements of a list, tuple or set.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a dictionary.
    pub fn entries(&self) -> Option<&[(Value, Value)]> {
        match self {
            Value::Dict(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under a text key of a dictionary that is known; the last one wins, as in Python.
    pub fn key(&self, key: &str) -> Option<&Value> {
        self.entries()?.iter().rev().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether an element is there in every case, whatever it is.
    fn is_surely_there(&self) -> bool {
        match self {
            Value::Rest(_) | Value::Unset => false,
            Value::OneOf(branches) => branches.iter().all(|branch| branch.value.is_surely_there()),
            _ => true,
        }
    }

    /// Whether every part of it is known, whatever the environment.
    pub fn is_known(&self) -> bool {
        match self {
            Value::OneOf(_) | Value::Unknown(_) | Value::Env(_) | Value::Rest(_) | Value::Unset => false,
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => items.iter().all(Value::is_known),
            Value::Dict(entries) => entries.iter().all(|(key, value)| key.is_known() && value.is_known()),
            // `package.CONSTANT` stands for a value that we do not see.
            Value::Name(name) => {
                name.rsplit('.').next().is_some_and(|last| last.contains(char::is_lowercase))
            }
            Value::Call(call) => {
                call.arguments.iter().all(Value::is_known)
                    && call.keywords.iter().all(|(_, value)| value.is_known())
            }
            _ => true,
        }
    }

    /// Python's `repr()` of a value that is known; `None` when any part of it is not.
    pub fn python_repr(&self) -> Option<String> {
        let sequence = |items: &[Value]| -> Option<String> {
            let parts: Option<Vec<String>> = items.iter().map(Value::python_repr).collect();
            Some(parts?.join(", "))
        };
        Some(match self {
            Value::None => "None".to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => float_repr(*number),
            Value::Text(text) => text_repr(text),
            Value::Bytes(bytes) => bytes_repr(bytes),
            Value::Path(path) => format!("PosixPath({})", text_repr(path)),
            Value::List(items) => format!("[{}]", sequence(items)?),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", sequence(items)?),
            Value::Tuple(items) => format!("({})", sequence(items)?),
            Value::Set(items) if items.is_empty() => "set()".to_owned(),
            Value::Set(items) => format!("{{{}}}", sequence(items)?),
            Value::Dict(entries) => {
                let parts: Option<Vec<String>> = entries
                    .iter()
                    .map(|(key, value)| Some(format!("{}: {}", key.python_repr()?, value.python_repr()?)))
                    .collect();
                format!("{{{}}}", parts?.join(", "))
            }
            Value::Name(_)
            | Value::Call(_)
            | Value::Env(_)
            | Value::OneOf(_)
            | Value::Unset
            | Value::Rest(_)
            | Value::Unknown(_) => return None,
        })
    }

    /// The value as JSON. Known scalars, lists and string-keyed dictionaries are themselves; everything else is an
    /// object with one key that starts with `$` and says what it is.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::{Value as Json, json};
        let all = |items: &[Value]| Json::Array(items.iter().map(Value::to_json).collect());
        let unknown =
            |unknown: &Unknown| json!({"why": format!("{:?}", unknown.why), "text": &*unknown.text});
        match self {
            Value::None => Json::Null,
            Value::Bool(known) => json!(known),
            Value::Int(number) => json!(number),
            Value::Float(number) if number.is_finite() => json!(number),
            Value::Float(number) => json!({"$float": float_repr(*number)}),
            Value::Text(text) => json!(&**text),
            Value::Bytes(bytes) => json!({"$bytes": bytes_repr(bytes)}),
            Value::Path(path) => json!({"$path": &**path}),
            Value::List(items) => all(items),
            Value::Tuple(items) => json!({"$tuple": all(items)}),
            Value::Set(items) => json!({"$set": all(items)}),
            Value::Dict(entries) => {
                let plain =
                    entries.iter().all(|(key, _)| key.text().is_some_and(|key| !key.starts_with('$')));
                if plain {
                    let object: serde_json::Map<String, Json> = entries
                        .iter()
                        .filter_map(|(key, value)| Some((key.text()?.to_owned(), value.to_json())))
                        .collect();
                    Json::Object(object)
                } else {
                    let pairs = entries.iter().map(|(key, value)| json!([key.to_json(), value.to_json()]));
                    json!({"$dict": pairs.collect::<Vec<_>>()})
                }
            }
            Value::Name(name) => json!({"$name": &**name}),
            Value::Call(call) => {
                let keywords: serde_json::Map<String, Json> =
                    call.keywords.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect();
                json!({"$call": {"callee": &*call.callee, "arguments": all(&call.arguments), "keywords": keywords}})
            }
            Value::Env(env) => {
                json!({"$env": {"variable": &*env.variable, "cast": format!("{:?}", env.cast)}})
            }
            Value::OneOf(branches) => {
                let cases: Vec<Json> = branches
                    .iter()
                    .map(|branch| {
                        json!({
                            "when": &*branch.when.text,
                            "when_unset": format!("{:?}", branch.when.when_unset),
                            "value": branch.value.to_json(),
                        })
                    })
                    .collect();
                json!({"$one_of": cases})
            }
            Value::Unset => json!({"$unset": true}),
            Value::Rest(reason) => json!({"$rest": unknown(reason)}),
            Value::Unknown(reason) => json!({"$unknown": unknown(reason)}),
        }
    }

    /// The possibilities: the branches of a choice, or the value itself under no condition.
    pub fn cases(&self) -> Vec<(Option<&Condition>, &Value)> {
        match self {
            Value::OneOf(branches) => {
                branches.iter().map(|branch| (Some(&branch.when), &branch.value)).collect()
            }
            value => vec![(None, value)],
        }
    }

    /// The value when no environment variable is set, where one branch is sure to be taken then.
    pub fn when_unset(&self) -> Option<&Value> {
        match self {
            Value::OneOf(branches) => branches
                .iter()
                .find(|branch| branch.when.when_unset == Truth::Yes)
                .map(|branch| &branch.value),
            Value::Env(_) | Value::Unknown(_) => None,
            value => Some(value),
        }
    }

    /// What `bool(value)` gives.
    pub fn truthiness(&self) -> Truth {
        match self {
            Value::None | Value::Unset => Truth::No,
            Value::Path(_) => Truth::Yes,
            Value::Bool(known) => Truth::from(*known),
            Value::Int(number) => Truth::from(*number != 0),
            Value::Float(number) => Truth::from(*number != 0.0),
            Value::Text(text) => Truth::from(!text.is_empty()),
            Value::Bytes(bytes) => Truth::from(!bytes.is_empty()),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                if items.iter().any(Value::is_surely_there) {
                    Truth::Yes
                } else if items.is_empty() {
                    Truth::No
                } else {
                    Truth::Maybe
                }
            }
            Value::Dict(entries) => {
                if entries.iter().any(|(key, value)| key.is_surely_there() && value.is_surely_there()) {
                    Truth::Yes
                } else if entries.is_empty() {
                    Truth::No
                } else {
                    Truth::Maybe
                }
            }
            Value::OneOf(branches) => branches
                .iter()
                .map(|branch| branch.value.truthiness())
                .reduce(Truth::join)
                .unwrap_or(Truth::Maybe),
            // A name of another package may be a constant of any value.
            Value::Name(_) | Value::Call(_) | Value::Env(_) | Value::Unknown(_) | Value::Rest(_) => {
                Truth::Maybe
            }
        }
    }

    /// What `value is True` gives: Django's own checks test identity in many places, so `1` and `"True"` are no.
    pub fn is_true(&self) -> Truth {
        match self {
            Value::Bool(known) => Truth::from(*known),
            Value::OneOf(branches) => branches
                .iter()
                .map(|branch| branch.value.is_true())
                .reduce(Truth::join)
                .unwrap_or(Truth::Maybe),
            Value::Env(env) if matches!(env.cast, Cast::Bool | Cast::Other) => Truth::Maybe,
            Value::Env(_) => Truth::No,
            Value::Unknown(_) | Value::Call(_) | Value::Name(_) | Value::Rest(_) => Truth::Maybe,
            _ => Truth::No,
        }
    }

    /// What `item in value` gives for a text item.
    pub fn contains(&self, item: &str) -> Truth {
        match self {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let each = items.iter().map(|known| match known {
                    Value::Rest(_) => Truth::Maybe,
                    known => known.equals_text(item),
                });
                each.fold(Truth::No, Truth::or)
            }
            Value::Dict(entries) => entries
                .iter()
                .map(
                    |(key, _)| {
                        if matches!(key, Value::Rest(_)) { Truth::Maybe } else { key.equals_text(item) }
                    },
                )
                .fold(Truth::No, Truth::or),
            Value::Text(text) => Truth::from(text.contains(item)),
            Value::OneOf(branches) => branches
                .iter()
                .map(|branch| branch.value.contains(item))
                .reduce(Truth::join)
                .unwrap_or(Truth::Maybe),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Bytes(_)
            | Value::Path(_)
            | Value::Unset => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// What `value == text` gives.
    pub fn equals_text(&self, text: &str) -> Truth {
        match self {
            Value::Text(own) => Truth::from(&**own == text),
            Value::OneOf(branches) => branches
                .iter()
                .map(|branch| branch.value.equals_text(text))
                .reduce(Truth::join)
                .unwrap_or(Truth::Maybe),
            Value::Env(env) if matches!(env.cast, Cast::Text | Cast::Other) => Truth::Maybe,
            Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::Name(_) => Truth::Maybe,
            _ => Truth::No,
        }
    }
}

/// The value in one line: Python's `repr()` where it is known, else what is known of it. Secrets are not redacted here.
impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(known) = self.python_repr() {
            return formatter.write_str(&known);
        }
        let list = |items: &[Value]| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Value::List(items) => write!(formatter, "[{}]", list(items)),
            Value::Tuple(items) => write!(formatter, "({})", list(items)),
            Value::Set(items) => write!(formatter, "{{{}}}", list(items)),
            Value::Dict(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| match key {
                        Value::Rest(_) => "...".to_owned(),
                        key => format!("{key}: {value}"),
                    })
                    .collect();
                write!(formatter, "{{{}}}", entries.join(", "))
            }
            Value::Name(name) => formatter.write_str(name),
            Value::Call(call) => {
                let mut arguments: Vec<String> = call.arguments.iter().map(ToString::to_string).collect();
                arguments.extend(call.keywords.iter().map(|(name, value)| format!("{name}={value}")));
                write!(formatter, "{}({})", call.callee, arguments.join(", "))
            }
            Value::Env(env) => match env.cast {
                Cast::Text => write!(formatter, "env {}", env.variable),
                cast => write!(formatter, "env {} as {}", env.variable, format!("{cast:?}").to_lowercase()),
            },
            Value::OneOf(branches) => {
                if let [one, other] = &branches[..]
                    && let (env @ Value::Env(_), default) | (default, env @ Value::Env(_)) =
                        (&one.value, &other.value)
                    && self.when_unset() == Some(default)
                {
                    return write!(formatter, "Maybe ({env}, default {default})");
                }
                let cases: Vec<String> = branches
                    .iter()
                    .map(|branch| {
                        let mark = if branch.when.when_unset == Truth::Yes { "default " } else { "" };
                        format!("{mark}{}", branch.value)
                    })
                    .collect();
                write!(formatter, "Maybe ({})", cases.join(" | "))
            }
            Value::Unset => formatter.write_str("unset"),
            Value::Rest(_) => formatter.write_str("..."),
            Value::Unknown(unknown) => write!(formatter, "Unknown ({})", unknown.text),
            known => write!(formatter, "{known:?}"),
        }
    }
}

impl Condition {
    /// A condition in the project's own words.
    pub fn new(text: impl Into<Arc<str>>, place: Option<Span>, when_unset: Truth) -> Self {
        Self { text: text.into(), place, when_unset }
    }

    /// Both conditions.
    #[must_use]
    pub fn and(self, other: &Condition) -> Condition {
        Condition {
            text: format!("{} and {}", self.text, other.text).into(),
            place: other.place.or(self.place),
            when_unset: self.when_unset.and(other.when_unset),
        }
    }
}

/// Python's `repr()` of a text.
pub(crate) fn text_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for letter in text.chars() {
        match letter {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            letter if letter == quote => {
                shown.push('\\');
                shown.push(letter);
            }
            letter if (letter as u32) < 0x20 || letter as u32 == 0x7f => {
                shown.push_str(&format!("\\x{:02x}", letter as u32));
            }
            letter => shown.push(letter),
        }
    }
    shown.push(quote);
    shown
}

/// Python's `repr()` of bytes.
fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut shown = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => shown.push_str("\\\\"),
            b'\n' => shown.push_str("\\n"),
            b'\r' => shown.push_str("\\r"),
            b'\t' => shown.push_str("\\t"),
            byte if char::from(*byte) == quote => {
                shown.push('\\');
                shown.push(quote);
            }
            0x20..=0x7e => shown.push(char::from(*byte)),
            byte => shown.push_str(&format!("\\x{byte:02x}")),
        }
    }
    shown.push(quote);
    shown
}

/// Python's `repr()` of a float.
pub(crate) fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(rest) => ('-', rest),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let text = format!("{number}");
    if text.contains('.') { text } else { format!("{text}.0") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(text: &str, when_unset: Truth, value: Value) -> Branch {
        Branch { when: Condition::new(text, None, when_unset), value }
    }

    #[test]
    fn a_choice_is_as_sure_as_its_branches_agree() {
        let debug = Value::one_of([
            branch("DEBUG is not set", Truth::Yes, Value::Bool(true)),
            branch("DEBUG is set", Truth::No, Value::Text("x".into())),
        ]);
        assert_eq!(debug.truthiness(), Truth::Yes);
        assert_eq!(debug.is_true(), Truth::Maybe);
        assert_eq!(debug.when_unset(), Some(&Value::Bool(true)));
    }

    #[test]
    fn unknown_rest_makes_absence_uncertain_but_not_presence() {
        let rest = Value::Rest(Unknown::new(Why::RunsCode, "computed", None));
        let hosts = Value::List([Value::from("a"), rest].into());
        assert_eq!(hosts.contains("a"), Truth::Yes);
        assert_eq!(hosts.contains("*"), Truth::Maybe);
    }
}
