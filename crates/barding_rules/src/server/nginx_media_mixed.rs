//! `nginx-media-mixed`: the web server's folder of uploads is not what the settings say.

use super::scopes::{nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-media-mixed"),
        title: "The web server's folder of uploads is not what the settings say",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[434, 538],
        django_checks: &[],
        consequence: "Uploads lie where scripts and styles of the site are served from, so an upload may pass for one of them.",
        advice: "Give MEDIA_ROOT a folder of its own that is neither STATIC_ROOT nor above nor below it, and serve it from its own location.",
        since: "0.1.0",
        page: include_str!("nginx_media_mixed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        for server in file.servers() {
            let folders: Vec<_> = server
                .server
                .children("location")
                .filter_map(|location| {
                    let prefix = location.arguments.last()?;
                    let alias = location.children("alias").next()?;
                    Some((prefix.trim_matches('/'), alias.argument(0).trim_end_matches('/'), alias))
                })
                .collect();
            let uploads =
                folders.iter().filter(|(prefix, ..)| matches!(*prefix, "media" | "uploads" | "upload"));
            for (_, media, alias) in uploads {
                let inside = folders.iter().find(|(prefix, folder, _)| {
                    matches!(*prefix, "static" | "assets")
                        && !folder.is_empty()
                        && !media.is_empty()
                        && (format!("{media}/").starts_with(&format!("{folder}/"))
                            || format!("{folder}/").starts_with(&format!("{media}/")))
                });
                if let Some((_, folder, other)) = inside {
                    let message = format!("Uploads ({media}) and static files ({folder}) share a folder");
                    found
                        .at(alias.span, Confidence::High, message)
                        .because([place_of(other, "static files are served from here")]);
                }
            }
        }
    }
}
