//! One run of fixing: round by round, each round proved before the next begins.
//!
//! Fixes of one round are tried together, for an audit costs far more than an edit. When the proof fails, those that it
//! points at are tried apart from the others, in smaller and smaller groups, until each one stays or is taken back alone.

use super::apply::{LARGEST, Placed, apply};
use super::proof::{self, Saying};
use crate::audit::{AuditError, AuditOptions, audit_for_fixes};
use crate::judge;
use barding_finding::{AuditResult, Confidence, Finding, FixSafety, Place, RuleId, Severity};
use barding_source::{OverlayTree, Replacement, Sources, Tree};
use camino::Utf8PathBuf;
use std::collections::{BTreeMap, BTreeSet};

/// What to fix.
#[derive(Clone, Debug)]
pub struct FixOptions {
    /// How to audit. Every rule is asked, so that a new finding of any rule is seen.
    pub audit: AuditOptions,
    /// Rule ids or tip ids whose findings are fixed; empty means all.
    pub select: Vec<String>,
    /// Rule ids or tip ids whose findings are left alone.
    pub ignore: Vec<String>,
    /// The least safety a fix must have to be applied.
    pub least: FixSafety,
    /// Audits at most; a project with very many fixes that fail is left with some untried, and the result says so.
    pub most_audits: usize,
}

impl Default for FixOptions {
    fn default() -> Self {
        Self {
            audit: AuditOptions::default(),
            select: Vec::new(),
            ignore: Vec::new(),
            least: FixSafety::Safe,
            most_audits: 200,
        }
    }
}

/// A fix that could be applied, applied or not.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The rule whose finding it closes.
    pub rule: RuleId,
    /// What the finding says.
    pub message: String,
    /// How bad the finding is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The file and line of the finding, as they were when the fix was proposed.
    pub place: Option<(Utf8PathBuf, u32)>,
    /// What the fix does.
    pub title: String,
    /// Whether it may be applied without looking.
    pub safety: FixSafety,
    /// The files it changes: path, text now (none for a new file), text then.
    pub files: Vec<(Utf8PathBuf, Option<Vec<u8>>, Vec<u8>)>,
}

/// A fix that was tried and taken back, with the reason.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The fix.
    pub proposal: Proposal,
    /// Why it did not stay.
    pub why: String,
}

/// What came of it.
#[derive(Debug)]
pub struct FixResult {
    /// The fixes that stayed, in the order they were applied.
    pub applied: Vec<Proposal>,
    /// Fixes that were not asked for: they need a look, or a person's knowledge.
    pub shown: Vec<Proposal>,
    /// Fixes that failed their proof.
    pub refused: Vec<Refused>,
    /// The files to write.
    pub files: Vec<Replacement>,
    /// The findings before anything was fixed.
    pub before: usize,
    /// The audit of the fixed project.
    pub after: AuditResult,
    /// Whether fixes were left untried because the limit of audits was reached.
    pub is_cut_short: bool,
}

/// What a person says to a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Apply it.
    Yes,
    /// Leave it.
    No,
}

/// Fixes the project in `tree`, in memory. `choose` is asked once for each fix that is safe enough.
///
/// # Errors
/// When the project cannot be audited or the options name a rule that does not exist.
pub fn fix(
    tree: &dyn Tree,
    options: &FixOptions,
    choose: &mut dyn FnMut(&Proposal) -> Answer,
) -> Result<FixResult, AuditError> {
    let rules: BTreeSet<RuleId> =
        judge::selected(&options.select, &options.ignore)?.iter().map(|rule| rule.info.id).collect();
    let audit = AuditOptions { select: Vec::new(), ignore: Vec::new(), ..options.audit.clone() };
    let mut session = Session::begin(tree, options, audit, rules)?;
    while session.audits < options.most_audits && session.round(choose)? {}
    Ok(session.end())
}

/// A fix in this round.
#[derive(Clone)]
struct Candidate {
    key: Key,
    proposal: Proposal,
    edits: Vec<Placed>,
    sayings: Vec<Saying>,
    /// Which finding of the audit it closes.
    finding: usize,
}

/// How often fixes may bring findings that are fixed with them.
const MOST_COMPANION_ROUNDS: usize = 3;

