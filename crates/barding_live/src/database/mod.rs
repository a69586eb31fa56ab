//! Looks at a database as the site's own role sees it: what the role may do, how it got in, which hashes the user table holds.
//!
//! What comes in: a [`Target`] with the credentials the project would use. What goes out: a [`DatabaseLook`]. Everything is
//! read in sessions that are read-only; no password and no hash is kept. It judges nothing.
//!
//! The clients are our own and small: of the protocols only login and plain queries are needed, and what matters here,
//! the way in that a server offers and whether its certificate holds, is what libraries hide.

#[cfg(feature = "network")]
mod asking;
#[cfg(feature = "network")]
pub(crate) mod digests;
#[cfg(feature = "network")]
mod mysql;
#[cfg(feature = "network")]
mod mysql_wire;
mod password;
#[cfg(feature = "network")]
mod postgres;
#[cfg(feature = "network")]
mod postgres_wire;
pub mod sqlite;
#[cfg(feature = "network")]
mod stream;
mod target;
pub mod users;

#[cfg(feature = "network")]
pub use asking::look;
pub use password::Password;
pub use target::{Engine, Target, TlsMode};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use users::UserTable;

/// What was seen of one database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DatabaseLook {
    /// The server's or file's name as reports show it, without any password.
    pub name: String,
    /// The engine.
    pub engine: Engine,
    /// The server's own version; empty for SQLite.
    #[serde(default)]
    pub version: String,
    /// The role that logged in, as the server names it.
    #[serde(default)]
    pub role: String,
    /// The database.
    #[serde(default)]
    pub database: String,
    /// How we got in.
    #[serde(default)]
    pub connection: Option<Connection>,
    /// PostgreSQL: what the role may do.
    #[serde(default)]
    pub postgres: Option<PostgresRole>,
    /// MySQL and MariaDB: what the account may do.
    #[serde(default)]
    pub mysql: Option<MysqlRole>,
    /// SQLite: the file.
    #[serde(default)]
    pub sqlite: Option<SqliteFile>,
    /// Tables that hold users.
    #[serde(default)]
    pub users: Vec<UserTable>,
    /// What could not be seen, and why.
    #[serde(default)]
    pub problems: Vec<String>,
}

impl DatabaseLook {
    /// Nothing seen yet.
    pub fn new(name: impl Into<String>, engine: Engine) -> Self {
        Self {
            name: name.into(),
            engine,
            version: String::new(),
            role: String::new(),
            database: String::new(),
            connection: None,
            postgres: None,
            mysql: None,
            sqlite: None,
            users: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// How the server let us in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The way to the server.
    pub way: Way,
    /// What it asked for.
    pub login: Login,
    /// Whether a password was given to us.
    #[serde(default)]
    pub password_given: bool,
    /// TLS, when it was used: `TLSv1.3`.
    #[serde(default)]
    pub tls: Option<String>,
    /// Why the certificate does not hold; `None` when it does or there is none.
    #[serde(default)]
    pub certificate_problem: Option<String>,
    /// Whether the project's own connection would check the certificate.
    #[serde(default)]
    pub project_verifies: bool,
}

/// The way to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A socket in the file system.
    Socket,
    /// This machine's loopback.
    Loopback,
    /// A private network.
    Private,
    /// An address of the internet.
    Public,
}

/// What a server asked for at login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// Nothing: it let us in by name alone, or by the user of the operating system.
    Nothing,
    /// The password itself.
    Cleartext,
    /// An answer made with MD5 or SHA-1.
    WeakDigest(String),
    /// An answer made with a method of today.
    Strong(String),
}

/// What a role of PostgreSQL may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostgresRole {
    /// SUPERUSER.
    pub superuser: bool,
    /// CREATEDB.
    pub createdb: bool,
    /// CREATEROLE.
    pub createrole: bool,
    /// REPLICATION.
    pub replication: bool,
    /// BYPASSRLS.
    pub bypassrls: bool,
    /// Roles of people and programs it is a member of.
    pub member_of: Vec<String>,
    /// Of those, the ones that own tables, schemas or databases.
    pub member_of_owners: Vec<String>,
    /// Roles that PostgreSQL itself defines and it is a member of: `pg_execute_server_program`.
    pub predefined: Vec<String>,
    /// Other databases it may connect to.
    pub other_databases: Vec<String>,
    /// Databases it owns or may create schemas in.
    pub creates_in_databases: Vec<String>,
    /// Whether it may make temporary tables in its database.
    pub temporary: bool,
    /// Schemas it owns or may create in.
    pub creates_in_schemas: Vec<String>,
    /// Tables, views and sequences that it owns, itself or through a role: at most 20.
    pub owned: Vec<String>,
    /// Tables it may TRUNCATE: at most 20.
    pub truncates: Vec<String>,
    /// Tables it has REFERENCES, TRIGGER or a grant option on: at most 20, with what.
    pub extra: Vec<String>,
    /// Languages without a sandbox that it may use.
    pub untrusted_languages: Vec<String>,
    /// Functions that run as their owner with a search path of the caller's.
    pub definer_functions: Vec<String>,
    /// How many tables have row security that it passes by.
    pub ignored_row_security: u64,
    /// Settings of the server.
    pub settings: BTreeMap<String, String>,
}

/// What an account of MySQL or MariaDB may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MysqlRole {
    /// The account that matched: `shop@%`.
    pub account: String,
    /// Its grants.
    pub grants: Vec<Grant>,
    /// Other databases it sees.
    pub other_databases: Vec<String>,
    /// Variables of the server.
    pub variables: BTreeMap<String, String>,
}

/// One line of `SHOW GRANTS`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grant {
    /// The privileges, in capitals.
    pub privileges: Vec<String>,
    /// What they are on: `*.*`, `shop.*`, `shop.orders`; or the role for a grant of a role.
    pub on: String,
    /// WITH GRANT OPTION.
    pub grant_option: bool,
    /// Whether it grants a role instead of privileges.
    pub is_role: bool,
}

/// The file of an SQLite database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SqliteFile {
    /// Its path.
    pub path: String,
    /// Its permission bits; `None` where the system has none.
    pub mode: Option<u32>,
    /// The permission bits of its folder.
    pub folder_mode: Option<u32>,
    /// The folder that is served and that it lies in: `STATIC_ROOT`, `MEDIA_ROOT`.
    pub served_by: Option<String>,
    /// Whether it lies in the project's own folder, among the code.
    pub beside_code: bool,
    /// Whether a write-ahead log holds changes that were not read.
    pub has_log: bool,
}
