//! `request-without-timeout`: a request waits for ever.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("request-without-timeout"),
        title: "A request to another server has no timeout",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[400],
        django_checks: &[],
        consequence: "A server that never answers keeps a worker of the site busy for ever; a few such requests stop the site.",
        advice: "Pass `timeout=` with a few seconds.",
        since: "0.1.0",
        page: include_str!("request_without_timeout.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.delete",
    "requests.patch",
    "requests.options",
    "requests.head",
    "requests.request",
    "requests.Session().get",
    "requests.Session().post",
    "requests.Session().put",
    "requests.Session().delete",
    "requests.Session().patch",
    "requests.Session().options",
    "requests.Session().head",
    "requests.Session().request",
    "requests.session().get",
    "requests.session().post",
    "requests.session().put",
    "requests.session().delete",
    "requests.session().patch",
    "requests.session().options",
    "requests.session().head",
    "requests.session().request",
    "requests.sessions.Session().get",
    "requests.sessions.Session().post",
    "requests.sessions.Session().put",
    "requests.sessions.Session().delete",
    "requests.sessions.Session().patch",
    "requests.sessions.Session().options",
    "requests.sessions.Session().head",
    "requests.sessions.Session().request",
    "httpx.get",
    "httpx.post",
    "httpx.put",
    "httpx.delete",
    "httpx.patch",
    "httpx.options",
    "httpx.head",
    "httpx.request",
    "httpx.stream",
    "httpx.Client",
    "httpx.AsyncClient",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if call.has_hidden_arguments() {
        return;
    }
    let switched_off =
        call.keyword("timeout").is_some_and(|timeout| call.constant(timeout) == Some(Constant::None));
    // requests waits for ever by itself; httpx does when told so.
    let missing = call.keyword("timeout").is_none() && name.starts_with("requests.");
    if !switched_off && !missing {
        return;
    }
    let how = if switched_off { "waits for ever: its timeout is switched off" } else { "has no timeout" };
    found.at(call.span(), Confidence::Low, format!("`{name}` {how}"));
}
