//! `route-never-matches`: a pattern in the URLconf whose start or end keeps it from matching.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::code::{Call, Constant};
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("route-never-matches"),
        title: "A pattern of the URLconf cannot match",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1164],
        django_checks: &["urls.W001", "urls.W002"],
        consequence: "What stands behind the pattern is not reached: another view may answer in its place, without its protection.",
        advice: "Leave out the slash at the start; leave out `$` at the end of a pattern that includes others.",
        since: "0.1.0",
        page: include_str!("route_never_matches.md"),
    },
    check: Check::Call(
        &[
            "django.urls.path",
            "django.urls.re_path",
            "django.urls.conf.path",
            "django.urls.conf.re_path",
            "django.conf.urls.url",
        ],
        check,
    ),
};

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(pattern) = call.argument(0, "route").or_else(|| call.keyword("regex")) else { return };
    let Some(Constant::Text(pattern)) = call.constant(pattern) else { return };
    let is_regex = !call.name().is_some_and(|name| name.ends_with(".path"));
    let includes = call.argument(1, "view").and_then(|view| call.name_of(view)).is_some_and(|name| {
        matches!(
            name.trim_end_matches("()"),
            "django.urls.include" | "django.conf.urls.include" | "django.urls.conf.include"
        )
    });
    if is_regex && includes && pattern.ends_with('$') && !pattern.ends_with("\\$") {
        let message = format!(
            "`{pattern}` ends with `$` and includes other patterns; of them only an empty one can match"
        );
        found.at(call.span(), Confidence::Medium, message);
    }
    let starts =
        pattern.starts_with('/') || is_regex && (pattern.starts_with("^/") || pattern.starts_with("^\\/"));
    let in_production = || project.settings.iter().filter(|settings| settings.is_judged());
    let appends = in_production().any(|settings| settings.is_truthy("APPEND_SLASH") != Truth::No);
    // A `path()` that includes nothing ends with the end of the address, whatever its last character.
    let ends = pattern.ends_with('/') && (is_regex || includes);
    if starts && !ends && appends {
        let message = format!("`{pattern}` starts with a slash, which Django has taken off the address");
        found.at(call.span(), Confidence::Medium, message);
    }
}
