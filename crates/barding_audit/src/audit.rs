//! The walk of the data: tree → sources → project → facts → rules → findings → result.

use crate::check_up;
use crate::redact::redacted;
use crate::{
    Baseline, ConfiguredIgnore, checklist, coverage, fingerprint, ignores, judge, merge, packages, secrets,
};
use barding_deps::{Advisories, Packages};
use barding_finding::{AuditResult, Confidence, Coverage, Finding, Ignored, Place, Severity};
use barding_project::{Options, Project, python};
use barding_rules::{Facts, Rule};
use barding_secrets::{Secret, scan_tree};
use barding_source::{ReadLimits, Sources, Tree};
use camino::Utf8PathBuf;
use std::sync::Arc;

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
    /// What the configuration sets aside.
    pub ignores: Vec<ConfiguredIgnore>,
    /// The findings of an earlier day; they are set aside.
    pub baseline: Option<Baseline>,
    /// Today, `YYYY-MM-DD`, for ignores with a last day. Without it they all hold.
    pub today: Option<String>,
    /// Leave secrets readable in the files beside the findings. Only for a person at a terminal.
    pub show_secrets: bool,
    /// The folder on the disk whose git repository tells which files are tracked.
    pub repository: Option<Utf8PathBuf>,
    /// Newer advisories than those that came with this version.
    pub advisories: Option<Arc<Advisories>>,
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
            ignores: Vec::new(),
            baseline: None,
            today: None,
            show_secrets: false,
            repository: None,
            advisories: None,
        }
    }
}

/// Why an audit could not take place at all. An audit that could not run never looks clean.
#[derive(Debug)]
pub enum AuditError {
    /// There is no file to look at.
    Empty,
    /// A rule or tip of that name was to be asked or left out, and there is none.
    NoSuchRule(String),
}

impl std::fmt::Display for AuditError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(formatter, "there is no file there"),
            Self::NoSuchRule(name) => {
                write!(formatter, "there is no rule or tip `{name}`; `barding rules` lists them")
            }
        }
    }
}

impl std::error::Error for AuditError {}

/// Audits the project in `tree`.
///
/// # Errors
/// When there is nothing to audit or the options name a rule that does not exist. What cannot be read or understood is
/// in the result's coverage.
pub fn audit(tree: &dyn Tree, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let mut audited = None;
    look(tree, options, Remedies::None, &mut |result, _| audited = Some(result))?;
    audited.ok_or(AuditError::Empty)
}

/// Audits with a fix for every finding that has one. Fixes speak of the files by number, so the result is handed over
/// together with the files.
pub(crate) fn audit_for_fixes(
    tree: &dyn Tree,
    options: &AuditOptions,
    take: &mut dyn FnMut(AuditResult, &Sources<'_>),
) -> Result<(), AuditError> {
    look(tree, options, Remedies::All, take)
}

/// Whether the remedies are asked for fixes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Remedies {
    None,
    All,
}

fn look(
    tree: &dyn Tree,
    options: &AuditOptions,
    remedies: Remedies,
    take: &mut dyn FnMut(AuditResult, &Sources<'_>),
) -> Result<(), AuditError> {
    let rules = judge::selected(&options.select, &options.ignore)?;
    let sources = Sources::new(tree, ReadLimits::default(), python::decode);
    if sources.paths().is_empty() {
        return Err(AuditError::Empty);
    }
    let (project, (found, repository)) = rayon::join(
        || Project::read(&sources, &options.project),
        || {
            let asked = rules.iter().any(|rule| secrets::asks_for_secrets(rule));
            (asked.then(|| scan_tree(tree, sources.paths())), secrets::repository(options, &sources))
        },
    );
    let mut facts = Facts {
        sources: Some(&sources),
        project: Some(project),
        secrets: found,
        repository,
        outside: secrets::outside(options, &sources),
        packages: Some(Packages::read(&sources)),
        advisories: Some(packages::advisories(options)),
        today: packages::day(options),
        ..Facts::default()
    };
    let mut coverage = coverage::of(&sources, &facts);
    if let Some(packages) = &facts.packages {
        packages::cover(packages, &mut coverage);
    }
    if let Some(scan) = &facts.secrets {
        secrets::note(scan, &mut coverage);
    }
    let mut result = judge_all(&facts, &rules, coverage, &sources, options);
    if remedies == Remedies::All {
        barding_rules::remedies::add(&mut result.findings, &facts);
    }
    // A large model takes a while to take apart; nobody needs to wait for it.
    let project = facts.project.take();
    rayon::spawn(move || drop(project));
    take(result, &sources);
    Ok(())
}

/// From complete facts to a result: judged, set aside, named, in order, with verdicts and the files pointed into.
pub(crate) fn judge_all(
    facts: &Facts<'_>,
    rules: &[&'static Rule],
    mut coverage: Coverage,
    sources: &Sources<'_>,
    options: &AuditOptions,
) -> AuditResult {
    let found = facts.secrets.as_ref().map_or(&[][..], |scan| &scan.secrets);
    let mut findings = merge::merge(judge::judge(facts, rules, &mut coverage));
    sort(&mut findings);
    let names_of = |name: &str| match (&facts.packages, &facts.advisories) {
        (Some(installed), Some(advisories)) => packages::names_of_vulnerability(name, installed, advisories),
        _ => vec![name.to_owned()],
    };
    let (mut findings, mut ignored) =
        ignores::apply(findings, sources, rules, &options.ignores, names_of, options.today.as_deref());
    fingerprint_all(&mut findings, &mut ignored, sources, found);
    if let Some(baseline) = &options.baseline {
        let gone = baseline.apply(&mut findings, &mut ignored);
        coverage.notes.extend(gone);
    }
    // What is set aside or left out of the report is still there, so the verdicts see it.
    let checklist = checklist::verdicts(&findings, &ignored, rules, &coverage);
    let check_up = facts.site.as_ref().map(|site| check_up::of(&findings, &ignored, rules, &coverage, site));
    findings.retain(|finding| {
        finding.severity >= options.min_severity && finding.confidence >= options.min_confidence
    });
    sort(&mut findings);
    let mut result = AuditResult {
        target: options.target.clone(),
        findings,
        ignored,
        rules: rules.iter().map(|rule| &rule.info).collect(),
        coverage,
        checklist,
        advisory_date: facts.advisories.as_ref().map(|advisories| advisories.date()),
        check_up,
        ..AuditResult::default()
    };
    result.rules.sort_by_key(|rule| rule.id);
    attach_files(&mut result, sources);
    if !options.show_secrets {
        for file in result.files.values_mut() {
            *file = redacted(&secrets::masked(file.clone(), found), &[]);
        }
    }
    result
}

/// Findings and what is set aside are numbered together, so that setting one aside does not rename its twin.
fn fingerprint_all(
    findings: &mut Vec<Finding>,
    ignored: &mut [Ignored],
    sources: &Sources<'_>,
    secrets: &[Secret],
) {
    let kept = findings.len();
    findings.extend(ignored.iter().map(|ignored| ignored.finding.clone()));
    fingerprint::fill(findings, sources, secrets);
    for (ignored, finding) in ignored.iter_mut().zip(findings.drain(kept..)) {
        ignored.finding.fingerprint = finding.fingerprint;
    }
}

/// Worst first, then surest first, then by place and rule, so that the same input gives the same report.
pub(crate) fn sort(findings: &mut [Finding]) {
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
    for finding in result.findings.iter().chain(result.ignored.iter().map(|ignored| &ignored.finding)) {
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
