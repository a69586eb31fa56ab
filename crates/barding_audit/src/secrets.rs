//! The audit for secrets alone, and the care that no report shows one.

use crate::audit::judge_all;
use crate::{AuditError, AuditOptions, judge};
use barding_finding::{AuditResult, Coverage, Need, Tip};
use barding_project::python;
use barding_rules::{Facts, Rule};
use barding_secrets::{Secret, TreeScan, scan_tree};
use barding_source::{ReadLimits, SourceFile, Sources, Tree};
use std::sync::Arc;

/// Looks for secrets in `tree` and nothing else: no model is built, so this is quick enough for a commit hook.
///
/// # Errors
/// Only when there is nothing to look at.
pub fn audit_secrets(tree: &dyn Tree, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let sources = Sources::new(tree, ReadLimits::default(), python::decode);
    if sources.paths().is_empty() {
        return Err(AuditError::Empty);
    }
    let scan = scan_tree(tree, sources.paths());
    let mut coverage = Coverage { problems: sources.problems(), ..Coverage::default() };
    note(&scan, &mut coverage);
    let facts = Facts { sources: Some(&sources), secrets: Some(scan), ..Facts::default() };
    let rules: Vec<_> = judge::selected(&options.select, &options.ignore)?
        .into_iter()
        .filter(|rule| asks_for_secrets(rule))
        .collect();
    Ok(judge_all(&facts, &rules, coverage, &sources, options))
}

/// Whether a rule asks for secrets in the files.
pub(crate) fn asks_for_secrets(rule: &Rule) -> bool {
    rule.info.tip == Tip::Secrets
}

/// Writes down what was looked at.
pub(crate) fn note(scan: &TreeScan, coverage: &mut Coverage) {
    let gaps = scan.problems.iter().map(|problem| {
        let path = problem.path.as_ref().map_or("a file", |path| path.as_str());
        format!("{path} {}", problem.message)
    });
    coverage.looked_at.insert(Need::SecretsInTree, gaps.collect());
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
