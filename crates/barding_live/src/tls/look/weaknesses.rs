//! The weaknesses that only show when the protocol is broken on purpose.

use super::{Asker, best_clear};
use crate::tls::{Answer, Endpoint, Protocol, Vulnerabilities};

pub(super) fn look(asker: &Asker<'_>, seen: &Endpoint, break_on_purpose: bool) -> Vulnerabilities {
    let _ = (asker, break_on_purpose);
    if best_clear(seen).is_none() && seen.offers(Protocol::Tls13) {
        // None of these exists in TLS 1.3.
        return Vulnerabilities {
            heartbleed: Answer::No,
            ccs_injection: Answer::No,
            robot: Answer::No,
            ticketbleed: Answer::No,
            cbc_oracle: Answer::No,
            drown_elsewhere: Answer::default(),
        };
    }
    Vulnerabilities::default()
}
