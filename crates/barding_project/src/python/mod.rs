//! Python source: decoding (PEP 263) and parsing with error recovery.
//!
//! What comes in: bytes or text. What goes out: text, and ruff's syntax tree with the problems met. It knows the
//! language and no Django.

mod comments;
mod decode;
mod modules;
mod parse;

pub use comments::comments;
pub use decode::{decode, encode};
pub use modules::PythonModules;
pub use parse::{PythonModule, parse};
