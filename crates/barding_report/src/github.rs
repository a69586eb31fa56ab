//! Workflow commands of GitHub Actions: each finding becomes an annotation on the line in the pull request.

use crate::place::{Located, Sort};
use barding_finding::{AuditResult, Severity};
use std::fmt::Write;

pub(crate) fn render(result: &AuditResult) -> String {
    let mut out = String::new();
    for finding in &result.findings {
        let located = Located::new(&finding.place, result);
        let level = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "notice",
        };
        let mut properties = Vec::new();
        if located.sort == Sort::File {
            properties.push(format!("file={}", property(&located.name)));
            if let Some(region) = located.region {
                properties.push(format!("line={}", region.line));
                properties.push(format!("endLine={}", region.end_line));
                // Columns are understood within one line only.
                if region.line == region.end_line {
                    properties.push(format!("col={}", region.column));
                    properties.push(format!("endColumn={}", region.end_column));
                }
            }
        }
        let title = format!(
            "{} ({}, {} confidence)",
            finding.rule,
            finding.severity.word(),
            finding.confidence.word()
        );
        properties.push(format!("title={}", property(&title)));
        let mut text = finding.message.clone();
        if located.sort != Sort::File {
            let _ = write!(text, " ({})", located.words());
        }
        for part in [&finding.consequence, &finding.advice] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(part);
            }
        }
        let _ = writeln!(out, "::{level} {}::{}", properties.join(","), data(&text));
    }
    for problem in &result.coverage.problems {
        let file = problem.path.as_ref().map(|path| format!("file={},", property(path.as_str())));
        let text = data(&problem.message);
        let _ = writeln!(out, "::warning {}title=barding: not looked at::{text}", file.unwrap_or_default());
    }
    out
}

/// The escapes that the runner undoes in a command's text. Nothing else can end the line.
fn data(text: &str) -> String {
    crate::clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
