//! `debug-tool-installed`: A tool for developers is installed in production.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debug-tool-installed"),
        title: "A tool for developers is installed in production",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "One slip (DEBUG, an address, a callback) shows queries, settings and request data to visitors.",
        advice: "Install it in the development settings only.",
        since: "0.1.0",
        page: include_str!("debug_tool_installed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (app, what, severity) in TOOLS {
        let answer = ask(settings, |on| {
            let guarded = match *app {
                "silk" => on.is_true("SILKY_AUTHENTICATION").and(on.is_true("SILKY_AUTHORISATION")),
                _ => Truth::No,
            };
            on.installs(app).and(!guarded)
        });
        if let Some(finding) =
            answer.report(found, settings, "INSTALLED_APPS", format!("installs {app}, {what}"), &[])
        {
            finding.severity(*severity);
        }
    }
}

const TOOLS: &[(&str, &str, Severity)] = &[
    ("debug_toolbar", "which shows queries, settings and headers", Severity::Medium),
    ("silk", "which records requests and shows them to everybody", Severity::High),
    ("django_browser_reload", "which keeps a connection open for every visitor", Severity::Low),
    ("nplusone.ext.django", "which is for development", Severity::Low),
    ("django_pdb", "which opens a debugger", Severity::Critical),
    ("rosetta", "which lets staff edit translations that templates print", Severity::Low),
    ("django.contrib.admindocs", "which shows staff the inside of the project", Severity::Low),
    ("werkzeug_debugger_runserver", "whose error pages run code", Severity::Critical),
];
