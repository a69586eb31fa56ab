//! The checklist of eighteen tips, and what each needs to have been looked at before it may pass.

use serde::Serialize;

/// A tip of the checklist for securing Django.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tip {
    /// 1: cross-site scripting.
    Xss,
    /// 2: cross-site request forgery.
    Csrf,
    /// 3: SQL injection, and with it every other injection into an interpreter.
    SqlInjection,
    /// 4: clickjacking.
    Clickjacking,
    /// 5: HTTPS.
    Https,
    /// 6: validation of the Host header.
    HostHeader,
    /// 7: password hashing.
    PasswordHashing,
    /// 8: firewall.
    Firewall,
    /// 9: the admin's address.
    AdminUrl,
    /// 10: settings fit for a live site.
    LiveSettings,
    /// 11: middleware.
    Middleware,
    /// 12: separate database roles.
    DatabaseRoles,
    /// 13: vulnerable dependencies.
    Dependencies,
    /// 14: a check-up of the live site.
    Checkup,
    /// 15: the certificate.
    Certificate,
    /// 16: user uploads.
    Uploads,
    /// 17: secrets outside source control.
    Secrets,
    /// 18: no sensitive data in logs and error reports.
    LogPrivacy,
}

/// Something an audit may or may not have looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The production settings, all values known that the tip asks for.
    Settings,
    /// The Python code of the project.
    Code,
    /// The templates.
    Templates,
    /// The URLconf.
    Routes,
    /// Server and container configuration.
    ServerConfiguration,
    /// What the project installs.
    Packages,
    /// Secrets in the working tree.
    SecretsInTree,
    /// Secrets in the history.
    SecretsInHistory,
    /// The running site.
    Site,
    /// Its certificate and TLS.
    Tls,
    /// Its ports, seen from the outside.
    Ports,
    /// The database role.
    Database,
    /// Log files.
    Logs,
}

impl Need {
    /// What to say when it is missing: "… was not looked at".
    pub fn words(self) -> &'static str {
        match self {
            Self::Settings => "the production settings",
            Self::Code => "the Python code",
            Self::Templates => "the templates",
            Self::Routes => "the URLconf",
            Self::ServerConfiguration => "the server configuration",
            Self::Packages => "the installed packages",
            Self::SecretsInTree => "secrets in the tree",
            Self::SecretsInHistory => "secrets in the git history",
            Self::Site => "the running site",
            Self::Tls => "the certificate",
            Self::Ports => "the open ports",
            Self::Database => "the database role",
            Self::Logs => "the log files",
        }
    }

    /// The command that looks at it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Settings
            | Self::Code
            | Self::Templates
            | Self::Routes
            | Self::ServerConfiguration
            | Self::Packages
            | Self::SecretsInTree => "barding check",
            Self::SecretsInHistory => "barding secrets --history",
            Self::Site => "barding scan URL",
            Self::Tls => "barding tls HOST",
            Self::Ports => "barding ports HOST",
            Self::Database => "barding database URL",
            Self::Logs => "barding logs FILE",
        }
    }
}

impl Tip {
    /// All eighteen, in order.
    pub const ALL: [Tip; 18] = [
        Tip::Xss,
        Tip::Csrf,
        Tip::SqlInjection,
        Tip::Clickjacking,
        Tip::Https,
        Tip::HostHeader,
        Tip::PasswordHashing,
        Tip::Firewall,
        Tip::AdminUrl,
        Tip::LiveSettings,
        Tip::Middleware,
        Tip::DatabaseRoles,
        Tip::Dependencies,
        Tip::Checkup,
        Tip::Certificate,
        Tip::Uploads,
        Tip::Secrets,
        Tip::LogPrivacy,
    ];

    /// Its number in the checklist, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// Its name in reports and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Xss => "xss",
            Self::Csrf => "csrf",
            Self::SqlInjection => "sql-injection",
            Self::Clickjacking => "clickjacking",
            Self::Https => "https",
            Self::HostHeader => "host-header",
            Self::PasswordHashing => "password-hashing",
            Self::Firewall => "firewall",
            Self::AdminUrl => "admin-url",
            Self::LiveSettings => "live-settings",
            Self::Middleware => "middleware",
            Self::DatabaseRoles => "database-roles",
            Self::Dependencies => "dependencies",
            Self::Checkup => "checkup",
            Self::Certificate => "certificate",
            Self::Uploads => "uploads",
            Self::Secrets => "secrets",
            Self::LogPrivacy => "log-privacy",
        }
    }

    /// Its title in the checklist.
    pub fn title(self) -> &'static str {
        match self {
            Self::Xss => "Output is escaped",
            Self::Csrf => "Forms are protected against forgery",
            Self::SqlInjection => "Queries and commands take no user text",
            Self::Clickjacking => "Pages cannot be framed",
            Self::Https => "Everything goes over HTTPS",
            Self::HostHeader => "Host headers are validated",
            Self::PasswordHashing => "Passwords are hashed well",
            Self::Firewall => "Only the web is open",
            Self::AdminUrl => "The admin is not at /admin/",
            Self::LiveSettings => "Settings are fit for a live site",
            Self::Middleware => "Security middleware is complete and in order",
            Self::DatabaseRoles => "The web role can do only what it must",
            Self::Dependencies => "No known vulnerability is installed",
            Self::Checkup => "The live site passes its check-up",
            Self::Certificate => "The certificate and TLS are sound",
            Self::Uploads => "Uploads are controlled",
            Self::Secrets => "Secrets are not in source control",
            Self::LogPrivacy => "Logs and error reports keep secrets",
        }
    }

    /// What must have been looked at, completely, before this tip may pass.
    pub fn needs(self) -> &'static [Need] {
        use Need::*;
        match self {
            Self::Xss => &[Settings, Code, Templates, Site],
            Self::Csrf => &[Settings, Code, Templates, Routes, Site],
            Self::SqlInjection => &[Code],
            Self::Clickjacking => &[Settings, Code, Site],
            Self::Https => &[Settings, ServerConfiguration, Site, Tls],
            Self::HostHeader => &[Settings, ServerConfiguration, Site],
            Self::PasswordHashing => &[Settings, Database],
            Self::Firewall => &[ServerConfiguration, Ports],
            Self::AdminUrl => &[Routes, Site],
            Self::LiveSettings => &[Settings, Site],
            Self::Middleware => &[Settings, Site],
            Self::DatabaseRoles => &[Settings, Database],
            Self::Dependencies => &[Packages],
            Self::Checkup => &[Site],
            Self::Certificate => &[Tls],
            Self::Uploads => &[Settings, Code, ServerConfiguration, Site],
            Self::Secrets => &[Settings, SecretsInTree, SecretsInHistory],
            Self::LogPrivacy => &[Settings, Code, Logs],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eighteen_and_each_needs_something() {
        for (at, tip) in Tip::ALL.into_iter().enumerate() {
            assert_eq!(tip.number(), at + 1);
            assert!(!tip.needs().is_empty(), "{}", tip.id());
        }
    }
}
