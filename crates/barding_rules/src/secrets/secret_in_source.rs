//! `secret-in-source`: a password, token or key stands in a file of the project.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_secrets::Secret;
use barding_source::{FileKind, Sources, Span};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-source"),
        title: "A secret stands in the source",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798, 312, 540],
        django_checks: &[],
        consequence: "Everyone who can read the repository, a backup or an image of it has the secret, now and later.",
        advice: "Replace the secret, then read the new one from the environment or from a file outside the repository.",
        since: "0.1.0",
        page: include_str!("secret_in_source.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(scan) = &facts.secrets else { return };
    for secret in &scan.secrets {
        if facts
            .project
            .as_ref()
            .is_some_and(|project| a_settings_rule_says_it(secret, project, facts.sources))
        {
            continue;
        }
        let detector = secret.detector;
        let what = place::with_article(&detector.title);
        let message = match &secret.name {
            Some(name) => format!("`{name}` is set to {what} in the source"),
            None => format!("The source contains {what}"),
        };
        let at = place::place(secret, facts.sources);
        let seen = place::seen(secret, &at);
        found
            .add(at, place::confidence(secret.certainty), message)
            .severity(place::severity(detector))
            .advice(place::advice(detector))
            .because(seen);
    }
}

/// Whether the rules about settings report the same SECRET_KEY (`secret-key-hardcoded`): a judged settings module has it
/// from this line.
fn a_settings_rule_says_it(secret: &Secret, project: &Project, sources: Option<&Sources<'_>>) -> bool {
    let is_key = matches!(secret.detector.id.as_str(), "django-secret-key" | "django-insecure-key");
    if !is_key || FileKind::of(&secret.path) != FileKind::Python {
        return false;
    }
    let Some(file) = sources.and_then(|sources| sources.file(sources.id(&secret.path)?)) else {
        return false;
    };
    let is_there = |place: Span| {
        let lines = file.line(place.start)..=file.line(place.end.max(place.start));
        place.file == file.id && lines.contains(&u32::try_from(secret.line).unwrap_or(u32::MAX))
    };
    project
        .settings
        .iter()
        .filter(|module| module.is_judged())
        .filter(|module| crate::settings::reports_secret_key(module, project, secret.value.reveal()))
        .filter_map(|module| module.values.get("SECRET_KEY"))
        .any(|key| key.history.iter().any(|assignment| is_there(assignment.place)))
}
