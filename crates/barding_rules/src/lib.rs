//! The judges. One rule is one file in the folder of its group, with its page (`<rule>.md`) beside it.
//!
//! What comes in: [`Facts`], complete and unchanging. What goes out: findings. Rules open no file and no socket, know no
//! report format, and ask the model instead of looking at syntax where the model knows the answer.

pub mod apis;
mod ask;
pub mod code;
pub mod database;
mod dotted;
mod edit;
mod facts;
pub mod files;
pub mod flow;
pub mod ignores;
pub mod middleware;
mod names;
pub mod packages;
pub mod passwords;
mod paths;
pub mod ports;
pub mod remedies;
pub mod routes;
mod rule;
pub mod secrets;
pub mod server;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod site;
pub mod template;
pub mod tls;
pub mod transport;

pub use ask::django_checks;
pub use facts::Facts;
pub use rule::{Check, Findings, Rule};

/// Every group of rules. A group is a folder; its `RULES` names each rule once.
pub const GROUPS: &[&[&Rule]] = &[
    // One group a line, so that two additions never meet.
    apis::RULES,
    code::RULES,
    database::RULES,
    files::RULES,
    flow::RULES,
    ignores::RULES,
    middleware::RULES,
    packages::RULES,
    passwords::RULES,
    ports::RULES,
    routes::RULES,
    secrets::RULES,
    server::RULES,
    services::RULES,
    sessions::RULES,
    settings::RULES,
    site::RULES,
    template::RULES,
    tls::RULES,
    transport::RULES,
];

/// Every rule, in the order of the groups.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().flat_map(|group| group.iter().copied())
}

/// The rule of that name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.info.id.0 == id)
}
