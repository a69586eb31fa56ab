//! Each rule's page is its test.
//!
//! A page has `## Found: …` and `## Fine: …` sections. The code blocks of a section (```` ```python title="path" ````)
//! are the files of a small project. A line that must be found ends in a comment `found: rule-id` (`#`, `{# #}`,
//! `<!-- -->` or `//`; `found-at: FILE LINE rule-id` is for formats without comments). Of the rules of the page's own
//! id nothing else may be found. A block titled `endpoint.json` is an observed TLS endpoint instead of a project; what
//! is found there is marked `found-at: endpoint.json 0 rule-id`; `database.json` is a database that was looked at. A block
//! titled `deployment.toml` is what the configuration says of the servers in front.
//! `site.json` and `ports.json` are a site and its ports in the same way, and a project may stand beside them.
//! A section without a settings file judges the code alone.
//!
//! A block whose head ends in `fixed` shows a file as `barding fix` leaves it. A section that has one is fixed, and exactly
//! these files must have changed, to exactly these texts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_audit::fix::{Answer, FixOptions, fix};
use barding_audit::{AuditOptions, audit, audit_live, audit_logs, audit_repository};
use barding_deps::{Advisories, Packages};
use barding_finding::{FixSafety, Place};
use barding_project::stated::{Deployment, Layer};
use barding_project::{Options, Project, python};
use barding_rules::Facts;
use barding_secrets::{
    Day, HistoryScan, HistorySecret, RepositoryFiles, outside_files_with, scan_log, scan_tree,
};
use barding_source::{MemoryTree, ReadLimits, Sources, Tree};
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[test]
fn every_fixed_block_is_what_the_fix_writes() {
    let mut wrong = Vec::new();
    let mut blocks = 0;
    for rule in barding_rules::rules() {
        let id = rule.info.id.0;
        for section in sections(rule.info.page).iter().filter(|section| !section.fixed.is_empty()) {
            blocks += section.fixed.len();
            let options = FixOptions {
                select: vec![id.to_owned()],
                least: FixSafety::ShowOnly,
                ..FixOptions::default()
            };
            let result = fix(&section.tree, &options, &mut |_| Answer::Yes).unwrap();
            let got: BTreeMap<String, String> = result
                .files
                .iter()
                .map(|file| (file.path.to_string(), String::from_utf8(file.after.clone()).unwrap()))
                .collect();
            for (path, text) in &section.fixed {
                match got.get(path) {
                    Some(new) if new == text => {}
                    Some(new) => wrong.push(format!("{id} / {}: {path} became:\n{new}", section.title)),
                    None => wrong.push(format!(
                        "{id} / {}: {path} was not changed; {:?}",
                        section.title, result.refused
                    )),
                }
            }
            for path in got.keys().filter(|path| !section.fixed.contains_key(*path)) {
                wrong.push(format!("{id} / {}: {path} changed as well, to:\n{}", section.title, got[path]));
            }
        }
    }
    assert!(blocks > 0, "no page shows a fixed file");
    assert!(wrong.is_empty(), "{} fixed blocks are not true:\n{}", wrong.len(), wrong.join("\n"));
}

type Marks = BTreeSet<(String, u32, String)>;

#[test]
fn every_page_is_true() {
    let mut wrong = Vec::new();
    let mut sections_run = 0;
    for rule in barding_rules::rules() {
        let sections = sections(rule.info.page);
        let id = rule.info.id.0;
        let found = sections.iter().filter(|section| section.title.starts_with("Found")).count();
        let fine = sections.iter().filter(|section| section.title.starts_with("Fine")).count();
        if found == 0 || fine == 0 {
            wrong.push(format!("{id}: the page needs at least one Found and one Fine section"));
        }
        for section in sections {
            sections_run += 1;
            let wanted: Marks = section.marks.iter().filter(|(_, _, rule)| rule == id).cloned().collect();
            if section.title.starts_with("Found") && wanted.is_empty() {
                wrong.push(format!("{id} / {}: marks nothing of its own rule", section.title));
            }
            let mut options = AuditOptions { select: vec![id.to_owned()], ..AuditOptions::default() };
            options.project.deployment = section.deployment.clone();
            let got: Marks = match section.audit(&options) {
                Ok(result) => result.findings.iter().map(|finding| mark(&result, finding)).collect(),
                Err(error) => {
                    wrong.push(format!("{id} / {}: {error:?}", section.title));
                    continue;
                }
            };
            for missing in wanted.difference(&got) {
                wrong.push(format!("{id} / {}: not found: {}:{}", section.title, missing.0, missing.1));
            }
            for extra in got.difference(&wanted) {
                wrong.push(format!("{id} / {}: false alarm: {}:{}", section.title, extra.0, extra.1));
            }
        }
    }
    assert!(sections_run > 0, "no page was run");
    assert!(wrong.is_empty(), "{} of the pages' claims are not true:\n{}", wrong.len(), wrong.join("\n"));
}

