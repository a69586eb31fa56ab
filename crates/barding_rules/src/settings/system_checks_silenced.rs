//! `system-checks-silenced`: security checks of Django are silenced.

use crate::ask::{any_item, ask, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("system-checks-silenced"),
        title: "Security checks of Django are silenced",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[1059],
        django_checks: &[],
        consequence: "`manage.py check --deploy` no longer says that something is wrong.",
        advice: "Mend what the check complains about and take its id out of `SILENCED_SYSTEM_CHECKS`; if it does not apply, leave a comment that says why.",
        since: "0.1.0",
        page: include_str!("system_checks_silenced.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let hides = |id: &str| {
        [
            "security.",
            "caches.",
            "auth.",
            "files.",
            "mail.",
            "async.",
            "4_0.E001",
            "axes.",
            "corsheaders.",
            "debug_toolbar.",
        ]
        .iter()
        .any(|prefix| id.starts_with(prefix))
    };
    /// Both are advice about the future of a domain, which many rightly decline.
    const ADVICE: &[&str] = &["security.W005", "security.W021", "auth.W004"];
    let Some(value) = set(settings, "SILENCED_SYSTEM_CHECKS").map(|set| &set.value) else { return };
    let answer = ask(settings, |on| {
        on.ask("SILENCED_SYSTEM_CHECKS", Truth::No, |value| any_item(value, |item| text_is(item, hides)))
    });
    let ids: Vec<&str> =
        value.items().unwrap_or_default().iter().filter_map(Value::text).filter(|id| hides(id)).collect();
    let says = match ids.is_empty() {
        true => "silences security checks of Django".to_owned(),
        false => format!("silences {}", ids.join(", ")),
    };
    if let Some(finding) = answer.report(found, settings, "SILENCED_SYSTEM_CHECKS", says, &[])
        && !ids.is_empty()
        && ids.iter().all(|id| ADVICE.contains(id))
    {
        finding.severity(Severity::Info);
    }
}
