//! Secrets in files, in git history and in logs.
//!
//! What comes in: bytes with a path, a [`barding_source::Tree`], a repository, a stream of log lines. What goes out:
//! [`Secret`]s, redacted, with the place and how sure we are. Detectors are data (`data/*.toml`), each with the examples that
//! test it. This room knows formats and shapes of text; it does not know the project's model and judges nothing.

mod assigned_value;
mod assignment;
mod assignment_bytes;
mod checksum;
mod context;
#[cfg(test)]
mod data_test;
mod detector;
mod entropy;
#[cfg(test)]
mod example;
mod folded;
mod history;
mod keyword_table;
mod known_values;
mod literal;
mod log_name;
mod logs;
mod name;
mod outside;
mod placeholder;
mod redact;
mod repository;
mod scanner;
mod secret;
mod sensitive;
mod tree;
mod uncommitted;
mod url;

pub use context::{FileContext, Surroundings};
pub use detector::{Detector, Weight, detector, detectors};
pub use history::{Day, HistoryFile, HistoryOptions, HistoryScan, HistorySecret, scan_history};
pub use known_values::{KnownValues, SHORTEST_VALUE};
pub use log_name::{NameVerdict, judge_log_name};
pub use logs::{LogHit, LogKind, LogScan, scan_log};
pub use outside::{OutsideFile, outside_files, outside_files_with};
pub use redact::{REDACTED, Redactor};
pub use repository::{RepositoryError, RepositoryFiles, StagedTree};
pub use scanner::Scanner;
pub use secret::{Certainty, Hit, Secret};
pub use sensitive::{Sensitive, of as sensitive_file};
pub use tree::{TreeScan, scan_tree};
pub use uncommitted::WorkingTree;
