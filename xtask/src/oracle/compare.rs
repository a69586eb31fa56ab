//! barding's answer beside Django's.

use super::django::{Answer, Series};
use super::projects::{Environment, OracleProject};
use barding_audit::{AuditOptions, audit};
use barding_project::{Options, Project, SettingsModule, Value, python};
use barding_source::{DiskTree, ReadLimits, Sources};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What the comparison brought.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Where the two do not agree.
    pub(crate) faults: Vec<String>,
    /// How many known values were compared.
    pub(crate) compared: usize,
    /// How many settings the project itself sets.
    pub(crate) set_by_project: usize,
    /// How many of them barding knows.
    pub(crate) known_of_project: usize,
    /// How many of them barding knows in cases: each possibility is known, and Django's is one of them.
    pub(crate) cases_of_project: usize,
    /// Whether the deployment checks of the two were compared.
    pub(crate) checks_compared: bool,
    /// The ones it does not know.
    pub(crate) unknown: Vec<String>,
}

/// Compares settings and deployment findings.
pub(crate) fn compare(
    project: &OracleProject,
    environment: &Environment,
    series: &Series,
    answer: &Answer,
    files_complete: bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    if let Some(error) = &answer.error {
        outcome.faults.push(format!("Django could not load it: {error}"));
        return outcome;
    }
    let options = Options {
        settings_modules: vec![environment.settings.clone()],
        environment: environment.variables.clone(),
        environment_complete: true,
        files_complete,
        django_version: Some(answer.django.clone()),
        ..Options::default()
    };
    let tree = DiskTree::new(project.folder.clone());
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let model = Project::read(&sources, &options);
    match model.settings.iter().find(|module| module.name == environment.settings) {
        Some(module) => settings(module, answer, project.folder.as_str(), &mut outcome),
        None => outcome.faults.push(format!("{} was not found", environment.settings)),
    }
    let audit_options = AuditOptions { project: options, ..AuditOptions::default() };
    match audit(&tree, &audit_options) {
        Ok(result) => checks(&result, answer, series, &mut outcome),
        Err(error) => outcome.faults.push(format!("the audit did not happen: {error:?}")),
    }
    outcome
}

fn settings(module: &SettingsModule, answer: &Answer, folder: &str, outcome: &mut Outcome) {
    for (name, real) in &answer.settings {
        let own = answer.project_sets.contains(name);
        outcome.set_by_project += usize::from(own);
        let value = module.get(name).value();
        if let Some(cases) = value.and_then(|value| known_cases(value, folder)) {
            outcome.cases_of_project += usize::from(own);
            outcome.compared += 1;
            if !cases.iter().any(|ours| same(ours, real)) {
                outcome.faults.push(format!("{name}: Django's {real} is none of barding's {cases:?}"));
            }
            continue;
        }
        let known = value.filter(|value| value.is_known());
        let Some(ours) = known.and_then(|value| encode(value, folder)) else {
            if own {
                outcome.unknown.push(name.clone());
            }
            continue;
        };
        outcome.known_of_project += usize::from(own);
        outcome.compared += 1;
        if !same(&ours, real) {
            outcome.faults.push(format!("{name}: barding says {ours}, Django says {real}"));
        }
    }
    for name in &answer.project_sets {
        if matches!(module.get(name), barding_project::Effective::Absent) {
            outcome.faults.push(format!("{name}: barding says it is not set"));
        }
    }
}

/// Every possibility of a value that is known in cases.
pub(super) fn known_cases(value: &Value, folder: &str) -> Option<Vec<Json>> {
    let Value::OneOf(branches) = value else { return None };
    let possible = |value: &Value| {
        // Not set at all is a case that Django's list of settings does not show.
        if *value == Value::Unset { Some(Json::String("not set".to_owned())) } else { encode(value, folder) }
    };
    branches.iter().map(|branch| possible(&branch.value)).collect()
}

/// The ids under `security.` that each side names.
fn checks(result: &barding_finding::AuditResult, answer: &Answer, series: &Series, outcome: &mut Outcome) {
    if answer.checks_error.is_some() {
        return;
    }
    outcome.checks_compared = true;
    let theirs: BTreeSet<&str> =
        answer.checks.iter().map(String::as_str).filter(|id| id.starts_with("security.")).collect();
    let ours: BTreeSet<&str> = result
        .findings
        .iter()
        .flat_map(|finding| barding_rules::django_checks(finding))
        .filter(|id| id.starts_with("security."))
        .collect();
    for id in theirs.difference(&ours) {
        // Where a value is not known, silence is the honest answer; it is counted among the unknown.
        if outcome.unknown.is_empty() {
            outcome.faults.push(format!("Django {} reports {id}, barding does not", series.name));
        } else {
            outcome.unknown.push(id.to_string());
        }
    }
    for id in ours.difference(&theirs) {
        outcome.faults.push(format!("barding reports {id}, Django {} does not", series.name));
    }
}

