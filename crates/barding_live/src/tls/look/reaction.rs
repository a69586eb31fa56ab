//! How a server takes what is wrong: what it says, or that it says nothing.

use crate::tls::wire::{End, content};

/// What a server does with something that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// An alert with this description.
    Alert(u8),
    /// A record of another content type.
    Other(u8),
    /// Nothing, for as long as we waited.
    Silent,
    /// It hung up.
    Closed,
}

impl Reaction {
    /// The reaction that the next record, or its absence, is.
    pub(super) fn of(answer: Result<(u8, Vec<u8>), End>) -> Self {
        match answer {
            Ok((content::ALERT, body)) => Self::Alert(body.get(1).copied().unwrap_or(0)),
            Ok((sort, _)) => Self::Other(sort),
            Err(End::Silent) => Self::Silent,
            Err(_) => Self::Closed,
        }
    }
}
