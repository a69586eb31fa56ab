//! The outcome of one audit: findings, what was looked at, and the verdict per tip.

use crate::{CheckUp, Evidence, Finding, Need, RuleId, RuleInfo, Severity, Tip};
use barding_source::{Problem, SourceFile, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an audit brings home. Reports turn it into text and nothing else.
#[derive(Debug, Default)]
pub struct AuditResult {
    /// What was audited, as the user named it.
    pub target: String,
    /// What is wrong, in report order: worst first, then by place.
    pub findings: Vec<Finding>,
    /// What is wrong but was set aside by an ignore or the baseline.
    pub ignored: Vec<Ignored>,
    /// The rules that were asked, sorted by id.
    pub rules: Vec<&'static RuleInfo>,
    /// The files that findings and evidence point into, by number.
    pub files: BTreeMap<u32, Arc<SourceFile>>,
    /// What was and was not looked at.
    pub coverage: Coverage,
    /// The verdict on each of the eighteen tips, in order.
    pub checklist: Vec<TipResult>,
    /// The date of the advisory data used, `YYYY-MM-DD`, when packages were looked at.
    pub advisory_date: Option<String>,
    /// What a look at a running site came to, when there was one.
    pub check_up: Option<CheckUp>,
}

impl AuditResult {
    /// The file a span points into.
    pub fn file(&self, span: Span) -> Option<&Arc<SourceFile>> {
        self.files.get(&span.file.0)
    }

    /// What is known about a rule.
    pub fn rule(&self, finding: &Finding) -> Option<&'static RuleInfo> {
        self.rules.iter().find(|rule| rule.id == finding.rule).copied()
    }

    /// The worst severity among the findings.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// A finding that was set aside, and by what.
#[derive(Clone, Debug)]
pub struct Ignored {
    /// The finding.
    pub finding: Finding,
    /// Why it was set aside: the comment's reason, the configuration's, or "in the baseline".
    pub reason: String,
    /// Where the ignore stands, when it is a comment.
    pub place: Option<Span>,
}

/// What was and was not looked at, could not be read, could not be known.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many files were read, by sort ("Python", "templates"…).
    pub files: BTreeMap<&'static str, usize>,
    /// What was judged: settings modules with their role and the reason for it, and the like.
    pub judged: Vec<Judged>,
    /// What was looked at. A need that is absent was not looked at; one with reasons was looked at in part.
    pub looked_at: BTreeMap<Need, Vec<String>>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// What could not be known, with the reason.
    pub unknown: Vec<NotKnown>,
    /// Rules that were asked and could not say yes or no, and why.
    pub undecided: BTreeMap<RuleId, Undecided>,
    /// Remarks for the reader: "the Django version is not known; 5.2 was assumed".
    pub notes: Vec<String>,
}

impl Coverage {
    /// Whether everything that was to be looked at was seen in full. `--strict` asks this.
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty() && self.unknown.is_empty() && self.looked_at.values().all(Vec::is_empty)
    }
}

/// Why a rule said neither yes nor no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// It was looked at, and what was seen does not tell.
    CannotTell(String),
    /// What the rule is about does not occur.
    NothingToJudge(String),
}

/// A part of the project that was found, and whether it was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its name: a settings module, say.
    pub name: String,
    /// What it was taken for: "production", "development", "test", "shared base".
    pub role: String,
    /// Why: "named by wsgi.py".
    pub reason: String,
    /// Whether the rules judged it.
    pub judged: bool,
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown {
    /// What we wanted to know: "`ALLOWED_HOSTS` in shop.settings".
    pub question: String,
    /// Why we do not.
    pub evidence: Evidence,
}

/// The verdict on one tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TipResult {
    /// The tip.
    pub tip: Tip,
    /// The verdict.
    pub verdict: Verdict,
}

/// What we can say about a tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All it needs was looked at in full, and nothing was found.
    Pass,
    /// Something was found.
    Fail {
        /// How many findings.
        findings: usize,
        /// The worst of them.
        worst: Severity,
    },
    /// Nothing was found in what was seen, but something it needs is missing or unclear.
    Unknown {
        /// What is missing, in words a reader can act on.
        missing: Vec<String>,
    },
    /// Nothing it needs was looked at.
    NotLookedAt {
        /// The commands that would look.
        commands: Vec<&'static str>,
    },
}