fn mark(result: &barding_finding::AuditResult, finding: &barding_finding::Finding) -> (String, u32, String) {
    let rule = finding.rule.0.to_owned();
    match &finding.place {
        Place::Code(span) | Place::Package { lockfile: span, .. } => {
            let file = result.file(*span).expect("the result holds every file it points into");
            (file.path.to_string(), file.line(span.start), rule)
        }
        Place::File(path) => (path.to_string(), 0, rule),
        Place::Commit { path, line, .. } => (path.to_string(), *line, rule),
        Place::DatabaseRole(_) => ("database.json".to_owned(), 0, rule),
        Place::Endpoint { .. } => {
            let ports = barding_rules::rule(finding.rule.0)
                .is_some_and(|rule| matches!(rule.check, barding_rules::Check::Ports(_)));
            (if ports { "ports.json" } else { "endpoint.json" }.to_owned(), 0, rule)
        }
        Place::Url(_) => ("site.json".to_owned(), 0, rule),
        other => (format!("{other:?}"), 0, rule),
    }
}

impl Section {
    fn audit(
        &self,
        options: &AuditOptions,
    ) -> Result<barding_finding::AuditResult, barding_audit::AuditError> {
        if let [id] = options.select.as_slice()
            && let Some(result) = self.audit_observed(id, options)
        {
            return result;
        }
        if let Ok(bytes) = self.tree.read("database.json".into(), u64::MAX) {
            let seen =
                serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", self.title));
            return audit_live(&Facts { databases: Some(vec![seen]), ..Facts::default() }, options);
        }
        if self.files.iter().any(|(path, _)| path == "site.json" || path == "ports.json") {
            return self.audit_site(options);
        }
        let Some(text) = &self.endpoint else { return audit(&self.tree, options) };
        let endpoint = serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.title));
        audit_live(&Facts { tls: Some(vec![endpoint]), ..Facts::default() }, options)
    }
}

impl Section {
    /// Rules about the running site and its ports: `site.json` and `ports.json` hold what was observed, the other files
    /// are the project beside it.
    fn audit_site(
        &self,
        options: &AuditOptions,
    ) -> Result<barding_finding::AuditResult, barding_audit::AuditError> {
        let text = |name: &str| self.files.iter().find(|(path, _)| path == name).map(|(_, text)| text);
        let site = text("site.json")
            .map(|text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.title)));
        let ports = text("ports.json").map(|text| {
            vec![serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.title))]
        });
        let sources = Sources::new(&self.tree, ReadLimits::default(), python::decode);
        let has_project = self.files.iter().any(|(path, _)| path.ends_with(".py"));
        let project = has_project.then(|| Project::read(&sources, &Options::default()));
        let packages = has_project.then(|| Packages::read(&sources));
        let advisories = Some(Arc::new(Advisories::embedded()));
        let facts =
            Facts { site, ports, project, packages, advisories, sources: Some(&sources), ..Facts::default() };
        audit_live(&facts, options)
    }

    /// Rules about the repository and about logs: the section's files are the committed ones, or the logs.
    fn audit_observed(
        &self,
        id: &str,
        options: &AuditOptions,
    ) -> Option<Result<barding_finding::AuditResult, barding_audit::AuditError>> {
        let paths = self.tree.walk().paths;
        let facts = match id {
            "secret-in-log" => {
                let logs = paths.iter().map(|path| {
                    let bytes = self.tree.read(path, u64::MAX).unwrap();
                    scan_log(&mut bytes.as_slice(), path, None).unwrap()
                });
                return Some(audit_logs(logs.collect(), options));
            }
            "secret-in-history" => {
                let secrets = scan_tree(&self.tree, &paths).secrets.into_iter().map(|secret| HistorySecret {
                    secret,
                    commit: "0".repeat(40),
                    date: Day::parse("2026-01-31").unwrap(),
                    is_in_head: false,
                });
                Facts {
                    history: Some(HistoryScan { secrets: secrets.collect(), ..HistoryScan::default() }),
                    ..Facts::default()
                }
            }
            "secret-file-tracked" => {
                Facts { repository: Some(RepositoryFiles::new(&paths, &[])), ..Facts::default() }
            }
            "secret-file-not-ignored" => {
                Facts { repository: Some(RepositoryFiles::new(&[], &paths)), ..Facts::default() }
            }
            "secrets-file-open-to-others" => {
                // `permissions.txt` tells what this machine has: the bits and the path, one file a line.
                let sources = Sources::new(&self.tree, ReadLimits::default(), python::decode);
                let said = self.files.iter().find(|(path, _)| path == "permissions.txt");
                let mode = |path: &Utf8Path| {
                    let mut lines = said.iter().flat_map(|(_, text)| text.lines());
                    let bits = lines.find_map(|line| line.strip_suffix(path.as_str()))?.trim();
                    Some(u32::from_str_radix(bits, 8).unwrap())
                };
                let outside = Some(outside_files_with(&sources, mode));
                let facts = Facts { outside, sources: Some(&sources), ..Facts::default() };
                return Some(audit_repository(facts, options));
            }
            _ => return None,
        };
        Some(audit_repository(facts, options))
    }
}

