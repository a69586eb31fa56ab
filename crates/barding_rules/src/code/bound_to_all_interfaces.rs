//! `bound-to-all-interfaces`: a server listens on every address of the machine.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Constant, ExprKind, FileRole, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("bound-to-all-interfaces"),
        title: "A server listens everywhere",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[605, 668],
        django_checks: &[],
        consequence: "What was meant for this machine or its neighbours answers the whole network.",
        advice: "Bind to `127.0.0.1`, or to the one address it is meant for.",
        since: "0.1.0",
        page: include_str!("bound_to_all_interfaces.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || module.role == FileRole::Settings {
        return;
    }
    for call in project.code.calls_of(module) {
        let last = call.last_name().unwrap_or_default();
        let binds = matches!(
            last,
            "bind"
                | "run"
                | "listen"
                | "create_server"
                | "start_server"
                | "HTTPServer"
                | "ThreadingHTTPServer"
                | "TCPServer"
                | "UDPServer"
                | "serve"
                | "make_server"
                | "run_simple"
                | "run_app"
        );
        if !binds {
            continue;
        }
        for argument in &call.syntax().arguments {
            let everywhere =
                |value: &Constant| matches!(value, Constant::Text(host) if host == "0.0.0.0" || host == "::");
            let host = match call.constant(argument.value) {
                Some(Constant::List(items)) => items.first().is_some_and(everywhere),
                Some(value) => everywhere(&value),
                None => match module.expr(argument.value) {
                    ExprKind::Tuple(items) => {
                        items.first().and_then(|host| call.constant(*host)).is_some_and(|host| {
                            everywhere(&host) || host == Constant::Text(String::new()) && last == "bind"
                        })
                    }
                    _ => false,
                },
            };
            if host {
                found.at(
                    call.span(),
                    Confidence::Medium,
                    "This server listens on every address of the machine",
                );
                break;
            }
        }
    }
}
