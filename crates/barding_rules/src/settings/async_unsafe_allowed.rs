//! `async-unsafe-allowed`: django's guard against unsafe calls in async code is off.

use crate::ask::django_says;
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Series, Truth};
use barding_source::FileKind;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("async-unsafe-allowed"),
        title: "Django's guard against unsafe calls in async code is off",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[662],
        django_checks: &["async.E001"],
        consequence: "Requests share a database connection at the same time; one may see or spoil another's data.",
        advice: "Take `DJANGO_ALLOW_ASYNC_UNSAFE` out of the deployment and wrap the calls in `sync_to_async`.",
        since: "0.1.0",
        page: include_str!("async_unsafe_allowed.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let (Some(sources), Some(project)) = (facts.sources, &facts.project) else { return };
    if project.django.before(Series::V3_0) == Truth::Yes {
        return;
    }
    let deployment = [FileKind::Container, FileKind::Env, FileKind::Shell];
    let files = deployment.into_iter().flat_map(|kind| sources.of_kind(kind));
    let starts = sources.of_kind(FileKind::Python).filter(|(_, path)| {
        matches!(
            path.file_name(),
            Some("asgi.py" | "wsgi.py" | "manage.py" | "settings.py" | "production.py" | "base.py")
        )
    });
    for (id, _) in files.chain(starts) {
        let Some(file) = sources.file(id) else { continue };
        for (at, _) in file.text.match_indices(VARIABLE) {
            let line = file.line(at as u32);
            let (Some(text), Some(span)) = (file.line_text(line), file.line_span(line)) else { continue };
            if !turned_on(text) {
                continue;
            }
            let finding = found.at(span, Confidence::High, format!("{VARIABLE} is set for the live site"));
            if project.django.at_least(Series::V3_1) == Truth::Yes {
                finding.because([django_says(&["async.E001"])]);
            }
        }
    }
}

const VARIABLE: &str = "DJANGO_ALLOW_ASYNC_UNSAFE";

/// Whether the line gives the variable a value that is not empty.
fn turned_on(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with(['#', ';']) || line.starts_with("//") {
        return false;
    }
    let Some((_, rest)) = line.split_once(VARIABLE) else { return false };
    let rest = rest.trim_start_matches(['"', '\'', ']', ' ']);
    let Some(value) = rest.strip_prefix(['=', ':', ',']) else {
        // `ENV NAME value`
        return line.starts_with("ENV ") && !rest.is_empty();
    };
    let value = value.trim_start().split('#').next().unwrap_or_default();
    let value = value.trim().trim_matches(['"', '\'', ')', ',', ' ']);
    !value.is_empty() && !value.starts_with('=')
}
