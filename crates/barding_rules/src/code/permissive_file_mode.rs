//! `permissive-file-mode`: a file is opened to everybody on the machine.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("permissive-file-mode"),
        title: "A file is opened to everybody on the machine",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[732],
        django_checks: &[],
        consequence: "Other users and services of the machine can change or run the file.",
        advice: "Use `0o600` for files and `0o700` for folders, or `0o640` and `0o750` with a group.",
        since: "0.1.0",
        page: include_str!("permissive_file_mode.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &["os.chmod", "os.fchmod", "os.lchmod", ".chmod"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) {
        return;
    }
    let position = if call.name().is_some_and(|name| name.starts_with("os.")) { 1 } else { 0 };
    let Some(mode) = call.argument(position, "mode") else { return };
    let bits = match call.constant(mode) {
        Some(Constant::Int(mode)) => mode,
        _ => named_bits(call.module.source(mode)),
    };
    let others_write = bits & 0o002 != 0;
    let others_run = bits & 0o001 != 0 && bits & 0o111 == 0o111 && bits & 0o022 != 0;
    let group_writes = bits & 0o020 != 0 && bits & 0o111 != 0;
    if others_write {
        found.at(call.span(), Confidence::High, format!("Mode {bits:o} lets everybody change the file"));
    } else if others_run || group_writes {
        found
            .at(call.span(), Confidence::Low, format!("Mode {bits:o} lets others change what is run"))
            .severity(Severity::Low);
    }
}

/// The bits of `stat.S_IRWXU | stat.S_IWOTH` and the like, for others and the group alone.
fn named_bits(source: &str) -> i64 {
    [("S_IWOTH", 0o002), ("S_IRWXO", 0o007)]
        .iter()
        .filter(|(name, _)| source.contains(name))
        .map(|(_, bits)| bits)
        .fold(0, |all, bits| all | bits)
}
