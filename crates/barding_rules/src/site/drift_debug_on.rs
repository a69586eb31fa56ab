//! `drift-debug-on`: DEBUG is off in the code and on in reality.

use super::live_debug_page::technical;
use super::{add, around, promised};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-debug-on"),
        title: "DEBUG is off in the code and on in reality",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Other settings run than everybody believes.",
        advice: "Look which settings module the server names, and what its environment sets.",
        since: "0.1.0",
        page: include_str!("drift_debug_on.md"),
    },
    check: Check::Drift(check),
};

fn check(site: &Site, project: &Project, found: &mut Findings<'_>) {
    let Some((exchange, mark)) = technical(site) else { return };
    if promised::all_say(project, |on| !on.is_truthy("DEBUG")) {
        let finding = add(
            found,
            exchange,
            Confidence::High,
            "The settings turn DEBUG off, and the site shows a technical page",
            around(&exchange.body, mark),
        );
        finding.because(promised::place(project, "DEBUG"));
    }
}
