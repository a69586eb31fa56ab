//! What a Django project means, without importing or running any of it.
//!
//! What comes in: [`barding_source::Sources`]. What goes out: a [`Project`], complete before any rule judges and never
//! changed after: settings modules with effective values and their history, routes, views, templates, flows.
//! It knows Python and Django; it knows no rule and prints nothing.

pub mod code;
pub mod discover;
pub mod django;
pub mod eval;
pub mod flow;
mod project;
pub mod python;
pub mod routes;
pub mod servers;
pub mod settings;
pub mod stated;
pub mod templates;
pub mod value;

pub use discover::{Discovery, FoundModule};
pub use django::{DjangoVersion, Series};
pub use project::{Options, Project};
pub use settings::{Assignment, Effective, SettingValue, SettingsModule, SettingsRole};
pub use stated::{Deployment, Layer};
pub use value::{Branch, Condition, Truth, Unknown, Value};