/// What makes a fix the same in the next round, when lines have moved.
type Key = (RuleId, String, String);

struct Session<'t, 'o> {
    tree: &'t dyn Tree,
    options: &'o FixOptions,
    audit: AuditOptions,
    rules: BTreeSet<RuleId>,
    changed: BTreeMap<Utf8PathBuf, Vec<u8>>,
    now: AuditResult,
    candidates: Vec<Candidate>,
    audits: usize,
    before: usize,
    applied: Vec<Proposal>,
    refused: BTreeMap<Key, Refused>,
    declined: BTreeSet<Key>,
    accepted: BTreeSet<Key>,
    /// How far each fix is under suspicion: those of one level are tried together.
    suspicion: BTreeMap<Key, u32>,
    is_cut_short: bool,
}

impl<'t, 'o> Session<'t, 'o> {
    fn begin(
        tree: &'t dyn Tree,
        options: &'o FixOptions,
        audit: AuditOptions,
        rules: BTreeSet<RuleId>,
    ) -> Result<Self, AuditError> {
        let mut now = AuditResult::default();
        let mut candidates = Vec::new();
        audit_for_fixes(tree, &audit, &mut |result, sources| {
            candidates = candidates_of(&result, sources);
            now = result;
        })?;
        Ok(Self {
            tree,
            options,
            audit,
            rules,
            changed: BTreeMap::new(),
            before: now.findings.len(),
            now,
            candidates,
            audits: 1,
            applied: Vec::new(),
            refused: BTreeMap::new(),
            declined: BTreeSet::new(),
            accepted: BTreeSet::new(),
            suspicion: BTreeMap::new(),
            is_cut_short: false,
        })
    }

    /// Tries one group of fixes. False when there is nothing left to try.
    fn round(&mut self, choose: &mut dyn FnMut(&Proposal) -> Answer) -> Result<bool, AuditError> {
        let batch = self.batch(choose);
        if batch.is_empty() {
            return Ok(false);
        }
        let edits = batch.iter().flat_map(|candidate| candidate.edits.clone());
        let overlay = OverlayTree::new(self.tree, self.changed.clone());
        let changed = match apply(&overlay, edits) {
            Ok(changed) => changed,
            Err((path, why)) => {
                let touching =
                    |candidate: &&Candidate| candidate.edits.iter().any(|edit| edit.path() == path);
                let why = format!("{path} {why}");
                for candidate in batch.iter().filter(touching) {
                    self.refuse(candidate, why.clone());
                }
                return Ok(true);
            }
        };
        let mut then = self.changed.clone();
        then.extend(changed);
        let mut companions: Vec<Candidate> = Vec::new();
        let mut first_faults = None;
        for _ in 0..=MOST_COMPANION_ROUNDS {
            let tried = OverlayTree::new(self.tree, then);
            let (after, candidates) = self.look(&tried)?;
            let faults = self.faults(&batch, &after);
            if faults.is_empty() {
                self.changed = tried.changed().clone();
                self.now = after;
                self.candidates = candidates;
                self.applied.extend(batch.into_iter().chain(companions).map(|candidate| candidate.proposal));
                return Ok(true);
            }
            first_faults.get_or_insert(faults);
            let more = self.companions(&candidates, &after);
            let edits = more.iter().flat_map(|candidate| candidate.edits.clone());
            let changed = match apply(&tried, edits) {
                Ok(changed) if !more.is_empty() && self.audits < self.options.most_audits => changed,
                _ => break,
            };
            then = tried.changed().clone();
            then.extend(changed);
            companions.extend(more);
        }
        self.suspect(&batch, first_faults.unwrap_or_default());
        Ok(true)
    }

    /// Audits a tree that was tried.
    fn look(&mut self, tried: &OverlayTree<'_>) -> Result<(AuditResult, Vec<Candidate>), AuditError> {
        let (mut after, mut candidates) = (AuditResult::default(), Vec::new());
        audit_for_fixes(tried, &self.audit, &mut |result, sources| {
            candidates = candidates_of(&result, sources);
            after = result;
        })?;
        self.audits += 1;
        Ok((after, candidates))
    }

