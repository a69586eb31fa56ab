//! What an account of MySQL or MariaDB may do, from its own grants.

use super::asking::{BEGINNING, begin, harmless};
use super::mysql_wire::{Row, Session};
use super::users::{DEFAULT_NAMES, MOST_USERS, UserRow, UserTable};
use super::{DatabaseLook, Engine, Grant, MysqlRole, Target};
use crate::dial::Dialer;

pub(super) fn look(dialer: &Dialer, target: &Target, user_tables: &[String]) -> Result<DatabaseLook, String> {
    let seen = DatabaseLook::new(target.shown(), Engine::Mysql);
    let opened =
        begin(seen, target, Session::open(dialer, target), |session| (&session.connection, &session.version));
    let (mut session, mut seen) = match opened {
        Ok(begun) => begun,
        Err(end) => return *end,
    };
    // The limits have different names in MySQL and MariaDB; the one that is unknown is refused.
    for statement in [
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION max_execution_time = 10000",
        "SET SESSION max_statement_time = 10",
    ] {
        let _ = session.query(statement);
    }
    let mut problems = Vec::new();
    let mut ask = |what: &str, sql: &str| -> Vec<Row> {
        session.query(sql).unwrap_or_else(|why| {
            problems.push(format!("{what} could not be asked: {why}"));
            Vec::new()
        })
    };
    let mut role = MysqlRole::default();
    if let Some(row) = ask("who is logged in", "SELECT CURRENT_USER(), COALESCE(DATABASE(), '')").first() {
        role.account = text(row, 0);
        seen.role.clone_from(&role.account);
        seen.database = text(row, 1);
    }
    role.grants =
        ask("the grants", "SHOW GRANTS").iter().filter_map(|row| grant(&text_long(row, 0))).collect();
    role.other_databases = ask(
        "databases",
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'performance_schema') AND schema_name <> COALESCE(DATABASE(), '') ORDER BY 1 LIMIT 20",
    )
    .iter()
    .map(|row| text(row, 0))
    .collect();
    let names = "'secure_file_priv', 'local_infile', 'require_secure_transport', 'bind_address', 'sql_mode', 'have_ssl'";
    let variables = ask("variables", &format!("SHOW GLOBAL VARIABLES WHERE Variable_name IN ({names})"));
    role.variables = variables
        .iter()
        .map(|row| {
            (
                text(row, 0),
                row.get(1).cloned().flatten().map_or_else(|| "NULL".to_owned(), |value| harmless(&value)),
            )
        })
        .collect();
    let wanted: Vec<String> =
        user_tables.iter().map(|name| format!("'{}'", name.replace(['\'', '\\'], ""))).collect();
    let only =
        if wanted.is_empty() { String::new() } else { format!("AND table_name IN ({})", wanted.join(", ")) };
    let tables = ask(
        "tables of users",
        &format!(
            "SELECT table_name, GROUP_CONCAT(column_name) FROM information_schema.columns WHERE table_schema = DATABASE() {only} GROUP BY table_name HAVING SUM(column_name = 'password') = 1 AND SUM(column_name = 'last_login') = 1 ORDER BY 1 LIMIT 5"
        ),
    );
    for table in tables {
        let [Some(name), Some(columns)] = &table[..] else { continue };
        let rows = ask("the users", &users_sql(name, columns));
        let mut counted =
            UserTable { table: harmless(name), more: rows.len() as u64 > MOST_USERS, ..UserTable::default() };
        for row in rows.iter().take(MOST_USERS as usize) {
            let truth = |at: usize| row.get(at).and_then(Option::as_deref) == Some("1");
            counted.count(&UserRow {
                beginning: row.first().cloned().flatten().unwrap_or_default(),
                length: text(row, 1).parse().unwrap_or(0),
                active: truth(2),
                staff: truth(3),
                superuser: truth(4),
                seen: truth(5),
                default_name: truth(6),
            });
        }
        seen.users.push(counted);
    }
    seen.mysql = Some(role);
    seen.problems = problems;
    Ok(seen)
}

fn text(row: &Row, at: usize) -> String {
    row.get(at).and_then(Option::as_deref).map(harmless).unwrap_or_default()
}

/// A grant may be longer than what [`harmless`] keeps.
fn text_long(row: &Row, at: usize) -> String {
    row.get(at)
        .cloned()
        .flatten()
        .unwrap_or_default()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(4000)
        .collect()
}

fn users_sql(table: &str, columns: &str) -> String {
    let has = |name: &str| columns.split(',').any(|column| column == name);
    let flag = |name: &str, absent: &str| if has(name) { name.to_owned() } else { absent.to_owned() };
    let name = ["username", "email", "name"].into_iter().find(|name| has(name));
    let defaults: Vec<String> = DEFAULT_NAMES.iter().map(|name| format!("'{name}'")).collect();
    let default = name.map_or("0".to_owned(), |name| {
        format!("lower(substring_index({name}, '@', 1)) IN ({})", defaults.join(", "))
    });
    format!(
        "SELECT {BEGINNING}, length(password), {}, {}, {}, last_login IS NOT NULL, {default} FROM `{}` LIMIT {}",
        flag("is_active", "1"),
        flag("is_staff", "0"),
        flag("is_superuser", "0"),
        table.replace('`', "``"),
        MOST_USERS + 1
    )
}

/// One line of `SHOW GRANTS`: ``GRANT SELECT, INSERT ON `shop`.* TO …`` or ``GRANT `role` TO …``.
pub(super) fn grant(line: &str) -> Option<Grant> {
    let rest = line.strip_prefix("GRANT ")?;
    let grant_option = line.contains("WITH GRANT OPTION") || line.contains("WITH ADMIN OPTION");
    let (granted, to) = match rest.find(" TO ") {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let Some((privileges, on)) = granted.split_once(" ON ") else {
        return Some(Grant {
            privileges: Vec::new(),
            on: harmless(&granted.replace(['`', '\''], "")),
            grant_option,
            is_role: true,
        });
    };
    let _ = to;
    // Column lists in brackets hold commas of their own.
    let mut names = Vec::new();
    let mut depth = 0;
    let mut word = String::new();
    for letter in privileges.chars().chain([',']) {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                let name = word.trim().to_ascii_uppercase();
                if !name.is_empty() {
                    names.push(harmless(&name));
                }
                word.clear();
            }
            letter if depth == 0 => word.push(letter),
            _ => {}
        }
    }
    Some(Grant {
        privileges: names,
        on: harmless(&on.replace(['`', '\''], "").replace("\\_", "_")),
        grant_option,
        is_role: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_read_as_the_server_writes_them() {
        let own =
            grant("GRANT SELECT, INSERT (a, b), DELETE ON `my\\_shop`.* TO `web`@`%` WITH GRANT OPTION")
                .unwrap();
        assert_eq!(own.privileges, ["SELECT", "INSERT", "DELETE"]);
        assert_eq!(own.on, "my_shop.*");
        assert!(own.grant_option && !own.is_role);
        let all =
            grant("GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' IDENTIFIED BY PASSWORD '*1'").unwrap();
        assert_eq!((all.privileges[0].as_str(), all.on.as_str()), ("ALL PRIVILEGES", "*.*"));
        assert!(grant("GRANT `app_rw`@`%` TO `web`@`%`").unwrap().is_role);
    }
}
