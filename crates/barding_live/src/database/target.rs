//! Where a database is and who logs in, from a URL or from Django's settings.

use super::password::Password;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL, PostGIS among it.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
}

impl Engine {
    /// The engine of a URL's scheme or of Django's ENGINE.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit('.').next().unwrap_or_default() {
            "postgres"
            | "postgresql"
            | "postgis"
            | "pgsql"
            | "psql"
            | "postgresql_psycopg2"
            | "timescale"
            | "timescalegis"
            | "cockroachdb" => Some(Self::Postgres),
            "mysql" | "mysql2" | "mariadb" | "mysqlgis" | "mysql-connector" => Some(Self::Mysql),
            "sqlite" | "sqlite3" | "spatialite" => Some(Self::Sqlite),
            _ => None,
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// How the project's connection uses TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsMode {
    /// Never.
    Disable,
    /// When the server offers it; nothing is checked.
    #[default]
    Prefer,
    /// Always; nothing is checked.
    Require,
    /// Always, and the certificate must come from the authority.
    VerifyAuthority,
    /// Always, and the certificate must also be of that name.
    VerifyFull,
}

/// A database to look at.
#[derive(Clone)]
pub struct Target {
    /// The engine.
    pub engine: Engine,
    /// The host, or the folder or path of a socket; empty for the usual socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The role.
    pub user: String,
    /// Its password.
    pub password: Option<Password>,
    /// The database, or the file of SQLite.
    pub database: String,
    /// TLS.
    pub tls: TlsMode,
    /// A file with the authority's certificates.
    pub authority: Option<String>,
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown())
    }
}

impl Target {
    /// A target of a URL: `postgres://role:password@host:5432/name?sslmode=verify-full`.
    ///
    /// # Errors
    /// In words that do not repeat the password.
    pub fn from_url(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once(':').ok_or("it has no scheme such as postgres://")?;
        let engine = Engine::of(&scheme.to_ascii_lowercase())
            .ok_or("its scheme is none of postgres, mysql, mariadb and sqlite")?;
        let rest = rest.strip_prefix("//").ok_or("it does not go on with // after its scheme")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if engine == Engine::Sqlite {
            // sqlite:///relative, sqlite:////absolute
            let path = rest.strip_prefix('/').unwrap_or(rest);
            let path = decoded(path.split('#').next().unwrap_or_default());
            if path.is_empty() || path == ":memory:" {
                return Err("it names no file".to_owned());
            }
            return Ok(Self::empty(engine, path));
        }
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
        let mut target = Self::empty(engine, decoded(database.split('#').next().unwrap_or_default()));
        target.user = decoded(user);
        target.password = password.filter(|word| !word.is_empty()).map(|word| Password::new(decoded(word)));
        let (host, port) = host_and_port(place)?;
        target.host = decoded(host);
        if let Some(port) = port {
            target.port = port;
        }
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            target.option(&name.to_ascii_lowercase(), &decoded(value));
        }
        Ok(target)
    }

    /// An engine with its usual port and nobody logged in.
    pub fn empty(engine: Engine, database: String) -> Self {
        Self {
            engine,
            host: String::new(),
            port: if engine == Engine::Mysql { 3306 } else { 5432 },
            user: String::new(),
            password: None,
            database,
            tls: TlsMode::default(),
            authority: None,
        }
    }

    /// Takes an option of a URL or of Django's OPTIONS.
    pub fn option(&mut self, name: &str, value: &str) {
        match (name, value.to_ascii_lowercase().replace('_', "-").as_str()) {
            ("sslmode" | "ssl-mode" | "ssl_mode", mode) => {
                self.tls = match mode {
                    "disable" | "disabled" => TlsMode::Disable,
                    "require" | "required" => TlsMode::Require,
                    "verify-ca" => TlsMode::VerifyAuthority,
                    "verify-full" | "verify-identity" => TlsMode::VerifyFull,
                    _ => TlsMode::Prefer,
                };
            }
            ("sslrootcert" | "ssl-ca" | "ssl_ca" | "ca", "system") => {}
            ("sslrootcert" | "ssl-ca" | "ssl_ca" | "ca", _) => self.authority = Some(value.to_owned()),
            ("host" | "unix_socket", _) => self.host = value.to_owned(),
            ("password", _) => self.password = Some(Password::new(value.to_owned())),
            ("user", _) => self.user = value.to_owned(),
            _ => {}
        }
    }

    /// A target of Django's `DATABASES[alias]`.
    ///
    /// # Errors
    /// When the engine is none we can look at.
    pub fn from_settings(engine: &str, values: &BTreeMap<String, String>) -> Result<Self, String> {
        let Some(known) = Engine::of(engine) else {
            return Err(format!("its engine `{engine}` is none of PostgreSQL, MySQL and SQLite"));
        };
        let text = |name: &str| values.get(name).cloned().unwrap_or_default();
        let mut target = Self::empty(known, text("NAME"));
        target.host = text("HOST");
        target.user = text("USER");
        target.password = Some(text("PASSWORD")).filter(|word| !word.is_empty()).map(Password::new);
        let port = text("PORT");
        if !port.is_empty() {
            target.port = port.parse().map_err(|_| "its PORT is no number".to_owned())?;
        }
        Ok(target)
    }

    /// Its name without the password: `postgres://shop@db.example:5432/shop`.
    pub fn shown(&self) -> String {
        if self.engine == Engine::Sqlite {
            return self.database.clone();
        }
        let scheme = if self.engine == Engine::Postgres { "postgres" } else { "mysql" };
        let host = if self.host.is_empty() { "localhost" } else { &self.host };
        let host =
            if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        format!("{scheme}://{user}{host}:{}/{}", self.port, self.database)
    }

    /// Whether it is reached through a socket in the file system.
    pub fn is_socket(&self) -> bool {
        self.host.is_empty()
            || self.host.starts_with('/')
            || self.host == "localhost" && self.engine == Engine::Mysql
    }
}

fn host_and_port(place: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    match port {
        None | Some("") => Ok((host, None)),
        Some(port) => {
            port.parse().map(|port| (host, Some(port))).map_err(|_| "its port is no number".to_owned())
        }
    }
}

/// Without percent signs. A stray `%` stays.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_django_libraries_read_them() {
        let target =
            Target::from_url("postgres://shop:p%40ss@[2001:db8::1]:6432/shop%2Fx?sslmode=verify-full")
                .unwrap();
        assert_eq!((target.user.as_str(), target.host.as_str(), target.port), ("shop", "2001:db8::1", 6432));
        assert_eq!(target.database, "shop/x");
        assert_eq!(target.password.as_ref().unwrap().reveal(), "p@ss");
        assert_eq!(target.tls, TlsMode::VerifyFull);
        assert_eq!(target.shown(), "postgres://shop@[2001:db8::1]:6432/shop/x");
        assert!(!format!("{target:?}").contains("p@ss"));
        assert_eq!(Target::from_url("sqlite:////srv/db.sqlite3").unwrap().database, "/srv/db.sqlite3");
        assert_eq!(Target::from_url("sqlite:///db.sqlite3").unwrap().database, "db.sqlite3");
        assert_eq!(Target::from_url("mysql://u@h/d").unwrap().port, 3306);
    }

    #[test]
    fn errors_keep_the_password() {
        for url in ["postgres://u:secret@h:port/d", "oracle://u:secret@h/d", "u:secret@h", "sqlite://"] {
            let error = Target::from_url(url).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
