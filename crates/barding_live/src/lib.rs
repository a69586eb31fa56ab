//! Observes what runs: the site itself, its certificate and TLS, its ports, its database.
//!
//! What comes in: a host, a port, addresses. What goes out: plain facts about what was answered. This room never judges
//! and never guesses: what could not be seen is an `Answer::Unknown` with the reason. Without the feature `network` only
//! the facts' types are compiled, so that the rules that judge them need neither sockets nor cryptography to build.

pub mod database;
#[cfg(feature = "network")]
pub mod dial;
#[cfg(feature = "network")]
pub mod fetch;
pub mod ports;
pub mod site;
pub mod tls;