/// `[tool.barding.deployment]`, one `key = "value"` a line.
fn deployment(text: &str) -> Deployment {
    let layer = |name: &str| match name {
        "django" => Layer::Django,
        "server" => Layer::Server,
        "load-balancer" => Layer::LoadBalancer,
        "platform" => Layer::Platform,
        other => panic!("there is no layer `{other}`"),
    };
    let mut said = Deployment::default();
    for (key, value) in text.lines().filter_map(|line| line.split_once(" = ")) {
        let value = value.trim_matches(['"', '[', ']']);
        match key {
            "tls" => said.tls_ends_at = Some(layer(value)),
            "redirects-to-https" => said.redirects_to_https = Some(layer(value)),
            "hsts" => said.sends_hsts = Some(layer(value)),
            "stripped-headers" => said.stripped_headers.push(value.to_ascii_uppercase()),
            other => panic!("a deployment has no `{other}`"),
        }
    }
    said
}

struct Section {
    deployment: Deployment,
    endpoint: Option<String>,
    files: Vec<(String, String)>,
    title: String,
    tree: MemoryTree,
    marks: Marks,
    fixed: BTreeMap<String, String>,
}

fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut file: Option<(String, bool, Vec<&str>)> = None;
    for line in page.lines() {
        if let Some((path, is_fixed, lines)) = &mut file {
            if line.trim_end() == "```" {
                let section = sections.last_mut().expect("a block stands in a section");
                let mut text = lines.join("\n");
                text.push('\n');
                if *is_fixed {
                    section.fixed.insert(path.clone(), text);
                    file = None;
                    continue;
                }
                if path == "endpoint.json" {
                    section.endpoint = Some(text.clone());
                }
                section.files.push((path.clone(), text.clone()));
                if path == "deployment.toml" {
                    section.deployment = deployment(&text);
                } else {
                    section.tree.add(path.as_str(), text.into_bytes());
                }
                file = None;
                continue;
            }
            let section = sections.last_mut().expect("a block stands in a section");
            lines.push(line);
            let number = lines.len() as u32;
            if let Some((_, marks)) = line.split_once("found: ").filter(|_| !*is_fixed) {
                let ids = marks.trim_end_matches("#}").trim_end_matches("-->").trim_end_matches("*/");
                for id in ids.split([',', ' ']).filter(|id| !id.is_empty()) {
                    section.marks.insert((path.clone(), number, id.to_owned()));
                }
            }
            continue;
        }
        if let Some(title) = line.strip_prefix("## ") {
            if title.starts_with("Found") || title.starts_with("Fine") {
                sections.push(Section {
                    deployment: Deployment::default(),
                    endpoint: None,
                    files: Vec::new(),
                    title: title.to_owned(),
                    tree: MemoryTree::new(),
                    marks: Marks::new(),
                    fixed: BTreeMap::new(),
                });
            }
        } else if let Some(info) = line.strip_prefix("```")
            && let Some((_, path)) = info.split_once("title=\"")
            && !sections.is_empty()
        {
            let (path, rest) = path.split_once('"').unwrap_or((path, ""));
            file = Some((path.to_owned(), rest.trim() == "fixed", Vec::new()));
        } else if let Some(mark) = line.strip_prefix("found-at: ")
            && let [path, number, id] = mark.split_whitespace().collect::<Vec<_>>()[..]
            && let Some(section) = sections.last_mut()
        {
            let number = number.parse().expect("found-at names a line number");
            section.marks.insert((path.to_owned(), number, id.to_owned()));
        }
    }
    sections
}
