//! The audit for secrets alone, and the care that no report shows one.

use crate::audit::judge_all;
use crate::{AuditError, AuditOptions, judge};
use barding_finding::{AuditResult, Coverage, Need, Tip};
use barding_project::python;
use barding_rules::{Facts, Rule};
use barding_secrets::{
    HistoryScan, LogScan, OutsideFile, RepositoryFiles, Secret, TreeScan, outside_files, scan_tree,
};
use barding_source::{MemoryTree, Problem, ReadLimits, SourceFile, Sources, Tree};
use std::sync::Arc;

/// Looks for secrets in `tree` and nothing else: no model is built, so this is quick enough for a commit hook. `history`
/// is what was found in the commits, when that was looked at.
///
/// # Errors
/// When there is nothing to look at, or the options name a rule that does not exist.
pub fn audit_secrets(
    tree: &dyn Tree,
    history: Option<HistoryScan>,
    options: &AuditOptions,
) -> Result<AuditResult, AuditError> {
    let rules: Vec<_> = judge::selected(&options.select, &options.ignore)?
        .into_iter()
        .filter(|rule| asks_for_secrets(rule))
        .collect();
    let sources = Sources::new(tree, ReadLimits::default(), python::decode);
    if sources.paths().is_empty() && history.is_none() {
        return Err(AuditError::Empty);
    }
    let scan = scan_tree(tree, sources.paths());
    let mut coverage = Coverage { problems: sources.problems(), ..Coverage::default() };
    note(&scan, &mut coverage);
    if let Some(history) = &history {
        note_history(history, &mut coverage);
    }
    let repository = repository(options, &sources);
    let facts = Facts {
        sources: Some(&sources),
        secrets: Some(scan),
        repository,
        outside: outside(options, &sources),
        history,
        ..Facts::default()
    };
    Ok(judge_all(&facts, &rules, coverage, &sources, options))
}

/// Judges what was seen of a repository, also without its files.
///
/// # Errors
/// When the options name a rule that does not exist.
pub fn audit_repository(facts: Facts<'_>, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let rules: Vec<_> = judge::selected(&options.select, &options.ignore)?
        .into_iter()
        .filter(|rule| asks_for_secrets(rule))
        .collect();
    let nothing = MemoryTree::new();
    let no_files = Sources::new(&nothing, ReadLimits::default(), python::decode);
    let sources = facts.sources.unwrap_or(&no_files);
    Ok(judge_all(&facts, &rules, Coverage::default(), sources, options))
}

/// Judges what log files give away.
///
/// # Errors
/// When the options name a rule that does not exist.
pub fn audit_logs(logs: Vec<LogScan>, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let rules: Vec<_> = judge::selected(&options.select, &options.ignore)?
        .into_iter()
        .filter(|rule| rule.info.id.0 == "secret-in-log")
        .collect();
    let nothing = MemoryTree::new();
    let sources = Sources::new(&nothing, ReadLimits::default(), python::decode);
    let mut coverage = Coverage::default();
    coverage.files.insert("log files", logs.len());
    coverage.problems = logs.iter().flat_map(|log| log.problems.iter().cloned()).collect();
    coverage.looked_at.insert(Need::Logs, gaps(&coverage.problems));
    let facts = Facts { logs: Some(logs), ..Facts::default() };
    Ok(judge_all(&facts, &rules, coverage, &sources, options))
}

/// The configuration files that the project names outside its folder, when that folder is on this machine's disk.
pub(crate) fn outside(options: &AuditOptions, sources: &Sources<'_>) -> Option<Vec<OutsideFile>> {
    Some(outside_files(sources, options.repository.as_ref()?))
}

/// What git does with the files, when the tree is a folder of a repository.
pub(crate) fn repository(options: &AuditOptions, sources: &Sources<'_>) -> Option<RepositoryFiles> {
    RepositoryFiles::look(options.repository.as_ref()?, sources.paths())
}

fn note_history(history: &HistoryScan, coverage: &mut Coverage) {
    let mut gaps = gaps(&history.problems);
    if history.is_shallow {
        gaps.push("the commits that this shallow clone does not have".to_owned());
    }
    gaps.extend(
        history.submodules.iter().map(|path| format!("the submodule {path}, a repository of its own")),
    );
    coverage.looked_at.insert(Need::SecretsInHistory, gaps);
    coverage.problems.extend(history.problems.iter().cloned());
    coverage.files.insert("versions of files in the history", history.blobs);
    coverage.notes.push(format!("{} commits were looked through", history.commits));
    const ENOUGH: usize = 20;
    for path in history.submodules.iter().take(ENOUGH) {
        coverage
            .notes
            .push(format!("the submodule {path} is a repository of its own and was not looked through"));
    }
    if let Some(more) = history.submodules.len().checked_sub(ENOUGH).filter(|more| *more > 0) {
        coverage.notes.push(format!("{more} more submodules were not looked through"));
    }
}

fn gaps(problems: &[Problem]) -> Vec<String> {
    let words = |problem: &Problem| match &problem.path {
        Some(path) => format!("{path} {}", problem.message),
        None => problem.message.clone(),
    };
    problems.iter().map(words).collect()
}

/// Whether a rule asks for secrets in the files.
pub(crate) fn asks_for_secrets(rule: &Rule) -> bool {
    rule.info.tip == Tip::Secrets
}

/// Writes down what was looked at.
pub(crate) fn note(scan: &TreeScan, coverage: &mut Coverage) {
    coverage.looked_at.insert(Need::SecretsInTree, gaps(&scan.problems));
    coverage.problems.extend(scan.problems.iter().cloned());
    coverage.files.insert("files searched for secrets", scan.files);
}

/// The file with every secret in it replaced by as many asterisks as it has bytes, so that code frames show none and all
/// places stay right.
pub(crate) fn masked(file: Arc<SourceFile>, secrets: &[Secret]) -> Arc<SourceFile> {
    let own: Vec<&str> = secrets
        .iter()
        .filter(|secret| secret.path == file.path)
        .map(|secret| secret.value.reveal())
        .collect();
    let mut text = file.text.to_string();
    for secret in own {
        // Keys of many lines are masked line by line: decoding may have changed the line ends.
        for line in secret.lines().map(str::trim).filter(|line| line.len() >= 4) {
            text = text.replace(line, &"*".repeat(line.len()));
        }
    }
    if *text == *file.text { file } else { Arc::new(SourceFile::new(file.id, file.path.clone(), text)) }
}
