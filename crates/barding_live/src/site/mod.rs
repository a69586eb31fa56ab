//! A site as it answers: what was asked, what came back, and questions about that.
//!
//! What comes in: an address, how far to go and how to ask. What goes out: [`Site`], plain data about requests and answers.
//! It judges nothing: whether a missing header is a fault is for the rules, which read these types without the network code.

#[cfg(feature = "network")]
pub mod client;
mod cookie;
mod facts;
pub mod html;
#[cfg(feature = "network")]
mod look;
mod query;
mod url;
mod walls;

pub use cookie::Cookie;
pub use facts::{Exchange, Level, NoAnswer, Purpose, Site};
#[cfg(feature = "network")]
pub use look::{Plan, PlannedRoute, Start, look};
pub use query::{Missing, is_admin_login};
pub use url::Url;
