//! SARIF 2.1.0, for code scanning services and for other tools that compare results.
//!
//! URIs are relative to the path given. A rule's weaknesses are tags (`external/cwe/cwe-089`), its severity
//! `security-severity`; flows are `codeFlows`; what was set aside is a result with a `suppression`.

use crate::place::{Located, Sort, uri};
use barding_finding::{AuditResult, Evidence, Finding, Ignored, Place, Role, RuleInfo, Severity};
use serde::Serialize;
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(crate) fn render(result: &AuditResult) -> String {
    let indexes = &result.rules;
    let mut results: Vec<Value> =
        result.findings.iter().map(|finding| result_of(finding, None, result, indexes)).collect();
    results.extend(
        result.ignored.iter().map(|ignored| result_of(&ignored.finding, Some(ignored), result, indexes)),
    );
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "barding",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": result.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications(result),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    pretty(&log)
}

/// Two spaces, a line end at the end.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("maps with text keys always serialise");
    text.push('\n');
    text
}

fn descriptor(rule: &RuleInfo) -> Value {
    let mut tags = vec!["security".to_owned(), format!("barding/tip/{}", rule.tip.id())];
    tags.extend(rule.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    tags.extend(rule.django_checks.iter().map(|id| format!("django/{id}")));
    let page = prose(rule.page);
    json!({
        "id": rule.id.0,
        "name": pascal_case(rule.id.0),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.consequence },
        "help": {
            "text": format!("{}\n\n{}", rule.consequence, rule.advice),
            "markdown": format!("{page}\n\n**What to do.** {}", rule.advice),
        },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": tags,
            "security-severity": rule.severity.score(),
            "problem.severity": problem_severity(rule.severity),
        },
    })
}

/// The page up to its first section, without its title: the prose, not the tests.
pub(crate) fn prose(page: &str) -> String {
    let lines = page.lines().filter(|line| !line.starts_with("# "));
    let lines: Vec<_> = lines.take_while(|line| !line.starts_with("## ")).collect();
    lines.join("\n").trim().to_owned()
}

fn result_of(
    finding: &Finding,
    ignored: Option<&Ignored>,
    result: &AuditResult,
    rules: &[&'static RuleInfo],
) -> Value {
    let mut properties = json!({
        "severity": finding.severity.word(),
        "confidence": finding.confidence.word(),
        "precision": finding.confidence.word(),
        "security-severity": finding.severity.score(),
        "consequence": finding.consequence,
        "advice": finding.advice,
    });
    if !finding.subjects.is_empty() {
        properties["subjects"] = json!(finding.subjects);
    }
    let mut out = json!({
        "ruleId": finding.rule.0,
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [location(&finding.place, None, result)],
        "partialFingerprints": { "barding/v1": finding.fingerprint },
        "properties": properties,
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        out["ruleIndex"] = json!(index);
    }
    let (flow, other): (Vec<&Evidence>, Vec<&Evidence>) =
        finding.evidence.iter().partition(|step| is_flow(step.role) && step.place.is_some());
    if flow.len() > 1 {
        let steps: Vec<Value> = flow
            .iter()
            .filter_map(|step| Some((step, step.place.as_ref()?)))
            .map(|(step, place)| {
                json!({
                    "location": location(place, Some(&step.note), result),
                    "kinds": [step.role.word()],
                    "importance": if step.role == Role::Step { "important" } else { "essential" },
                })
            })
            .collect();
        out["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    let related: Vec<Value> = other
        .into_iter()
        .chain(flow.into_iter().filter(|_| out.get("codeFlows").is_none()))
        .enumerate()
        .filter_map(|(at, step)| {
            let note = format!("{}: {}", step.role.word(), step.note);
            let mut related = location(step.place.as_ref()?, Some(&note), result);
            related["id"] = json!(at + 1);
            Some(related)
        })
        .collect();
    if !related.is_empty() {
        out["relatedLocations"] = json!(related);
    }
    if let Some(ignored) = ignored {
        let kind = if ignored.place.is_some() { "inSource" } else { "external" };
        out["suppressions"] =
            json!([{ "kind": kind, "status": "accepted", "justification": ignored.reason }]);
    }
    out
}

fn message(finding: &Finding) -> String {
    let mut text = finding.message.trim_end_matches('.').to_owned();
    text.push('.');
    for step in finding.evidence.iter().filter(|step| step.place.is_none()) {
        text.push_str(&format!(" {}: {}.", step.role.word(), step.note));
    }
    text
}

fn is_flow(role: Role) -> bool {
    matches!(role, Role::Source | Role::Step | Role::Sink)
}

fn location(place: &Place, note: Option<&str>, result: &AuditResult) -> Value {
    let located = Located::new(place, result);
    let mut out = json!({});
    match located.sort {
        Sort::File => {
            let mut physical = json!({ "artifactLocation": { "uri": uri(&located.name) } });
            if let Some(region) = located.region {
                let mut wire = json!({
                    "startLine": region.line,
                    "startColumn": region.column,
                    "endLine": region.end_line,
                    "endColumn": region.end_column,
                });
                if let Some((file, _)) = &located.source
                    && let Some(line) = file.line_text(region.line)
                    && line.chars().count() <= 400
                {
                    wire["snippet"] = json!({ "text": line });
                }
                physical["region"] = wire;
            }
            out["physicalLocation"] = physical;
        }
        Sort::Commit => {
            if let Place::Commit { id, path, line } = place {
                out["physicalLocation"] = json!({
                    "artifactLocation": { "uri": uri(path.as_str()) },
                    "region": { "startLine": line },
                });
                out["logicalLocations"] = json!([{ "name": id, "kind": "commit" }]);
            }
        }
        Sort::Url => out["physicalLocation"] = json!({ "artifactLocation": { "uri": located.name } }),
        Sort::Endpoint | Sort::DatabaseRole | Sort::Project => {
            // Services refuse a result without a file; the folder itself is the honest one.
            out["physicalLocation"] = json!({ "artifactLocation": { "uri": "." } });
            out["logicalLocations"] = json!([{ "name": located.name, "kind": located.sort.word() }]);
        }
    }
    if let Some(note) = note {
        out["message"] = json!({ "text": note });
    }
    out
}

/// What could not be read or known, so that a viewer sees it beside the results.
fn notifications(result: &AuditResult) -> Vec<Value> {
    let problems = result.coverage.problems.iter().map(|problem| {
        let mut note = json!({ "level": "warning", "message": { "text": problem.message } });
        if let Some(span) = problem.place {
            note["locations"] = json!([location(&Place::Code(span), None, result)]);
        } else if let Some(path) = &problem.path {
            note["locations"] = json!([location(&Place::File(path.clone()), None, result)]);
        }
        note
    });
    let unknown = result.coverage.unknown.iter().map(|unknown| {
        let text = format!("Not known: {}: {}", unknown.question, unknown.evidence.note);
        let mut note = json!({ "level": "note", "message": { "text": text } });
        if let Some(place) = &unknown.evidence.place {
            note["locations"] = json!([location(place, None, result)]);
        }
        note
    });
    let notes =
        result.coverage.notes.iter().map(|text| json!({ "level": "note", "message": { "text": text } }));
    problems.chain(unknown).chain(notes).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

fn pascal_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}