/// A known value in ask.py's notation; `None` for what has no plain notation (calls that are kept as they stand).
pub(super) fn encode(value: &Value, folder: &str) -> Option<Json> {
    let many = |items: &[Value]| items.iter().map(|item| encode(item, folder)).collect::<Option<Vec<_>>>();
    Some(match value {
        Value::None => Json::Null,
        Value::Bool(known) => json!(known),
        Value::Int(number) => json!({ "int": number.to_string() }),
        Value::Float(number) => json!({ "float": number }),
        Value::Text(text) => json!({ "str": rooted(text, folder) }),
        Value::Bytes(bytes) => {
            json!({ "bytes": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() })
        }
        Value::List(items) => json!({ "list": many(items)? }),
        Value::Tuple(items) => json!({ "tuple": many(items)? }),
        Value::Set(items) => {
            let mut items = many(items)?;
            items.sort_by_key(ToString::to_string);
            items.dedup();
            json!({ "set": items })
        }
        Value::Dict(entries) => {
            let pairs =
                entries.iter().map(|(key, item)| Some(json!([encode(key, folder)?, encode(item, folder)?])));
            json!({ "dict": pairs.collect::<Option<Vec<_>>>()? })
        }
        Value::Path(path) => json!({ "path": rooted(path, folder) }),
        Value::Name(name) => json!({ "object": &**name }),
        Value::Call(call) => encode_call(call, folder)?,
        Value::Unset | Value::Rest(_) | Value::Env(_) | Value::OneOf(_) | Value::Unknown(_) => return None,
    })
}

/// Calls whose result has a notation: texts for translation, patterns, spans of time.
fn encode_call(call: &barding_project::value::CallValue, folder: &str) -> Option<Json> {
    let first = call.arguments.first();
    match call.callee.rsplit('.').next()? {
        "gettext_lazy" | "ugettext_lazy" | "reverse_lazy" if call.arguments.len() == 1 => {
            Some(json!({ "lazy": first?.text()? }))
        }
        "compile" if call.arguments.len() == 1 => Some(json!({ "pattern": first?.text()? })),
        "timedelta" if call.arguments.is_empty() => {
            let mut seconds = 0;
            for (unit, value) in &call.keywords {
                let Value::Int(number) = value else { return None };
                let of_unit = match &**unit {
                    "seconds" => 1,
                    "minutes" => 60,
                    "hours" => 3600,
                    "days" => 86_400,
                    "weeks" => 604_800,
                    _ => return None,
                };
                seconds += of_unit * number;
            }
            Some(json!({ "seconds": seconds.to_string() }))
        }
        "OrderedDict" => call.arguments.first().and_then(|entries| encode(entries, folder)),
        _ => None,
    }
}

/// A text of the model with the audited folder put back where it stands for it.
fn rooted(text: &str, folder: &str) -> String {
    text.replace("<root>", folder)
}

/// Equal but for what the notation of floats, the order of sets and re-exported names may change.
pub(super) fn same(ours: &Json, real: &Json) -> bool {
    match (ours, real) {
        (Json::Object(a), Json::Object(b)) => {
            if let (Some(x), Some(y)) = (a.get("float"), b.get("float")) {
                return y.as_str().and_then(|text| text.parse::<f64>().ok()) == x.as_f64();
            }
            if let (Some(x), Some(y)) = (a.get("object"), b.get("object")) {
                let last =
                    |name: &Json| name.as_str().unwrap_or_default().rsplit('.').next().map(str::to_owned);
                return last(x) == last(y);
            }
            // Django's lazy translations compare by their text.
            if let (Some(x), Some(y)) = (a.get("str"), b.get("lazy")) {
                return x == y;
            }
            // Sets and dictionaries compare without order, as Python does.
            for unordered in ["set", "dict"] {
                if let (Some(Json::Array(x)), Some(Json::Array(y))) = (a.get(unordered), b.get(unordered)) {
                    return x.len() == y.len()
                        && x.iter().all(|item| y.iter().any(|other| same(item, other)));
                }
            }
            a.len() == b.len()
                && a.iter().all(|(key, item)| b.get(key).is_some_and(|other| same(item, other)))
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y)),
        (a, b) => a == b,
    }
}
