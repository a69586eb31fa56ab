//! Makes the files that close a gap outside the code: web servers, firewalls, database roles, settings, policies, CI.
//!
//! What comes in: a [`Site`], taken from the project's model, and a few [`Wishes`] no file shows. What goes out: text,
//! the same for the same input, with short comments that say why. It opens no file and no socket, and runs nothing.

mod apache;
mod caddy;
mod ci;
mod compare;
mod csp;
mod firewall;
mod headers;
mod nginx;
mod roles;
mod security_txt;
mod settings;
mod site;
mod tls;
mod wishes;
mod words;

pub use ci::{Pipeline, ci};
pub use compare::{difference, present};
pub use csp::{CspSurvey, csp, survey};
pub use firewall::{nftables, ufw};
pub use roles::{Engine, RoleWishes, database_roles};
pub use security_txt::security_txt;
pub use settings::settings;
pub use site::{Admin, Database, Files, Hsts, Site};
pub use tls::Profile;
pub use wishes::{ServerWishes, Wishes};
pub use {apache::apache, caddy::caddy, nginx::nginx};

/// What can be generated from a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An nginx site.
    Nginx,
    /// A Caddyfile.
    Caddy,
    /// An Apache site.
    Apache,
    /// An nftables ruleset.
    Nftables,
    /// Commands for ufw.
    Ufw,
    /// SQL for a migration role and a web role.
    DatabaseRoles,
    /// A hardened settings module.
    Settings,
    /// A Content Security Policy.
    Csp,
    /// `/.well-known/security.txt`.
    SecurityTxt,
    /// CI jobs and a pre-commit hook.
    Ci,
}
