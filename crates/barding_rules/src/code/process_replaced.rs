//! `process-replaced`: a program is started by a call that knows no list of fixed arguments.

use super::ask::{is_constant, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("process-replaced"),
        title: "A program is started with os.exec or os.spawn",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[78, 88],
        django_checks: &[],
        consequence: "A program or an argument chosen by somebody else runs with the rights of the site.",
        advice: "Name the program by its full path, and use `subprocess.run([...])`.",
        since: "0.1.0",
        page: include_str!("process_replaced.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "os.execl",
    "os.execle",
    "os.execlp",
    "os.execlpe",
    "os.execv",
    "os.execve",
    "os.execvp",
    "os.execvpe",
    "os.spawnl",
    "os.spawnle",
    "os.spawnlp",
    "os.spawnlpe",
    "os.spawnv",
    "os.spawnve",
    "os.spawnvp",
    "os.spawnvpe",
    "os.posix_spawn",
    "os.posix_spawnp",
    "os.startfile",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let fixed = call.syntax().arguments.iter().all(|argument| is_constant(call, argument.value));
    let severity = if fixed { Severity::Info } else { Severity::Low };
    found.at(call.span(), Confidence::Low, format!("`{name}` starts a program")).severity(severity);
}
