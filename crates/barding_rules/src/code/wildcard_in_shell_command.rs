//! `wildcard-in-shell-command`: a shell command names files by a wildcard to a program that reads options from names.

use super::ask::{is_falsy, is_judged, text};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("wildcard-in-shell-command"),
        title: "A wildcard reaches a program that reads options",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[155, 78],
        django_checks: &[],
        consequence: "A file named like an option (`--checkpoint-action=exec=…`) is read as that option.",
        advice: "Write `./*` instead of `*`, put `--` before it, or list the files in Python.",
        since: "0.1.0",
        page: include_str!("wildcard_in_shell_command.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "os.system",
    "os.popen",
    "os.popen2",
    "os.popen3",
    "os.popen4",
    "subprocess.Popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name.starts_with("subprocess.")
        && !matches!(&*name, "subprocess.getoutput" | "subprocess.getstatusoutput")
    {
        let shell = call.keyword("shell").is_some_and(|shell| !is_falsy(call, shell));
        if !shell {
            return;
        }
    }
    let Some(command) = text(call, 0, "args") else { return };
    let mut words = command.split_ascii_whitespace();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let reads_options = matches!(program, "chown" | "chmod" | "tar" | "rsync");
    let wild = words.any(|word| word.starts_with('*'));
    if reads_options && wild {
        found.at(
            call.span(),
            Confidence::Medium,
            format!("`{program}` reads file names after `*` as options"),
        );
    }
}
