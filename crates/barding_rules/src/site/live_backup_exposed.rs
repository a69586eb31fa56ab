//! `live-backup-exposed`: a backup or a file of the project is served.

use super::{add, ends_with, exposed, is_text_file};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-backup-exposed"),
        title: "A backup or a file of the project is served",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[530, 538],
        django_checks: &[],
        consequence: "Data, configuration or the list of packages can be read by everybody.",
        advice: "Serve STATIC_ROOT and MEDIA_ROOT only, and keep backups elsewhere.",
        since: "0.1.0",
        page: include_str!("live_backup_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(found, exchange, Confidence::High, format!("{} is served: {mark}", exchange.path()), "")
            .severity(
                if mark.contains("packages")
                    || mark.contains("file of the repository")
                    || mark.contains("configuration")
                    || mark.contains("commands")
                {
                    Severity::Medium
                } else {
                    Severity::High
                },
            );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let body = exchange.body.as_str();
    let ends = |endings: &[&str]| ends_with(exchange, endings);
    let has = |marks: &[&str]| marks.iter().any(|mark| body.contains(mark));
    let is_text = is_text_file(exchange);
    match () {
        () if ends(&[".zip"]) && body.starts_with("PK\u{3}\u{4}") => Some("an archive"),
        () if ends(&[".gz"]) && body.starts_with('\u{1f}') && exchange.media_type() != "text/html" => {
            Some("an archive")
        }
        () if ends(&[".bak"]) && body.starts_with("SQLite format 3") => Some("a database"),
        () if !is_text => None,
        () if ends(&[".sql"])
            && has(&["-- PostgreSQL database dump", "-- MySQL dump", "CREATE TABLE", "INSERT INTO"]) =>
        {
            Some("a dump of a database")
        }
        () if ends(&[".json"])
            && body.trim_start().starts_with('[')
            && has(&["\"model\":"])
            && has(&["\"fields\":", "\"pk\":"]) =>
        {
            Some("a dump of Django's data")
        }
        () if ends(&["docker-compose.yml"]) && has(&["services:"]) => Some("the composition of containers"),
        () if ends(&["/dockerfile"]) && has(&["FROM "]) && has(&["RUN ", "CMD ", "COPY ", "ENTRYPOINT"]) => {
            Some("the recipe of a container")
        }
        () if ends(&["requirements.txt"])
            && has(&["Django==", "django==", "Django>=", "django>=", "Django~=", "django~="]) =>
        {
            Some("the list of packages")
        }
        () if ends(&["/pipfile"]) && has(&["[packages]"]) => Some("the list of packages"),
        () if ends(&["poetry.lock", "uv.lock"]) && has(&["[[package]]"]) => Some("the list of packages"),
        () if ends(&["pyproject.toml"]) && has(&["[project]", "[tool.", "[build-system]"]) => {
            Some("the project's configuration")
        }
        () if ends(&[".gitlab-ci.yml"]) && has(&["script:"]) => Some("the configuration of the pipeline"),
        () if ends(&["/procfile"]) && has(&["web:"]) => Some("the commands of the processes"),
        () if ends(&["fabfile.py"]) && has(&["from fabric", "import fabric"]) => {
            Some("the script of the deployment")
        }
        () if ends(&[".log", "nohup.out"])
            && has(&["Traceback (most recent call last)", " ERROR ", "\"GET /", "[INFO]"]) =>
        {
            Some("a log file")
        }
        () if ends(&[".gitignore"]) && has(&["*.pyc", "__pycache__", ".env"]) => {
            Some("a file of the repository")
        }
        () => None,
    }
}
