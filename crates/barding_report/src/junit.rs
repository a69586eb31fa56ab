//! JUnit XML: a test per rule that was asked, failing once for each finding.

use crate::clean::clean;
use crate::place::Located;
use barding_finding::{AuditResult, Finding};
use std::fmt::Write;

pub(crate) fn render(result: &AuditResult) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let passed = result
        .rules
        .iter()
        .filter(|rule| result.findings.iter().all(|finding| finding.rule != rule.id))
        .count();
    let (failed, errors) = (result.findings.len(), result.coverage.problems.len());
    let tests = passed + failed + errors;
    let counts = format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"{errors}\"");
    let _ = writeln!(out, "<testsuites name=\"barding\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{}\" {counts}>", escape(&result.target));
    for finding in &result.findings {
        case(&mut out, finding, result);
    }
    for rule in &result.rules {
        if result.findings.iter().all(|finding| finding.rule != rule.id) {
            let name = escape(rule.title);
            let _ = writeln!(out, "    <testcase classname=\"{}\" name=\"{name}\"/>", rule.id);
        }
    }
    for problem in &result.coverage.problems {
        let name = problem.path.as_ref().map_or("the project", |path| path.as_str());
        let _ = writeln!(out, "    <testcase classname=\"coverage\" name=\"{}\">", escape(name));
        let _ = writeln!(out, "      <error message=\"{}\"/>", escape(&problem.message));
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(out: &mut String, finding: &Finding, result: &AuditResult) {
    let located = Located::new(&finding.place, result);
    let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", finding.rule, escape(&located.words()));
    if let Some((file, _)) = &located.source {
        let _ = write!(out, " file=\"{}\"", escape(file.path.as_str()));
        if let Some(region) = located.region {
            let _ = write!(out, " line=\"{}\"", region.line);
        }
    }
    out.push_str(">\n");
    let _ = write!(
        out,
        "      <failure type=\"{}\" message=\"{}\">",
        finding.severity.word(),
        escape(&finding.message)
    );
    let mut body = format!("{} ({} confidence)\n", located.words(), finding.confidence.word());
    for step in &finding.evidence {
        let at = step.place.as_ref().map(|place| format!(" ({})", Located::new(place, result).words()));
        let _ = writeln!(body, "{}: {}{}", step.role.word(), step.note, at.unwrap_or_default());
    }
    for part in [&finding.consequence, &finding.advice] {
        if !part.is_empty() {
            let _ = writeln!(body, "{part}");
        }
    }
    out.push_str(&escape_text(body.trim_end()));
    out.push_str("</failure>\n    </testcase>\n");
}

/// For an attribute: line feeds would become spaces, so they are written as such.
fn escape(text: &str) -> String {
    escape_text(text).replace('\n', " ")
}

/// XML 1.0 allows no control characters at all, not even escaped, so they become visible first.
fn escape_text(text: &str) -> String {
    clean(text)
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