    /// Fixes for findings that the ones just tried brought: a middleware that is put in makes the settings count that it
    /// reads. They belong to those fixes, whatever rules were selected.
    fn companions(&self, candidates: &[Candidate], after: &AuditResult) -> Vec<Candidate> {
        let new: BTreeSet<Saying> =
            proof::more(&proof::all(&self.now), &proof::all(after)).into_iter().collect();
        let mut chosen: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            let meets = |other: &Candidate| {
                candidate.edits.iter().any(|edit| other.edits.iter().any(|known| edit.meets(known)))
            };
            let fits = candidate.proposal.safety >= self.options.least
                && candidate.sayings.iter().all(|saying| new.contains(saying))
                && !self.refused.contains_key(&candidate.key);
            let taken = |other: &Candidate| other.finding == candidate.finding || meets(other);
            if fits && !chosen.iter().any(taken) {
                chosen.push(candidate.clone());
            }
        }
        chosen
    }

    /// The fixes to try next: wanted, of the lowest suspicion there is, and none meeting another.
    fn batch(&mut self, choose: &mut dyn FnMut(&Proposal) -> Answer) -> Vec<Candidate> {
        let mut open = Vec::new();
        for candidate in std::mem::take(&mut self.candidates) {
            let key = &candidate.key;
            if self.rules.contains(&candidate.key.0)
                && candidate.proposal.safety >= self.options.least
                && !self.refused.contains_key(key)
                && !self.declined.contains(key)
            {
                if self.accepted.contains(key) || choose(&self.with_files(&candidate)) == Answer::Yes {
                    self.accepted.insert(key.clone());
                    open.push(candidate.clone());
                } else {
                    self.declined.insert(key.clone());
                }
            }
            self.candidates.push(candidate);
        }
        let level = |candidate: &Candidate| self.suspicion.get(&candidate.key).copied().unwrap_or_default();
        let Some(lowest) = open.iter().map(level).min() else { return Vec::new() };
        let mut batch: Vec<Candidate> = Vec::new();
        let mut closed = BTreeSet::new();
        for candidate in open.iter().filter(|candidate| level(candidate) == lowest) {
            let meets = |other: &Candidate| {
                candidate.edits.iter().any(|edit| other.edits.iter().any(|known| edit.meets(known)))
            };
            // Of several fixes of one finding the first is tried first.
            if !closed.contains(&candidate.finding) && !batch.iter().any(meets) {
                closed.insert(candidate.finding);
                batch.push(candidate.clone());
            }
        }
        batch
    }

    /// Who in the batch failed the proof, and why. Empty when all is well.
    fn faults(&self, batch: &[Candidate], after: &AuditResult) -> BTreeMap<usize, String> {
        let mut faults = BTreeMap::new();
        let mut blame = |path: &str, why: &str| {
            let touching: Vec<usize> = (0..batch.len())
                .filter(|at| batch[*at].edits.iter().any(|edit| edit.path().as_str() == path))
                .collect();
            let guilty = if touching.is_empty() { (0..batch.len()).collect() } else { touching };
            for at in guilty {
                faults.entry(at).or_insert_with(|| why.to_owned());
            }
        };
        for (path, what) in proof::more(&proof::problems(&self.now), &proof::problems(after)) {
            blame(&path, &format!("{path} {what} after it"));
        }
        let (then, now) = (proof::all(after), proof::all(&self.now));
        for new in proof::more(&now, &then) {
            blame(new.path(), &format!("it would bring another finding: {}", new.words()));
        }
        let mut closing: BTreeMap<&Saying, usize> = BTreeMap::new();
        for saying in batch.iter().flat_map(|candidate| &candidate.sayings) {
            *closing.entry(saying).or_default() += 1;
        }
        for (saying, count) in closing {
            let of = |counted: &BTreeMap<Saying, usize>| counted.get(saying).copied().unwrap_or_default();
            if of(&then) + count > of(&now) {
                for at in (0..batch.len()).filter(|at| batch[*at].sayings.contains(saying)) {
                    faults.entry(at).or_insert_with(|| "the finding would still be there".to_owned());
                }
            }
        }
        faults
    }

    /// One alone is refused; of several, those at fault are tried apart from the others.
    fn suspect(&mut self, batch: &[Candidate], faults: BTreeMap<usize, String>) {
        if let [only] = batch {
            let why = faults.into_values().next().unwrap_or_default();
            self.refuse(only, why);
            return;
        }
        let all_guilty = faults.len() == batch.len();
        for (at, candidate) in batch.iter().enumerate() {
            if (all_guilty && at >= batch.len() / 2) || (!all_guilty && faults.contains_key(&at)) {
                *self.suspicion.entry(candidate.key.clone()).or_default() += 1;
            }
        }
    }

    fn refuse(&mut self, candidate: &Candidate, why: String) {
        let refused = Refused { proposal: self.with_files(candidate), why };
        self.refused.insert(candidate.key.clone(), refused);
    }

    /// The proposal with the files it would change now.
    fn with_files(&self, candidate: &Candidate) -> Proposal {
        let mut proposal = candidate.proposal.clone();
        let overlay = OverlayTree::new(self.tree, self.changed.clone());
        if let Ok(changed) = apply(&overlay, candidate.edits.clone()) {
            let before = |path: &Utf8PathBuf| {
                overlay.is_file(path).then(|| overlay.read(path, LARGEST).ok()).flatten()
            };
            proposal.files =
                changed.into_iter().map(|(path, after)| (path.clone(), before(&path), after)).collect();
        }
        proposal
    }

    fn end(mut self) -> FixResult {
        let open = |candidate: &&Candidate| {
            self.rules.contains(&candidate.key.0)
                && !self.refused.contains_key(&candidate.key)
                && !self.declined.contains(&candidate.key)
        };
        let left = self.candidates.iter().filter(open);
        let (shown, untried): (Vec<&Candidate>, Vec<&Candidate>) =
            left.partition(|candidate| candidate.proposal.safety < self.options.least);
        self.is_cut_short = !untried.is_empty();
        let shown = shown.into_iter().map(|candidate| self.with_files(candidate)).collect();
        let files = self.changed.iter().map(|(path, after)| Replacement {
            path: path.clone(),
            before: self.tree.is_file(path).then(|| self.tree.read(path, LARGEST).ok()).flatten(),
            after: after.clone(),
        });
        FixResult {
            shown,
            files: files.filter(|file| file.before.as_ref() != Some(&file.after)).collect(),
            applied: self.applied,
            refused: self.refused.into_values().collect(),
            before: self.before,
            after: self.now,
            is_cut_short: self.is_cut_short,
        }
    }
}

