//! The words of an audit.
//!
//! What lives here: [`Severity`], [`Confidence`], [`Finding`] with its [`Evidence`] and [`Fix`]es, what people may
//! read about a rule ([`RuleInfo`]), the eighteen [`Tip`]s and the outcome of an audit. It knows no rule, no report
//! format and no Django; rules build these values and reports print them.

mod check_up;
mod finding;
mod fix;
mod outcome;
mod rule;
mod tip;

pub use check_up::{CheckUp, Checked, Said};
pub use finding::{Confidence, Evidence, Finding, Place, Role, Severity};
pub use fix::{Edit, Fix, FixSafety};
pub use outcome::{AuditResult, Coverage, Ignored, Judged, NotKnown, TipResult, Undecided, Verdict};
pub use rule::{RuleId, RuleInfo};
pub use tip::{Need, Tip};
