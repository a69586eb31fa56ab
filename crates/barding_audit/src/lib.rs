//! One audit from start to finish: read, model, judge, set aside what is ignored, give each finding its fingerprint and
//! each tip its verdict.
//!
//! What comes in: a [`barding_source::Tree`] and [`AuditOptions`]. What goes out: a [`barding_finding::AuditResult`]. It
//! prints nothing and reads no configuration; the door does.

mod audit;
mod baseline;
mod check_up;
mod checklist;
mod coverage;
mod fingerprint;
pub mod fix;
mod ignores;
mod judge;
mod live;
mod merge;
mod packages;
mod redact;
mod secrets;

pub use audit::{AuditError, AuditOptions, audit};
pub use baseline::Baseline;
pub use ignores::{ConfiguredIgnore, PathPatterns};
pub use live::audit_live;
pub use packages::{PackageSource, audit_packages, names_of_vulnerability};
pub use redact::{holds_secret, redacted};
pub use secrets::{audit_logs, audit_repository, audit_secrets};
