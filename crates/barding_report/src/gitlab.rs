//! GitLab: the Code Quality report, which every tier shows in merge requests, and the SAST report for the security
//! dashboard.

use crate::place::{Located, Sort};
use crate::sarif::pretty;
use barding_finding::{AuditResult, Finding, Severity};
use serde_json::{Value, json};

/// The version of the SAST schema that is written.
const SAST_VERSION: &str = "15.0.7";

/// The Code Quality report.
pub(crate) fn render(result: &AuditResult) -> String {
    let issues: Vec<Value> = result
        .findings
        .iter()
        .map(|finding| {
            let (path, line, _) = file_and_lines(finding, result);
            json!({
                "description": finding.message,
                "check_name": finding.rule.0,
                "fingerprint": finding.fingerprint,
                "severity": match finding.severity {
                    Severity::Critical => "blocker",
                    Severity::High => "critical",
                    Severity::Medium => "major",
                    Severity::Low => "minor",
                    Severity::Info => "info",
                },
                "location": { "path": path, "lines": { "begin": line } },
            })
        })
        .collect();
    pretty(&issues)
}

/// The SAST report. The schema wants a time; the same input must give the same bytes, so it is a fixed one.
pub(crate) fn sast(result: &AuditResult) -> String {
    let tool = json!({
        "id": "barding",
        "name": "barding",
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": "barding" },
    });
    pretty(&json!({
        "version": SAST_VERSION,
        "scan": {
            "type": "sast",
            "status": "success",
            "start_time": "1970-01-01T00:00:00",
            "end_time": "1970-01-01T00:00:00",
            "analyzer": tool,
            "scanner": tool,
        },
        "vulnerabilities": result.findings.iter().map(|finding| vulnerability(finding, result)).collect::<Vec<_>>(),
    }))
}

fn vulnerability(finding: &Finding, result: &AuditResult) -> Value {
    let (path, line, end_line) = file_and_lines(finding, result);
    let mut identifiers = vec![json!({
        "type": "barding_rule",
        "name": format!("barding: {}", finding.rule),
        "value": finding.rule.0,
    })];
    let cwe = result.rule(finding).map_or(&[][..], |rule| rule.cwe);
    identifiers.extend(cwe.iter().map(|number| {
        json!({
            "type": "cwe",
            "name": format!("CWE-{number}"),
            "value": number.to_string(),
            "url": format!("https://cwe.mitre.org/data/definitions/{number}.html"),
        })
    }));
    json!({
        "id": uuid(&finding.fingerprint),
        "name": result.rule(finding).map_or(finding.rule.0, |rule| rule.title),
        "description": format!("{}. {}", finding.message.trim_end_matches('.'), finding.consequence),
        "severity": match finding.severity {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Info => "Info",
        },
        "solution": finding.advice,
        "location": { "file": path, "start_line": line, "end_line": end_line },
        "identifiers": identifiers,
    })
}

/// GitLab knows files only; what is elsewhere is shown at the folder.
fn file_and_lines(finding: &Finding, result: &AuditResult) -> (String, u32, u32) {
    let located = Located::new(&finding.place, result);
    match (located.sort, located.region) {
        (Sort::File, Some(region)) => (located.name, region.line, region.end_line),
        (Sort::File, None) => (located.name, 1, 1),
        _ => (".".to_owned(), 1, 1),
    }
}

/// 32 hexadecimal digits in the shape the schema asks for.
fn uuid(fingerprint: &str) -> String {
    let digits = format!("{fingerprint:0<32}");
    match (digits.get(..8), digits.get(8..12), digits.get(12..16), digits.get(16..20), digits.get(20..32)) {
        (Some(a), Some(b), Some(c), Some(d), Some(e)) => format!("{a}-{b}-{c}-{d}-{e}"),
        _ => digits,
    }
}
