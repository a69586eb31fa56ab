//! What an uploaded file really is, from its bytes alone, and what is wrong with it.
//!
//! What comes in: bytes and the names they were given. What goes out: a kind, sizes and problems. It opens nothing, keeps no
//! file in memory, and knows no Django and no policy: which problems matter is for the caller to say.

mod inspection;
mod kind;
mod markup;
mod name;
mod recognise;
mod source;
mod strip;
mod svg;
mod table;
mod text;
mod walk;

pub use inspection::{Inspection, Limits, Problem};
pub use kind::{Family, Kind};
pub use name::{NameProblem, name_problems, safe_name};
pub use source::{Buffered, Source, WINDOW};
pub use strip::{Stripped, strip_metadata};
pub use svg::sanitise as sanitise_svg;
pub use table::neutralise as neutralise_csv;

use crate::source::Reader;

/// The kind by the first bytes (and, for archives and compound files, by what they hold); nothing is walked.
pub fn recognise(source: &mut dyn Source) -> Kind {
    let mut reader = Reader::new(source);
    let kind = recognise::recognise(&mut reader);
    match kind {
        Kind::Zip => walk::zip::kind_of(&mut reader),
        Kind::Ole => walk::ole::kind_of(&mut reader),
        other => other,
    }
}

/// The kind by a file's first bytes only, for a stream whose end has not come yet.
pub fn recognise_head(head: &[u8]) -> Kind {
    let mut source = head;
    recognise::recognise(&mut Reader::new(&mut source))
}

/// Walks the whole file and says what it is and what is wrong with it.
pub fn inspect(source: &mut dyn Source, limits: &Limits) -> Inspection {
    walk::inspect(&mut Reader::new(source), limits, 0)
}
