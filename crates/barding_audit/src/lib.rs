//! One audit from start to finish: read, model, judge, set aside what is ignored, give each finding its fingerprint and
//! each tip its verdict.
//!
//! What comes in: a [`barding_source::Tree`] and [`AuditOptions`]. What goes out: a [`barding_finding::AuditResult`]. It
//! prints nothing and reads no configuration; the door does.

mod audit;
mod checklist;
mod fingerprint;
mod judge;

pub use audit::{AuditError, AuditOptions, audit};
