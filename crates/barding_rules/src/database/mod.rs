//! Rules about a database as the web role sees it: what the role may do, how it logs in, and how passwords are stored.

mod database_connection_in_clear;
mod database_connection_unverified;
mod database_function_search_path;
mod database_login_weak;
mod database_login_without_password;
mod database_role_administers;
mod database_role_changes_schema;
mod database_role_enters_other_databases;
mod database_role_has_extra_privileges;
mod database_role_joins_owner;
mod database_role_owns_tables;
mod database_role_reaches_files;
mod database_server_lax;
mod database_server_public;
mod sqlite_file_exposed;
mod stored_password_broken;
mod stored_password_cheap;
mod user_account_guessable;
mod user_privilege_stale;

use crate::Rule;
use barding_finding::Place;
use barding_live::database::{DatabaseLook, Grant};

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &database_connection_in_clear::RULE,
    &database_connection_unverified::RULE,
    &database_function_search_path::RULE,
    &database_login_weak::RULE,
    &database_login_without_password::RULE,
    &database_role_administers::RULE,
    &database_role_changes_schema::RULE,
    &database_role_enters_other_databases::RULE,
    &database_role_has_extra_privileges::RULE,
    &database_role_joins_owner::RULE,
    &database_role_owns_tables::RULE,
    &database_role_reaches_files::RULE,
    &database_server_lax::RULE,
    &database_server_public::RULE,
    &sqlite_file_exposed::RULE,
    &stored_password_broken::RULE,
    &stored_password_cheap::RULE,
    &user_account_guessable::RULE,
    &user_privilege_stale::RULE,
];

/// The role at its server, or the file.
fn place(seen: &DatabaseLook) -> Place {
    Place::DatabaseRole(seen.name.clone())
}

/// What the account of MySQL may do on the whole server.
fn global_grants(seen: &DatabaseLook) -> impl Iterator<Item = &Grant> {
    seen.mysql.iter().flat_map(|role| &role.grants).filter(|grant| !grant.is_role && grant.on == "*.*")
}

/// Global privileges that give nothing, or only show names.
fn is_harmless_globally(name: &str) -> bool {
    matches!(name, "USAGE" | "SHOW DATABASES" | "REPLICATION CLIENT" | "BINLOG MONITOR")
}

/// `a, b and c`; the first eight.
fn listed(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(shown.len());
    match (&shown[..], more) {
        ([only], 0) => (*only).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A count of a list that ends at twenty.
fn count(length: usize) -> String {
    if length >= 20 { "20 or more".to_owned() } else { length.to_string() }
}

fn accounts(count: u64) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}
