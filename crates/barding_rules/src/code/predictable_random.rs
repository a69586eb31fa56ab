//! `predictable-random`: a secret is made by a generator whose numbers can be foretold.

use super::ask::{is_judged, last_name, names_secret, walk};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("predictable-random"),
        title: "A random number can be foretold",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[330, 338, 331],
        django_checks: &[],
        consequence: "Whoever sees a few numbers of `random` knows the next ones, and with them tokens and passwords made from it.",
        advice: "Use `secrets.token_urlsafe()`, `secrets.choice()` or `django.utils.crypto.get_random_string(32)`.",
        since: "0.1.0",
        page: include_str!("predictable_random.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "random.Random",
    "random.random",
    "random.randrange",
    "random.randint",
    "random.choice",
    "random.choices",
    "random.uniform",
    "random.triangular",
    "random.randbytes",
    "random.sample",
    "random.shuffle",
    "random.getrandbits",
    "random.gauss",
    "random.normalvariate",
    "numpy.random.randint",
    "numpy.random.choice",
    "numpy.random.random",
    "numpy.random.rand",
    "numpy.random.bytes",
    "uuid.uuid1",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name == "uuid.uuid1" && !secret_around(call, project) {
        return;
    }
    let (severity, confidence) = if secret_around(call, project) {
        (Severity::High, Confidence::Medium)
    } else {
        (Severity::Info, Confidence::Low)
    };
    let message = match target(call, project) {
        Some(target) if confidence == Confidence::Medium => {
            format!("`{target}` is made with `{name}`, which can be foretold")
        }
        _ => format!("`{name}` can be foretold"),
    };
    found.at(call.span(), confidence, message).severity(severity);
}

fn secret_around(call: &Call<'_>, project: &Project) -> bool {
    names_secret(project.code.text(call.function().name))
        || target(call, project).is_some_and(|name| names_secret(&name))
}

/// The name that the statement around the call assigns to, or the keyword it is passed as.
fn target(call: &Call<'_>, project: &Project) -> Option<String> {
    let module = call.module;
    let place = call.span();
    let mut name = None;
    walk(&call.function().body, &mut |statement| {
        let StmtKind::Assign { targets, .. } = &statement.kind else { return };
        if statement.start <= place.start && place.end <= statement.end {
            name = targets.first().and_then(|target| last_name(project, module, *target)).map(str::to_owned);
        }
    });
    name
}
