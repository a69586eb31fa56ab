//! `logging-configuration-server`: a server takes logging configuration from the network.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("logging-configuration-server"),
        title: "Logging configuration is taken from the network",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[94, 502],
        django_checks: &[],
        consequence: "Everyone on the machine can send a configuration, and parts of it are evaluated as Python.",
        advice: "Leave `logging.config.listen` out, or give it a `verify` function that checks a signature.",
        since: "0.1.0",
        page: include_str!("logging_configuration_server.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &["logging.config.listen"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if is_judged(call.module, project) && call.argument(1, "verify").is_none() && !call.has_hidden_arguments()
    {
        found.at(call.span(), Confidence::High, "Whoever reaches this port runs code");
    }
}