/// The fixes of all findings, in the order of the findings. Of the fixes of one finding each may be
/// tried; the first that stays closes it.
fn candidates_of(result: &AuditResult, sources: &Sources<'_>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    for (at, finding) in result.findings.iter().enumerate() {
        let sayings = proof::sayings(result, finding);
        let place = place_of(finding, sources);
        for fix in &finding.fixes {
            let Some(edits) = Placed::of(&fix.edits, sources) else { continue };
            if edits.is_empty() {
                continue;
            }
            let where_ = place.as_ref().map(|(path, _)| path.to_string()).unwrap_or_default();
            let mut key = (finding.rule, format!("{where_}\0{}", finding.message), fix.title.clone());
            let twin = seen.entry(key.clone()).or_default();
            *twin += 1;
            key.2 = format!("{}\0{twin}", key.2);
            candidates.push(Candidate {
                key,
                proposal: Proposal {
                    rule: finding.rule,
                    message: finding.message.clone(),
                    severity: finding.severity,
                    confidence: finding.confidence,
                    place: place.clone(),
                    title: fix.title.clone(),
                    safety: fix.safety,
                    files: Vec::new(),
                },
                edits,
                sayings: sayings.clone(),
                finding: at,
            });
        }
    }
    candidates
}

fn place_of(finding: &Finding, sources: &Sources<'_>) -> Option<(Utf8PathBuf, u32)> {
    match &finding.place {
        Place::Code(span) | Place::Package { lockfile: span, .. } => {
            let file = sources.file(span.file)?;
            Some((file.path.clone(), file.line(span.start)))
        }
        Place::File(path) => Some((path.clone(), 1)),
        _ => None,
    }
}
