//! What we tell people: one wrong thing, where, how we know, and what to do.

use crate::{Fix, RuleId, RuleInfo};
use barding_source::Span;
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

/// How bad it is when the finding is true, for an attacker on the network unless the rule says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A missing layer of defence.
    Low,
    /// Exploitable together with something else.
    Medium,
    /// Exploitable by itself.
    High,
    /// The whole site or its data is open.
    Critical,
}

impl Severity {
    /// The word used in reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The number SARIF consumers sort by (`security-severity`, CVSS scale from 0.0 to 10.0).
    pub fn score(self) -> &'static str {
        match self {
            Self::Info => "0.0",
            Self::Low => "3.0",
            Self::Medium => "5.5",
            Self::High => "8.0",
            Self::Critical => "9.5",
        }
    }
}

/// How sure we are that the finding is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Something we could not see decides it.
    Low,
    /// True unless the project does something unusual.
    Medium,
    /// Nothing we know of can make it false.
    High,
}

impl Confidence {
    /// The word used in reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Where a finding is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Bytes of a file of the project.
    Code(Span),
    /// A package, at the line of the file that asks for it.
    Package {
        /// The line in the lock or requirements file.
        lockfile: Span,
        /// The package's normalised name.
        name: String,
        /// The version concerned; empty when none is pinned.
        version: String,
    },
    /// A line of a file as it was in a commit.
    Commit {
        /// The commit's full id.
        id: String,
        /// The path in that commit.
        path: Utf8PathBuf,
        /// The line, from 1.
        line: u32,
    },
    /// A file as a whole, by path, when it was not read as text.
    File(Utf8PathBuf),
    /// An address of the running site.
    Url(String),
    /// A host and a port.
    Endpoint {
        /// The host as given.
        host: String,
        /// The TCP port.
        port: u16,
    },
    /// A role of a database.
    DatabaseRole(String),
    /// The project as a whole.
    Project,
}

/// One wrong thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// What is wrong here, in the project's own names. One sentence without a final stop.
    pub message: String,
    /// Where it is: the line that decides.
    pub place: Place,
    /// Whom it concerns when the place alone does not tell, such as the settings modules it is true in.
    pub subjects: Vec<String>,
    /// How we know, step by step, in reading order.
    pub evidence: Vec<Evidence>,
    /// What follows from it. May be empty when the message says it all.
    pub consequence: String,
    /// What to do now.
    pub advice: String,
    /// Edits that would close it.
    pub fixes: Vec<Fix>,
    /// A stable name of this finding, the same as long as rule, file and the text of the line are the same.
    /// Filled in by the audit; empty before.
    pub fingerprint: String,
}

impl Finding {
    /// A finding with the rule's usual severity. The rest is added with the methods below.
    pub fn new(rule: &RuleInfo, place: Place, confidence: Confidence, message: impl Into<String>) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity,
            confidence,
            message: message.into(),
            place,
            subjects: Vec::new(),
            evidence: Vec::new(),
            consequence: rule.consequence.to_owned(),
            advice: rule.advice.to_owned(),
            fixes: Vec::new(),
            fingerprint: String::new(),
        }
    }

    /// Adds steps of the story.
    pub fn because(&mut self, evidence: impl IntoIterator<Item = Evidence>) -> &mut Self {
        self.evidence.extend(evidence);
        self
    }

    /// Names whom it concerns.
    pub fn concerning(&mut self, subject: impl Into<String>) -> &mut Self {
        self.subjects.push(subject.into());
        self
    }

    /// A severity other than the rule's usual one.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Advice more exact than the rule's usual one.
    pub fn advice(&mut self, advice: impl Into<String>) -> &mut Self {
        self.advice = advice.into();
        self
    }

    /// A consequence more exact than the rule's usual one.
    pub fn consequence(&mut self, consequence: impl Into<String>) -> &mut Self {
        self.consequence = consequence.into();
        self
    }

    /// Adds an edit that would close it.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }
}

/// One step of the story that makes a finding believable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What part this step plays.
    pub role: Role,
    /// Where, if anywhere.
    pub place: Option<Place>,
    /// What is to be seen there. One clause without a final stop.
    pub note: String,
}

impl Evidence {
    /// A step at a place.
    pub fn new(role: Role, place: Place, note: impl Into<String>) -> Self {
        Self { role, place: Some(place), note: note.into() }
    }

    /// A step at bytes of a file.
    pub fn at(role: Role, span: Span, note: impl Into<String>) -> Self {
        Self::new(role, Place::Code(span), note)
    }

    /// A step that has no place.
    pub fn note(role: Role, note: impl Into<String>) -> Self {
        Self { role, place: None, note: note.into() }
    }
}

/// The part a step of evidence plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The value is defined here.
    Defined,
    /// The value was defined here and replaced later.
    Overridden,
    /// An import brought it here.
    Imported,
    /// Data from outside enters here.
    Source,
    /// Data passes here.
    Step,
    /// Data does harm here.
    Sink,
    /// Seen on what runs.
    Observed,
    /// Something we could not know.
    NotKnown,
}

impl Role {
    /// The word shown before the note.
    pub fn word(self) -> &'static str {
        match self {
            Self::Defined => "defined",
            Self::Overridden => "overridden",
            Self::Imported => "imported",
            Self::Source => "source",
            Self::Step => "step",
            Self::Sink => "sink",
            Self::Observed => "observed",
            Self::NotKnown => "not known",
        }
    }
}
