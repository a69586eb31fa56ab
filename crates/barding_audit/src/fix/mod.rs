//! Closing what the audit found: fixes are chosen, tried in memory, proved by a second audit, and only then handed out.
//!
//! What comes in: a tree and [`FixOptions`]. What goes out: a [`FixResult`] with the changed files, what was done and what
//! could not be done. A fix stays only when every file still parses, its finding is gone, and no finding came instead;
//! otherwise it is taken back and the result says why. It writes nothing to the disk; the door does.

mod apply;
mod proof;
mod session;

pub use session::{Answer, FixOptions, FixResult, Proposal, Refused, fix};
