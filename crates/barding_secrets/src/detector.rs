//! Detectors: what a sort of secret looks like, as data with its own tests.

use crate::Certainty;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use std::sync::{LazyLock, OnceLock};

/// What a leaked secret of this sort opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing by itself.
    Info,
    /// A quota, an address that takes data.
    Low,
    /// Some data or one account.
    Medium,
    /// An account, a database, a service.
    High,
    /// Servers, source code, money.
    Critical,
}

/// An offline check of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Checksum {
    /// CRC-32 in base 62 at the end (GitHub, npm).
    Github,
    /// The account number inside an AWS key id.
    AwsKeyId,
    /// The macaroon of a PyPI token names its host.
    Pypi,
    /// Header and payload are JSON.
    Jwt,
    /// Base64 of `user:password`.
    BasicAuth,
    /// The rest of an Authorization header.
    Authorization,
    /// A PEM body.
    Pem,
}

/// A sort of secret. It is found in one of four ways:
///
/// - by `keywords` and `regex`: where a keyword stands, the expression must match there (or start up to `within` bytes before).
///   The first group is the secret, or the whole match;
/// - by `named` and `value`: a text assigned to a name that contains one of the words and says that it is secret (`…_token`);
/// - `assigned`: the key-value reader itself decides by the name;
/// - `special`: a hand-written reader.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detector {
    /// Its name, stable: it stands in reports.
    pub id: String,
    /// What is found, in a few words.
    pub title: String,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    #[serde(default)]
    pub(crate) case_sensitive: bool,
    #[serde(default)]
    pub(crate) regex: String,
    #[serde(default)]
    pub(crate) named: Vec<String>,
    #[serde(default)]
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) assigned: bool,
    #[serde(default)]
    pub(crate) special: Special,
    /// How far before the keyword the match may start.
    #[serde(default)]
    pub(crate) within: usize,
    /// How far after the keyword's start the match may end.
    #[serde(default = "usual_ahead")]
    pub(crate) ahead: usize,
    /// What must stand earlier in the same line.
    #[serde(default)]
    pub(crate) behind: String,
    /// File names (with `*`) the detector is for; empty for all.
    #[serde(default)]
    pub(crate) files: Vec<String>,
    /// The least entropy in bits per character.
    #[serde(default)]
    pub(crate) entropy: f32,
    #[serde(default)]
    pub(crate) checksum: Option<Checksum>,
    #[serde(default = "usual_certainty")]
    pub(crate) certainty: CertaintyWord,
    /// What it opens.
    #[serde(rename = "severity", default = "usual_weight")]
    pub weight: Weight,
    /// What to do with one that leaked, where there is more to say than "replace it at the provider".
    #[serde(default)]
    pub revoke: String,
    /// Why a keyword has fewer than four bytes, which costs time.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "a test asks for the reason"))]
    pub(crate) short_keyword_reason: String,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are the detectors' tests"))]
    pub(crate) examples: Vec<String>,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are the detectors' tests"))]
    pub(crate) counter_examples: Vec<String>,
    /// The file an example stands in, where that matters.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are the detectors' tests"))]
    pub(crate) example_path: String,
    #[serde(skip)]
    compiled: OnceLock<Regex>,
    #[serde(skip)]
    compiled_value: OnceLock<Regex>,
    #[serde(skip)]
    compiled_behind: OnceLock<Regex>,
}

/// A reader written by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Special {
    /// None: expression or assignment.
    #[default]
    No,
    /// `scheme://user:password@host`.
    Url,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CertaintyWord {
    Low,
    Medium,
    High,
}

fn usual_ahead() -> usize {
    4096
}

fn usual_certainty() -> CertaintyWord {
    CertaintyWord::High
}

fn usual_weight() -> Weight {
    Weight::High
}

impl Detector {
    /// How sure its shape alone makes us.
    pub(crate) fn certainty(&self) -> Certainty {
        match self.certainty {
            CertaintyWord::Low => Certainty::Low,
            CertaintyWord::Medium => Certainty::Medium,
            CertaintyWord::High => Certainty::High,
        }
    }

    /// The expression. It is anchored at the keyword unless the match may start before it. Compiled when first needed:
    /// compiling all of them would take longer than scanning a small project.
    pub(crate) fn expression(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            if self.within == 0 { compile(&format!(r"\A(?:{})", self.regex)) } else { compile(&self.regex) }
        })
    }

    /// The expression that a whole assigned value must match.
    pub(crate) fn value_expression(&self) -> &Regex {
        self.compiled_value.get_or_init(|| compile(&format!(r"\A(?:{})\z", self.value)))
    }

    /// Whether the text before the match, on its line, is what the detector asks for.
    pub(crate) fn fits_behind(&self, before: &[u8]) -> bool {
        self.behind.is_empty() || self.compiled_behind.get_or_init(|| compile(&self.behind)).is_match(before)
    }
}

fn compile(expression: &str) -> Regex {
    RegexBuilder::new(expression)
        .unicode(false)
        .size_limit(20 << 20)
        .dfa_size_limit(4 << 20)
        .build()
        .expect("a test compiles the expression of every detector")
}

#[derive(Deserialize)]
struct DetectorFile {
    detector: Vec<Detector>,
}

const FILES: &[&str] = &[
    include_str!("../data/cloud.toml"),
    include_str!("../data/code_hosts.toml"),
    include_str!("../data/django.toml"),
    include_str!("../data/keys_and_urls.toml"),
    include_str!("../data/mail_and_chat.toml"),
    include_str!("../data/monitoring_and_ai.toml"),
    include_str!("../data/payment.toml"),
    include_str!("../data/prefixed.toml"),
    include_str!("../data/services.toml"),
];

static DETECTORS: LazyLock<Vec<Detector>> = LazyLock::new(|| {
    let read = |text: &&str| {
        toml::from_str::<DetectorFile>(text).expect("a test reads every file of detectors").detector
    };
    FILES.iter().flat_map(read).collect()
});

/// Every detector, in the order of the data files.
pub fn detectors() -> &'static [Detector] {
    &DETECTORS
}

/// The detector of that name.
pub fn detector(id: &str) -> Option<&'static Detector> {
    detectors().iter().find(|detector| detector.id == id)
}
