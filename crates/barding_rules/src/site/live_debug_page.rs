//! `live-debug-page`: DEBUG is on.

use super::{add, around};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Level, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-debug-page"),
        title: "DEBUG is on",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[489, 209, 215],
        django_checks: &[],
        consequence: "Anybody who makes an error happen sees settings, source lines, local variables and every route of the project.",
        advice: "`DEBUG = False`, read from the environment with a false default, and `ALLOWED_HOSTS` set.",
        since: "0.1.0",
        page: include_str!("live_debug_page.md"),
    },
    check: Check::Site(check),
};

/// What stands on the technical pages of every release from 1.8 on, and on no page of a site in production.
const MARKS: [(&str, &str); 7] = [
    ("DEBUG = True", "You're seeing this error"),
    ("Using the URLconf defined in", "Django tried these URL patterns"),
    ("Django Version:", "Exception Type:"),
    ("Django Version:", "Exception Value:"),
    ("Reason given for failure", "CSRF verification failed"),
    ("The install worked successfully! Congratulations!", "django"),
    ("<code>DEBUG = True</code>", ""),
];

fn check(site: &Site, found: &mut Findings<'_>) {
    if let Some((exchange, mark)) = technical(site) {
        add(
            found,
            exchange,
            Confidence::High,
            "A technical page of Django is shown: DEBUG is on",
            around(&exchange.body, mark),
        );
        return;
    }
    let seen_any = site.answers().any(|exchange| exchange.status >= 400);
    match () {
        () if site.level > Level::Passive && site.answered(Purpose::UnknownPath).next().is_none() => {
            found.cannot_tell("no unknown path was answered by the site itself");
        }
        () if !seen_any => found.nothing_to_judge("no error page was seen; --probe asks for one"),
        () => {}
    }
}

/// The first technical page, and the words that tell.
pub(super) fn technical(site: &Site) -> Option<(&Exchange, &'static str)> {
    site.answers().find_map(|exchange| {
        let is_start = exchange.title().contains("The install worked successfully");
        let mark = MARKS.iter().find(|(one, other)| {
            exchange.body.contains(one) && (exchange.body.contains(other) || other.is_empty())
        });
        // Documentation that quotes a page comes with success; the pages themselves do not, but for the start page.
        let (mark, _) = mark.filter(|_| exchange.status >= 400 || is_start)?;
        Some((exchange, *mark))
    })
}
