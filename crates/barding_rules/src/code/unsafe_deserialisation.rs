//! `unsafe-deserialisation`: a format is read that can run code.

use super::ask::{is_judged, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unsafe-deserialisation"),
        title: "Data is read in a format that can run code",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[502],
        django_checks: &[],
        consequence: "Whoever can write the data runs code in the site when it is read.",
        advice: "Use JSON. Where pickle must stay, sign the data (`django.core.signing`) and read nothing unsigned.",
        since: "0.1.0",
        page: include_str!("unsafe_deserialisation.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
    "cPickle.load",
    "cPickle.loads",
    "cPickle.Unpickler",
    "_pickle.load",
    "_pickle.loads",
    "dill.load",
    "dill.loads",
    "dill.Unpickler",
    "cloudpickle.load",
    "cloudpickle.loads",
    "joblib.load",
    "torch.load",
    "numpy.load",
    "pandas.read_pickle",
    "pandas.io.pickle.read_pickle",
    "marshal.load",
    "marshal.loads",
    "shelve.open",
    "shelve.DbfilenameShelf",
    "jsonpickle.decode",
    "jsonpickle.loads",
    "jsonpickle.unpickler.decode",
    "jsonpickle.unpickler.Unpickler",
    "six.moves.cPickle.loads",
    "six.moves.cPickle.load",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let last = name.rsplit('.').next().unwrap_or_default();
    match &*name {
        "numpy.load"
            if call.keyword("allow_pickle").and_then(|value| call.constant(value))
                != Some(Constant::Bool(true)) =>
        {
            return;
        }
        "torch.load"
            if call.keyword("weights_only").and_then(|value| call.constant(value))
                == Some(Constant::Bool(true)) =>
        {
            return;
        }
        _ => {}
    }
    let (severity, confidence) = if matches!(
        &*name,
        "numpy.load" | "torch.load" | "joblib.load" | "shelve.open" | "marshal.load" | "marshal.loads"
    ) {
        (Severity::Low, Confidence::Low)
    } else {
        lowered(call.module, Severity::Medium, Confidence::Low)
    };
    let what = if matches!(last, "load" | "loads" | "open" | "decode") { &*name } else { last };
    found.at(call.span(), confidence, format!("`{what}` runs code that the data names")).severity(severity);
}
