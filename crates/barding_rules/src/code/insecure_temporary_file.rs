//! `insecure-temporary-file`: a temporary file can be taken over.

use super::ask::{is_judged, text};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Module;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("insecure-temporary-file"),
        title: "A temporary file can be taken over",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[377, 379],
        django_checks: &[],
        consequence: "Between the choice of the name and the creation of the file somebody else on the machine can put a link there.",
        advice: "Use `tempfile.NamedTemporaryFile()` or `tempfile.mkstemp()`.",
        since: "0.1.0",
        page: include_str!("insecure_temporary_file.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let name = call.name();
        let mktemp = match name.as_deref() {
            Some(name) => matches!(name, "tempfile.mktemp" | "os.tempnam" | "os.tmpnam"),
            None => {
                call.last_name() == Some("mktemp")
                    && call.receiver().is_some_and(|base| module.source(base) == "tempfile")
            }
        };
        if mktemp {
            found.at(
                call.span(),
                Confidence::High,
                "`mktemp` gives a name that somebody else may take first",
            );
            continue;
        }
        if !matches!(
            name.as_deref(),
            Some("builtins.open" | "io.open" | "os.mkdir" | "os.makedirs" | "pathlib.Path")
        ) {
            continue;
        }
        let Some(path) = text(&call, 0, "file") else { continue };
        if ["/tmp/", "/var/tmp/", "/dev/shm/"].iter().any(|folder| path.starts_with(folder)) {
            found
                .at(
                    call.span(),
                    Confidence::Low,
                    format!("`{path}` has a name that everybody on the machine knows"),
                )
                .severity(Severity::Low);
        }
    }
}
