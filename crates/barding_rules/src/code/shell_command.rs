//! `shell-command`: a command goes through a shell.

use super::ask::{is_constant, is_falsy, is_judged, lowered, walk};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, Call, ExprId, ExprKind, FormatPart, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("shell-command"),
        title: "A command goes through a shell",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[78, 77, 88],
        django_checks: &[],
        consequence: "The shell reads `;`, `|`, `$(…)` and wildcards in the text: whoever can write a part of it can run any command.",
        advice: "Pass a list to `subprocess.run([...])` without `shell=True`; where a shell is needed, quote each part with `shlex.quote`.",
        since: "0.1.0",
        page: include_str!("shell_command.md"),
    },
    check: Check::Module(check),
};

/// Calls that always go through a shell, with the keyword of the command.
const SHELLS: &[&str] = &[
    "os.system",
    "os.popen",
    "os.popen2",
    "os.popen3",
    "os.popen4",
    "commands.getoutput",
    "commands.getstatusoutput",
    "popen2.popen2",
    "popen2.popen3",
    "popen2.popen4",
    "popen2.Popen3",
    "popen2.Popen4",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_shell",
    "pty.spawn",
    "pexpect.run",
    "pexpect.runu",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let name = call.name();
        let name = name.as_deref().unwrap_or_default();
        let always = SHELLS.contains(&name);
        let remote = name.ends_with("SSHClient().exec_command")
            || (name.starts_with("paramiko") && name.ends_with(".exec_command"));
        let shell = call
            .keyword("shell")
            .filter(|shell| !is_falsy(&call, *shell))
            .or_else(|| shell_by_options(&call).filter(|_| name.starts_with("subprocess.")));
        if !always && !remote && shell.is_none() {
            continue;
        }
        let command = call
            .positional(0)
            .or_else(|| call.keyword("args"))
            .or_else(|| call.keyword("cmd"))
            .or_else(|| call.keyword("command"));
        let fixed = command.is_none_or(|command| is_constant(&call, command)) && !call.has_hidden_arguments();
        let quoted = command.is_some_and(|command| is_quoted(&call, command));
        let known = always || remote || name.starts_with("subprocess.");
        let sure = always || shell.is_some_and(|shell| call.constant(shell).is_some());
        let (severity, confidence) = match (fixed || quoted, known && sure) {
            (true, _) => (Severity::Low, Confidence::Low),
            (false, true) => lowered(module, Severity::High, Confidence::Medium),
            (false, false) => (Severity::Medium, Confidence::Low),
        };
        let message = if fixed {
            "A fixed command goes through a shell"
        } else {
            "A command that is not fixed goes through a shell"
        };
        let finding = found.at(call.span(), confidence, message);
        finding.severity(severity);
        if let Some(shell) = shell {
            finding.because([Evidence::at(Role::Sink, call.module.span(shell), "a shell reads the command")]);
        }
    }
}

/// `options["shell"] = True` before `Popen(command, **options)`.
fn shell_by_options(call: &Call<'_>) -> Option<ExprId> {
    let module = call.module;
    let spread =
        call.syntax().arguments.iter().find(|argument| argument.how == ArgumentHow::SpreadKeywords)?;
    let ExprKind::Name(options) = module.expr(spread.value) else { return None };
    let mut found = None;
    walk(&call.function().body, &mut |statement| {
        if let StmtKind::Assign { targets, value } = &statement.kind
            && let [target] = targets[..]
            && let ExprKind::Subscript(holder, key) = module.expr(target)
            && matches!(module.expr(*holder), ExprKind::Name(name) if name == options)
            && matches!(module.expr(*key), ExprKind::Text(key) if &**key == "shell")
            && matches!(module.expr(*value), ExprKind::Bool(true))
        {
            found = Some(*value);
        }
    });
    found
}

/// Whether every part that varies goes through `shlex.quote`.
fn is_quoted(call: &Call<'_>, command: ExprId) -> bool {
    let quoted = |expr: ExprId| match call.module.expr(expr) {
        ExprKind::Call(inner) => call
            .name_of(inner.callee)
            .is_some_and(|name| matches!(name.as_str(), "shlex.quote" | "pipes.quote" | "shlex.join")),
        _ => is_constant(call, expr),
    };
    let mut open = vec![command];
    for _ in 0..40 {
        let Some(expr) = open.pop() else { return true };
        match call.module.expr(expr) {
            ExprKind::Binary(_, left, right) => open.extend([*left, *right]),
            ExprKind::Tuple(items) => open.extend(items.iter().copied()),
            ExprKind::Format(parts) => open.extend(parts.iter().filter_map(|part| match part {
                FormatPart::Value { value, .. } => Some(*value),
                FormatPart::Text(_) => None,
            })),
            _ if quoted(expr) => {}
            _ => return false,
        }
    }
    false
}
