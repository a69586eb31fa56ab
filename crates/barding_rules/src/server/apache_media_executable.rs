//! `apache-media-executable`: uploads may be run by Apache.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-media-executable"),
        title: "Uploads may be run by Apache",
        severity: Severity::Critical,
        tip: Tip::Uploads,
        cwe: &[434],
        django_checks: &[],
        consequence: "An uploaded script or `.htaccess` file runs on the server.",
        advice: "In the folder of uploads: `AllowOverride None`, `Options -ExecCGI -Includes`, `SetHandler default-handler`, `php_admin_flag engine off`.",
        since: "0.1.0",
        page: include_str!("apache_media_executable.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |section, _| {
            let is_folder = section.name.eq_ignore_ascii_case("Directory")
                || section.name.eq_ignore_ascii_case("Location");
            let of_media = section
                .argument(0)
                .split('/')
                .any(|part| matches!(part.to_ascii_lowercase().as_str(), "media" | "uploads" | "upload"));
            if !is_folder || !of_media {
                return;
            }
            for line in section.block.iter().flatten() {
                let words: Vec<String> =
                    line.arguments.iter().map(|word| word.to_ascii_lowercase()).collect();
                let has =
                    |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.trim_start_matches('+')));
                let why = match line.name.to_ascii_lowercase().as_str() {
                    "allowoverride" if has(&["all", "options", "fileinfo"]) => {
                        "an uploaded `.htaccess` changes how the folder is served"
                    }
                    "options" if has(&["execcgi", "includes", "all"]) => "uploaded programs or includes run",
                    "addhandler" | "sethandler" | "addtype"
                        if words.iter().any(|word| {
                            word.contains("php") || word.contains("cgi") || word.contains("python")
                        }) =>
                    {
                        "uploaded scripts run"
                    }
                    _ => continue,
                };
                found.at(line.span, Confidence::High, format!("In {} {why}", section.argument(0)));
            }
        });
    }
}
