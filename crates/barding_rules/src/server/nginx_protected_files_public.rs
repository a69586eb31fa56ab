//! `nginx-protected-files-public`: files that a view protects are open in nginx.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::Directive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-protected-files-public"),
        title: "Files that a view protects are open in nginx",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[425],
        django_checks: &[],
        consequence: "Whoever guesses the address gets the file without the view being asked.",
        advice: "Write `internal;` into the location: nginx then serves it only when the application hands it over.",
        since: "0.1.0",
        page: include_str!("nginx_protected_files_public.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let prefixes = handed_over(project);
    if prefixes.is_empty() {
        return;
    }
    for file in nginx_files(project) {
        file.walk(&mut |location, scope| {
            let serves = ["alias", "root"].iter().any(|name| location.children(name).next().is_some());
            let path = location.arguments.last().map_or("", String::as_str);
            let is_closed = |level: &Directive| {
                ["internal", "deny", "auth_request", "auth_basic"]
                    .iter()
                    .any(|name| level.children(name).next().is_some())
            };
            if location.name != "location" || !serves || matches!(location.argument(0), "~" | "~*") {
                return;
            }
            let matches = |prefix: &&String| path.trim_end_matches('/') == prefix.trim_end_matches('/');
            let Some(prefix) = prefixes.iter().find(matches) else { return };
            if !is_closed(location) && !scope.iter().any(|level| is_closed(level)) {
                let message =
                    format!("the application hands out `{prefix}` itself, and nginx gives it to everybody");
                found.at(location.span, Confidence::Medium, message);
            }
        });
    }
}

/// The addresses that the application hands to nginx: the beginning of what it writes into `X-Accel-Redirect`, and the
/// address that django-sendfile is set up with.
fn handed_over(project: &Project) -> Vec<String> {
    let mut prefixes = Vec::new();
    for module in &project.code.modules {
        for line in module.file.text.lines().filter(|line| line.contains("X-Accel-Redirect")) {
            let after = line.split_once("X-Accel-Redirect").map_or("", |(_, after)| after);
            let texts = after.split(['"', '\'']).filter(|text| text.starts_with('/'));
            let literal = |text: &str| text.split(['{', '%']).next().unwrap_or_default().to_owned();
            prefixes.extend(texts.map(literal).filter(|text| text.len() > 2));
        }
    }
    for settings in project.settings.iter().filter(|settings| settings.is_judged()) {
        let text = |name: &str| settings.get(name).value().and_then(barding_project::Value::text);
        let by_nginx = text("SENDFILE_BACKEND").is_some_and(|backend| backend.ends_with(".nginx"));
        if let (true, Some(url)) = (by_nginx, text("SENDFILE_URL").filter(|url| url.len() > 1)) {
            prefixes.push(url.to_owned());
        }
    }
    prefixes.sort();
    prefixes.dedup();
    prefixes
}
