//! `nginx-media-executable`: nginx hands uploads to a program.

use super::scopes::{nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-media-executable"),
        title: "nginx hands uploads to a program",
        severity: Severity::Critical,
        tip: Tip::Uploads,
        cwe: &[434],
        django_checks: &[],
        consequence: "An uploaded script runs on the server.",
        advice: "`location ^~ /media/ { … }` without handlers; `^~` keeps `location ~ \\.php$` away from it.",
        since: "0.1.0",
        page: include_str!("nginx_media_executable.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        for server in file.servers() {
            let locations: Vec<_> = server.server.children("location").collect();
            let media: Vec<_> = locations
                .iter()
                .filter(|location| {
                    let prefix = location.arguments.last().map_or("", String::as_str);
                    let serves =
                        location.children("alias").next().or(location.children("root").next()).is_some();
                    serves
                        && prefix
                            .trim_matches('/')
                            .split('/')
                            .any(|part| matches!(part, "media" | "uploads" | "upload"))
                })
                .collect();
            for location in &media {
                if let Some(line) = location.children("ssi").find(|line| line.argument(0) == "on") {
                    found.at(line.span, Confidence::High, "Server-side includes run in uploads");
                }
                let shielded = location.arguments.iter().any(|word| word == "^~");
                let handler = locations.iter().find(|other| {
                    let pattern = other.arguments.last().map_or("", String::as_str);
                    other.argument(0).starts_with('~')
                        && ["php", "cgi", "\\.pl", "\\.py"].iter().any(|word| pattern.contains(word))
                        && ["fastcgi_pass", "uwsgi_pass", "scgi_pass", "proxy_pass"]
                            .iter()
                            .any(|pass| other.children(pass).next().is_some())
                });
                if let (false, Some(handler)) = (shielded, handler) {
                    let message = format!(
                        "`location {}` takes uploads that match before `location {}` does",
                        handler.arguments.join(" "),
                        location.arguments.join(" ")
                    );
                    found
                        .at(location.span, Confidence::High, message)
                        .because([place_of(handler, "the location that wins")]);
                }
            }
        }
    }
}
