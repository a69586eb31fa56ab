//! What an uploaded file really is, from its bytes alone, and what is wrong with it.
//!
//! What comes in: bytes and the names they were given. What goes out: a kind, sizes and problems. It opens nothing, keeps no
//! file in memory, and knows no Django and no policy: which problems matter is for the caller to say.

mod name;

pub use name::{NameProblem, name_problems, safe_name};
