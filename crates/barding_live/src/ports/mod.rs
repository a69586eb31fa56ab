//! Ports: which are open, and what really answers there.
//!
//! What comes in: a host, its addresses, the ports to try. What goes out: [`PortScan`], plain data. An open port is named
//! by what it says in one harmless exchange, never by its number alone; whether it may be open is for the rules.

#[cfg(feature = "network")]
mod datagrams;
mod facts;
mod known;

pub use facts::{PortScan, PortSeen, State};
pub use known::{Expected, KnownPort, known, known_of, known_ports, quick_ports};
#[cfg(feature = "network")]
pub use scan::{Wish, scan};
#[cfg(feature = "network")]
mod scan;
