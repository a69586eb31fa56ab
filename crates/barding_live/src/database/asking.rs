//! Asks one database, whichever engine it is.

use super::{Connection, DatabaseLook, Engine, Login, Target, mysql, postgres};
use crate::dial::{Dialer, Limits};
use std::time::Duration;

/// Looks at a server with the credentials of `target`. `user_tables` are the tables to count users in; when empty, those
/// that look like Django's are found.
///
/// # Errors
/// When nothing at all could be seen. The reason never holds the password.
pub fn look(target: &Target, user_tables: &[String], timeout: Duration) -> Result<DatabaseLook, String> {
    let limits = Limits { connect: timeout, whole: timeout * 3, bytes: 64 << 20, ..Limits::default() };
    let dialer = Dialer::new(limits);
    let found = match target.engine {
        Engine::Postgres => postgres::look(&dialer, target, user_tables),
        Engine::Mysql => mysql::look(&dialer, target, user_tables),
        Engine::Sqlite => Err("an SQLite file is opened, not asked".to_owned()),
    };
    found.map_err(|why| without(&why, target))
}

/// A session that was opened, with the first facts about it; or how the look ends where it was refused.
pub(super) type Opened<S> = Result<(S, DatabaseLook), Box<Result<DatabaseLook, String>>>;

/// Begins the look with a session, whatever the engine. A refusal over the way in is worth a report when the way itself is bad.
pub(super) fn begin<S>(
    mut seen: DatabaseLook,
    target: &Target,
    opened: Result<S, (String, Option<Connection>)>,
    facts: impl Fn(&S) -> (&Connection, &String),
) -> Opened<S> {
    match opened {
        Ok(session) => {
            let (connection, version) = facts(&session);
            seen.connection = Some(connection.clone());
            seen.version.clone_from(version);
            Ok((session, seen))
        }
        Err((why, Some(connection))) if connection.login == Login::Cleartext => {
            seen.connection = Some(connection);
            seen.role.clone_from(&target.user);
            seen.problems.push(why);
            Err(Box::new(Ok(seen)))
        }
        Err((why, _)) => Err(Box::new(Err(why))),
    }
}

/// No server's words may bring the password back.
fn without(why: &str, target: &Target) -> String {
    match &target.password {
        Some(password) if !password.reveal().is_empty() => why.replace(password.reveal(), "…"),
        _ => why.to_owned(),
    }
}

/// A server's words without what could move a cursor or turn the reading direction.
pub(super) fn harmless(text: &str) -> String {
    crate::tls::x509::der::harmless(text)
}

/// The expression that reads no more of a stored password than its algorithm and work factor.
pub(super) const BEGINNING: &str = "CASE WHEN password LIKE '!%' THEN '!' WHEN password LIKE 'md5$%' THEN 'md5$' WHEN password LIKE 'sha1$%' \
THEN 'sha1$' WHEN password LIKE 'crypt$%' THEN 'crypt$' WHEN password LIKE '%$%' THEN substr(password, 1, 40) ELSE '' END";
