//! Whether plain HTTP leads to HTTPS.

use super::library::{header, request_as};
use super::{Asker, in_words};
use crate::tls::Answer;
use std::net::SocketAddr;

/// Asks for the front page without TLS.
pub(super) fn leads_to_https(asker: &Asker<'_>, port: u16) -> Answer {
    let host = &asker.target.host;
    let shown = if port == 80 { host.clone() } else { format!("{host}:{port}") };
    let mut connection = match asker.dialer.connect(SocketAddr::new(asker.address.ip(), port)) {
        Ok(connection) => connection,
        Err(error) => return Answer::unknown(format!("port {port} without TLS: {}", in_words(&error))),
    };
    let Some(head) = request_as(&shown, &mut connection) else {
        return Answer::unknown(format!("port {port} does not answer with HTTP"));
    };
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    match header(&head, "location") {
        Some(place) if status.starts_with('3') => {
            if place.to_ascii_lowercase().starts_with("https://") {
                Answer::Yes
            } else {
                Answer::unknown(format!("it leads to {} first", place.chars().take(100).collect::<String>()))
            }
        }
        _ => Answer::No,
    }
}
