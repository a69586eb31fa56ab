//! The walk of the data: tree → sources → project → facts → rules → findings → result.

use crate::{checklist, fingerprint, judge};
use barding_finding::{AuditResult, Confidence, Coverage, Finding, Place, Severity};
use barding_project::{Options, Project, python};
use barding_rules::Facts;
use barding_source::{FileKind, ReadLimits, Sources, Tree};

/// What to audit and what to leave out.
#[derive(Clone, Debug)]
pub struct AuditOptions {
    /// What the user calls the target, for the report's head.
    pub target: String,
    /// What the user said about the project.
    pub project: Options,
    /// Rule ids or tip ids to ask; empty asks all.
    pub select: Vec<String>,
    /// Rule ids or tip ids not to ask.
    pub ignore: Vec<String>,
    /// Findings below this are left out.
    pub min_severity: Severity,
    /// Findings below this are left out.
    pub min_confidence: Confidence,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            target: ".".to_owned(),
            project: Options::default(),
            select: Vec::new(),
            ignore: Vec::new(),
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
        }
    }
}

/// Why an audit could not take place at all. An audit that could not run never looks clean.
#[derive(Debug)]
pub enum AuditError {
    /// There is no file to look at.
    Empty,
}

/// Audits the project in `tree`.
///
/// # Errors
/// Only when there is nothing to audit. What cannot be read or understood is in the result's coverage.
pub fn audit(tree: &dyn Tree, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let sources = Sources::new(tree, ReadLimits::default(), python::decode);
    if sources.paths().is_empty() {
        return Err(AuditError::Empty);
    }
    let project = Project::read(&sources, &options.project);
    let facts = Facts { sources: Some(&sources), project: Some(project), ..Facts::default() };
    let rules = judge::selected(&options.select, &options.ignore);
    let mut coverage = coverage(&sources, &facts);
    let mut findings = judge::judge(&facts, &rules, &mut coverage);
    findings.retain(|finding| {
        finding.severity >= options.min_severity && finding.confidence >= options.min_confidence
    });
    fingerprint::fill(&mut findings, &sources);
    sort(&mut findings);
    let checklist = checklist::verdicts(&findings, &coverage);
    let mut result = AuditResult {
        target: options.target.clone(),
        findings,
        rules: rules.iter().map(|rule| &rule.info).collect(),
        coverage,
        checklist,
        ..AuditResult::default()
    };
    result.rules.sort_by_key(|rule| rule.id);
    attach_files(&mut result, &sources);
    Ok(result)
}

fn coverage(sources: &Sources<'_>, facts: &Facts<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    for (sort, kind) in [("Python", FileKind::Python), ("templates", FileKind::Template)] {
        coverage.files.insert(sort, sources.of_kind(kind).count());
    }
    coverage.problems = sources.problems();
    if let Some(project) = &facts.project {
        coverage.problems.extend(project.problems.iter().cloned());
    }
    coverage
}

/// Worst first, then surest first, then by place and rule, so that the same input gives the same report.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then(b.confidence.cmp(&a.confidence))
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// Puts every file that a finding or its evidence points into beside the findings.
fn attach_files(result: &mut AuditResult, sources: &Sources<'_>) {
    let mut wanted = Vec::new();
    let mut want = |place: &Place| match place {
        Place::Code(span) | Place::Package { lockfile: span, .. } => wanted.push(span.file),
        _ => {}
    };
    for finding in &result.findings {
        want(&finding.place);
        finding.evidence.iter().filter_map(|step| step.place.as_ref()).for_each(&mut want);
    }
    for unknown in &result.coverage.unknown {
        unknown.evidence.place.iter().for_each(&mut want);
    }
    for problem in &result.coverage.problems {
        problem.place.iter().for_each(|span| want(&Place::Code(*span)));
    }
    wanted.sort();
    wanted.dedup();
    for id in wanted {
        if let Some(file) = sources.file(id) {
            result.files.insert(id.0, file);
        }
    }
}
