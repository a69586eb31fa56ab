//! Django's default settings, read from the table in `defaults.json`.
//!
//! The table holds every name in capitals of `django.conf.global_settings` for each known series, as runs of series with
//! the same value. The script `scripts/django/defaults.py` asks real Django and writes it.

use super::{DjangoVersion, Series, version};
use crate::settings::Defaults;
use crate::value::{Branch, Condition, Truth, Unknown, Value, Why};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A value that holds from one series to another, both included.
struct Run {
    since: Series,
    until: Series,
    value: Value,
}

static TABLE: LazyLock<BTreeMap<String, Vec<Run>>> = LazyLock::new(read_table);

/// Settings that a release with security fixes brought to older series: there only from that release on.
const BROUGHT_BY_A_FIX: &[(&str, &[(Series, u32)])] = &[
    ("DATA_UPLOAD_MAX_NUMBER_FILES", &[(Series::V3_2, 18), (Series::V4_0, 10), (Series::V4_1, 7)]),
    ("SIGNED_COOKIE_LEGACY_SALT_FALLBACK", &[(Series::V5_2, 15), (Series::V6_0, 6)]),
];

/// The defaults of every setting that some possible version knows. One that differs between the possible versions is a
/// choice; where a version has no such setting, that branch is unknown.
pub fn defaults(django: &DjangoVersion) -> Defaults {
    let values = TABLE
        .iter()
        .filter_map(|(name, runs)| Some((name.clone(), default_of(name, runs, django)?)))
        .collect();
    Defaults::for_version(values, django.clone())
}

/// Django's default for a setting on exactly that series; `None` when the series has no such setting.
pub fn default_on(series: Series, name: &str) -> Option<&'static Value> {
    let runs = TABLE.get(name)?;
    runs.iter().find(|run| run.since <= series && series <= run.until).map(|run| &run.value)
}

fn default_of(name: &str, runs: &[Run], django: &DjangoVersion) -> Option<Value> {
    let patches = BROUGHT_BY_A_FIX.iter().find(|(brought, _)| *brought == name).map(|(_, patches)| *patches);
    let mut branches: Vec<(Vec<Series>, Option<&Value>)> = Vec::new();
    for series in django.possible() {
        let run = runs.iter().find(|run| run.since <= *series && *series <= run.until);
        let too_old = patches.is_some_and(|patches| {
            let wanted = patches.iter().find(|(brought, _)| brought == series).map_or(0, |(_, patch)| *patch);
            django.patch().is_some_and(|own| own < wanted)
        });
        let value = run.map(|run| &run.value).filter(|_| !too_old);
        match branches.iter_mut().find(|(_, known)| *known == value) {
            Some((same, _)) => same.push(*series),
            None => branches.push((vec![*series], value)),
        }
    }
    match &branches[..] {
        [(_, value)] => value.cloned(),
        _ => Some(Value::one_of(branches.into_iter().map(|(series, value)| Branch {
            when: Condition::new(format!("on {}", version::words(&series)), None, Truth::Maybe),
            value: value.cloned().unwrap_or_else(|| no_such_setting(name, &series)),
        }))),
    }
}

fn no_such_setting(name: &str, series: &[Series]) -> Value {
    Unknown::new(Why::NotOurs, format!("{} has no setting {name}", version::words(series)), None).into()
}

fn read_table() -> BTreeMap<String, Vec<Run>> {
    let table: BTreeMap<String, Vec<(String, String, Json)>> =
        serde_json::from_str(include_str!("defaults.json")).expect("a test reads the whole table");
    let run = |(since, until, value): (String, String, Json)| Run {
        since: Series::named(&since).expect("a test reads the whole table"),
        until: Series::named(&until).expect("a test reads the whole table"),
        value: decode(&value),
    };
    table.into_iter().map(|(name, runs)| (name, runs.into_iter().map(run).collect())).collect()
}

/// JSON has no tuple and no dictionary with keys of any type, so `{"tuple": […]}` and `{"dict": [[key, value], …]}` stand
/// for them.
fn decode(json: &Json) -> Value {
    let list = |items: &[Json]| items.iter().map(decode).collect::<Arc<[Value]>>();
    match json {
        Json::Null => Value::None,
        Json::Bool(known) => Value::Bool(*known),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Int(integer),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(text.as_str().into()),
        Json::Array(items) => Value::List(list(items)),
        Json::Object(object) => match object.iter().next() {
            Some((kind, Json::Array(items))) if kind == "tuple" => Value::Tuple(list(items)),
            Some((kind, Json::Array(pairs))) if kind == "dict" => Value::Dict(
                pairs.iter().map(|pair| (decode(&pair[0]), decode(&pair[1]))).collect::<Arc<[_]>>(),
            ),
            _ => Unknown::new(Why::RunsCode, "Django computes this default", None).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::VersionSource;

    fn of(version: &str, name: &str) -> Option<Value> {
        let version = DjangoVersion::named(version, VersionSource::Pin).unwrap();
        defaults(&version).of(name).cloned()
    }

    #[test]
    fn defaults_follow_the_version() {
        assert_eq!(of("2.2", "X_FRAME_OPTIONS"), Some(Value::from("SAMEORIGIN")));
        assert_eq!(of("3.0", "X_FRAME_OPTIONS"), Some(Value::from("DENY")));
        assert_eq!(of("1.11", "MIDDLEWARE"), Some(Value::None));
        assert_eq!(of("3.0", "SECURE_REFERRER_POLICY"), Some(Value::None));
        assert_eq!(of("2.2", "SECURE_REFERRER_POLICY"), None);
        assert_eq!(of("3.2.17", "DATA_UPLOAD_MAX_NUMBER_FILES"), None);
        assert_eq!(of("3.2.18", "DATA_UPLOAD_MAX_NUMBER_FILES"), Some(Value::Int(100)));
        assert_eq!(of("6.1", "MAILERS"), None);
    }

    #[test]
    fn a_default_that_differs_between_the_possible_versions_is_a_choice() {
        let defaults = defaults(&DjangoVersion::default());
        let frame = defaults.of("X_FRAME_OPTIONS").unwrap();
        assert_eq!(frame.equals_text("DENY"), Truth::Maybe);
        assert_eq!(frame.cases().len(), 2);
        assert_eq!(&*frame.cases()[0].0.unwrap().text, "on Django 2.2 and older");
        assert_eq!(defaults.of("DEBUG"), Some(&Value::Bool(false)));
    }

    #[test]
    fn the_whole_table_can_be_read() {
        assert!(TABLE.len() > 150, "{} settings", TABLE.len());
        for runs in TABLE.values() {
            assert!(runs.iter().all(|run| run.since <= run.until && !matches!(run.value, Value::Unknown(_))));
        }
    }
}
