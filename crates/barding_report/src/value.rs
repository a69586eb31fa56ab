//! Values of settings in Python's own notation, with what is secret left out.

use barding_project::value::{CallValue, Cast, Value};
use barding_source::Redacted;

/// Texts longer than this are cut.
const LONGEST: usize = 400;
/// Values that one setting may have; more are counted.
const MOST_VALUES: usize = 6;
/// Nested values deeper than this are cut.
const DEEPEST: usize = 12;

/// How a value is shown. `holds_secret` tells by a name whether its text is a secret.
pub(crate) fn show(name: &str, value: &Value, holds_secret: fn(&str) -> bool) -> String {
    Shown { holds_secret }.value(value, holds_secret(name), 0)
}

/// How sure a value is, in a word.
pub(crate) fn certainty(value: &Value) -> &'static str {
    match value {
        value if value.is_known() => "known",
        Value::Unknown(_) => "unknown",
        Value::Env(_) => "environment",
        Value::OneOf(_) => "depends",
        _ => "partly known",
    }
}

struct Shown {
    holds_secret: fn(&str) -> bool,
}

impl Shown {
    fn value(&self, value: &Value, secret: bool, depth: usize) -> String {
        if depth > DEEPEST {
            return "…".to_owned();
        }
        let list = |items: &[Value]| {
            items.iter().map(|item| self.value(item, secret, depth + 1)).collect::<Vec<_>>().join(", ")
        };
        match value {
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => format!("{number:?}"),
            Value::Text(text) if secret && !text.is_empty() => Redacted::new(&**text).to_string(),
            Value::Text(text) => quoted(&without_credentials(text)),
            Value::Bytes(bytes) if secret && !bytes.is_empty() => format!("… ({} bytes)", bytes.len()),
            Value::Bytes(bytes) => format!("b{}", quoted(&bytes.escape_ascii().to_string())),
            Value::List(items) => format!("[{}]", list(items)),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
            Value::Tuple(items) => format!("({})", list(items)),
            Value::Set(items) if items.is_empty() => "set()".to_owned(),
            Value::Set(items) => format!("{{{}}}", list(items)),
            Value::Dict(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    if let Value::Rest(_) = key {
                        return self.value(key, false, depth + 1);
                    }
                    let secret = secret || key.text().is_some_and(self.holds_secret);
                    format!("{}: {}", self.value(key, false, depth + 1), self.value(value, secret, depth + 1))
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Value::Rest(unknown) => format!("… (more: {})", unknown.text),
            Value::Name(name) => format!("<{name}>"),
            Value::Call(call) => self.call(call, secret, depth),
            Value::Env(env) => match cast(env.cast) {
                "" => format!("${}", env.variable),
                cast => format!("${} as {cast}", env.variable),
            },
            Value::OneOf(branches) => {
                let mut values: Vec<(String, Vec<&str>)> = Vec::new();
                for branch in branches.iter() {
                    let value = self.value(&branch.value, secret, depth + 1);
                    match values.iter_mut().find(|(known, _)| *known == value) {
                        Some((_, cases)) => cases.push(&branch.when.text),
                        None => values.push((value, vec![&branch.when.text])),
                    }
                }
                let more = values.len().saturating_sub(MOST_VALUES);
                let shown = values.iter().take(MOST_VALUES).map(|(value, cases)| match cases[..] {
                    [only] => format!("{value} when {only}"),
                    _ => format!("{value} in {} cases", cases.len()),
                });
                let more = (more > 0).then(|| format!("{more} more possibilities"));
                shown.chain(more).collect::<Vec<_>>().join("; or ")
            }
            Value::Unknown(unknown) => format!("unknown: {}", unknown.text),
            Value::None => "None".to_owned(),
            Value::Path(path) => format!("Path({})", quoted(path)),
            Value::Unset => "not set".to_owned(),
        }
    }

    fn call(&self, call: &CallValue, secret: bool, depth: usize) -> String {
        let mut arguments: Vec<String> =
            call.arguments.iter().map(|argument| self.value(argument, secret, depth + 1)).collect();
        arguments.extend(call.keywords.iter().map(|(name, value)| {
            let secret = secret || (self.holds_secret)(name);
            format!("{name}={}", self.value(value, secret, depth + 1))
        }));
        format!("{}({})", call.callee, arguments.join(", "))
    }
}

fn cast(cast: Cast) -> &'static str {
    match cast {
        Cast::Text => "",
        Cast::Bool => "a boolean",
        Cast::Int => "an integer",
        Cast::Float => "a float",
        Cast::List => "a list",
        Cast::Dict => "a dictionary",
        Cast::Other => "something else",
    }
}

/// A text in Python's quotes. Control characters are left to the report's own cleaning.
fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    let quote = if cut.contains('\'') && !cut.contains('"') { '"' } else { '\'' };
    let escaped = cut.replace('\\', "\\\\").replace('\n', "\\n").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{more}{quote}")
}

/// The text with the password of an address left out.
fn without_credentials(text: &str) -> String {
    let Some(start) = text.find("://").map(|at| at + 3) else { return text.to_owned() };
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    let Some(sign) = text[start..end].rfind('@').map(|at| start + at) else { return text.to_owned() };
    match text[start..sign].find(':') {
        Some(colon) => format!("{}…{}", &text[..=start + colon], &text[sign..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_project::value::{Branch, Condition, Truth};

    #[test]
    fn secrets_stay_inside() {
        let secret: fn(&str) -> bool = |name| name.contains("PASSWORD");
        let database = Value::Dict([(Value::from("PASSWORD"), Value::from("hunter2hunter2"))].into());
        assert_eq!(show("DATABASES", &database, secret), "{'PASSWORD': hu… (14 characters)}");
        assert_eq!(show("CACHE", &Value::from("redis://a:b@c/1"), secret), "'redis://a:…@c/1'");
        assert_eq!(show("X", &Value::Tuple([Value::from("it's")].into()), secret), "(\"it's\",)");
    }

    #[test]
    fn what_is_the_same_is_said_once() {
        let branch = |value: &str, when: &str| Branch {
            when: Condition { text: when.into(), place: None, when_unset: Truth::Maybe },
            value: Value::from(value),
        };
        let value = Value::OneOf([branch("a", "A"), branch("b", "B"), branch("a", "C")].into());
        assert_eq!(show("X", &value, |_| false), "'a' in 2 cases; or 'b' when B");
        let many: Vec<Branch> = (0..9).map(|at| branch(&at.to_string(), "it is so")).collect();
        assert!(show("X", &Value::OneOf(many.into()), |_| false).ends_with("; or 3 more possibilities"));
    }
}
