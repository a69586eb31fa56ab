//! `server-admits-ambiguous-requests`: the application server accepts requests that proxies read differently.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-admits-ambiguous-requests"),
        title: "The application server accepts requests that proxies read differently",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[444],
        django_checks: &[],
        consequence: "One request can be read as two, and headers that the proxy cleans can come in under another spelling.",
        advice: "Leave the option at its default, which refuses such requests.",
        since: "0.1.0",
        page: include_str!("server_admits_ambiguous_requests.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        if !command.has("gunicorn") {
            continue;
        }
        let on = |option: &str| {
            option_of(command, option).is_some_and(|value| !matches!(value, "0" | "false" | "False"))
        };
        let dangerous = option_of(command, "--header-map") == Some("dangerous");
        let loose = [
            "--permit-unconventional-http-method",
            "--permit-unconventional-http-version",
            "--casefold-http-method",
            "--permit-obsolete-folding",
            "--strip-header-spaces",
        ];
        let option = if dangerous {
            Some("--header-map dangerous")
        } else {
            loose.into_iter().find(|option| on(option))
        };
        if let Some(option) = option {
            let message = format!("{} starts gunicorn with `{option}`", command.starter);
            found.at(command.span, Confidence::High, message);
        }
    }
}
