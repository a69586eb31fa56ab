//! `nginx-dot-files-served`: nginx serves files whose names begin with a dot.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::{Directive, value_in_effect};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-dot-files-served"),
        title: "nginx serves files whose names begin with a dot",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "A `.git` folder or an `.env` file that gets into the folder is there for everybody.",
        advice: "Add `location ~ /\\.(?!well-known) { deny all; }` to the server.",
        since: "0.1.0",
        page: include_str!("nginx_dot_files_served.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |location, scope| {
            // Only a location of every address: a folder of static files is filled by collectstatic.
            if location.name != "location" || location.arguments != ["/"] {
                return;
            }
            let has = |name: &str| location.children(name).next().is_some();
            let mut levels = scope.clone();
            levels.push(location);
            let root = value_in_effect(&levels, "root").or(value_in_effect(&levels, "alias"));
            let (Some(root), true) = (root, !has("proxy_pass") && !has("uwsgi_pass") && !has("return"))
            else {
                return;
            };
            let Some(server) = scope.iter().find(|level| level.name == "server") else { return };
            if !server.block.iter().flatten().any(hides_dots)
                && !location.block.iter().flatten().any(hides_dots)
            {
                let message =
                    format!("everything below `{}` is served, dot files included", root.argument(0));
                found.at(location.span, Confidence::Low, message);
            }
        });
    }
}

/// Whether a directive keeps dot files back: a location of their pattern, or an include that may hold one.
fn hides_dots(directive: &Directive) -> bool {
    let pattern = directive.argument(1);
    directive.name == "location"
        && matches!(directive.argument(0), "~" | "~*")
        && (pattern.contains("/\\.") || pattern.contains("(^|/)\\.") || pattern.contains(".git"))
        || directive.name == "include"
}
