//! Python source: decoding (PEP 263) and parsing with error recovery.
//!
//! What comes in: bytes or text. What goes out: text, and ruff's syntax tree with the problems met. It knows the
//! language and no Django.

mod comments;
mod decode;
mod parse;

pub use comments::comments;
pub use decode::decode;
pub use parse::{PythonModule, parse};
