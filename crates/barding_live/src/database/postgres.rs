//! What a role of PostgreSQL may do, asked of the catalogue in a read-only session.

use super::asking::{BEGINNING, begin, harmless};
use super::postgres_wire::{Row, Session};
use super::users::{DEFAULT_NAMES, MOST_USERS, UserRow, UserTable};
use super::{DatabaseLook, Engine, PostgresRole, Target};
use crate::dial::Dialer;

pub(super) fn look(dialer: &Dialer, target: &Target, user_tables: &[String]) -> Result<DatabaseLook, String> {
    let seen = DatabaseLook::new(target.shown(), Engine::Postgres);
    let opened =
        begin(seen, target, Session::open(dialer, target), |session| (&session.connection, &session.version));
    let (mut session, mut seen) = match opened {
        Ok(begun) => begun,
        Err(end) => return *end,
    };
    // A pooler may not know them; the questions below change nothing either way.
    for statement in ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET statement_timeout = '10s'"]
    {
        let _ = session.query(statement);
    }
    let mut ask = Asking { session, problems: Vec::new() };
    if let Some(row) = ask.rows("who is logged in", "SELECT current_user, current_database()").first() {
        seen.role = text(row, 0);
        seen.database = text(row, 1);
    }
    seen.postgres = Some(role(&mut ask));
    for table in tables(&mut ask, user_tables) {
        seen.users.extend(users(&mut ask, &table));
    }
    seen.problems = ask.problems;
    Ok(seen)
}

struct Asking<'d> {
    session: Session<'d>,
    problems: Vec<String>,
}

impl Asking<'_> {
    fn rows(&mut self, what: &str, sql: &str) -> Vec<Row> {
        self.session.query(sql).unwrap_or_else(|why| {
            self.problems.push(format!("{what} could not be asked: {why}"));
            Vec::new()
        })
    }

    fn list(&mut self, what: &str, sql: &str) -> Vec<String> {
        self.rows(what, sql).iter().map(|row| text(row, 0)).collect()
    }
}

fn text(row: &Row, at: usize) -> String {
    row.get(at).and_then(Option::as_deref).map(harmless).unwrap_or_default()
}

fn truth(row: &Row, at: usize) -> bool {
    row.get(at).and_then(Option::as_deref) == Some("t")
}

fn number(row: &Row, at: usize) -> u64 {
    row.get(at).and_then(Option::as_deref).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Schemas of the project, not of the server.
const OWN_SCHEMAS: &str = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

fn role(ask: &mut Asking<'_>) -> PostgresRole {
    let mut role = PostgresRole::default();
    let attributes = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user";
    if let Some(row) = ask.rows("the role's attributes", attributes).first() {
        role.superuser = truth(row, 0);
        role.createdb = truth(row, 1);
        role.createrole = truth(row, 2);
        role.replication = truth(row, 3);
        role.bypassrls = truth(row, 4);
    }
    // A superuser is a member of everything; that is one finding, not fifty.
    let of_others: &mut [(&mut Vec<String>, &str, &str)] = &mut [
        (
            &mut role.member_of,
            "memberships",
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname <> current_user AND r.rolname !~ '^pg_' AND pg_has_role(current_user, r.oid, 'MEMBER') ORDER BY 1 LIMIT 20",
        ),
        (
            &mut role.member_of_owners,
            "memberships in owners",
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname <> current_user AND r.rolname !~ '^pg_' AND pg_has_role(current_user, r.oid, 'MEMBER') AND (EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid) OR EXISTS (SELECT FROM pg_database d WHERE d.datdba = r.oid) OR r.rolsuper) ORDER BY 1 LIMIT 20",
        ),
        (
            &mut role.predefined,
            "predefined roles",
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname ~ '^pg_' AND r.rolname <> 'pg_database_owner' AND pg_has_role(current_user, r.oid, 'MEMBER') ORDER BY 1",
        ),
        (
            &mut role.untrusted_languages,
            "languages",
            "SELECT lanname FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c') AND has_language_privilege(lanname, 'USAGE') ORDER BY 1",
        ),
    ];
    if !role.superuser {
        for (answer, what, sql) in of_others {
            **answer = ask.list(what, sql);
        }
    }
    let of_databases: &mut [(&mut Vec<String>, &str, &str)] = &mut [
        (
            &mut role.other_databases,
            "databases",
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datallowconn AND datname <> current_database() AND has_database_privilege(datname, 'CONNECT') ORDER BY 1 LIMIT 20",
        ),
        (
            &mut role.creates_in_databases,
            "databases it may create in",
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND (pg_get_userbyid(datdba) = current_user OR has_database_privilege(datname, 'CREATE')) ORDER BY 1 LIMIT 20",
        ),
    ];
    for (answer, what, sql) in of_databases {
        **answer = ask.list(what, sql);
    }
    let temporary =
        ask.list("temporary tables", "SELECT has_database_privilege(current_database(), 'TEMPORARY')");
    role.temporary = temporary.first().is_some_and(|answer| answer == "t");
    role.creates_in_schemas = ask.list(
        "schemas",
        &format!("SELECT n.nspname FROM pg_namespace n WHERE {OWN_SCHEMAS} AND has_schema_privilege(n.oid, 'CREATE') ORDER BY 1 LIMIT 20"),
    );
    role.owned = ask.list(
        "ownership",
        &format!("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {OWN_SCHEMAS} AND pg_has_role(current_user, c.relowner, 'USAGE') ORDER BY 1 LIMIT 20"),
    );
    role.truncates = ask.list(
        "TRUNCATE",
        &format!("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OWN_SCHEMAS} AND has_table_privilege(c.oid, 'TRUNCATE') ORDER BY 1 LIMIT 20"),
    );
    role.extra = ask.list(
        "further privileges",
        &format!("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OWN_SCHEMAS} AND has_table_privilege(c.oid, 'REFERENCES, TRIGGER, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION, SELECT WITH GRANT OPTION, DELETE WITH GRANT OPTION') ORDER BY 1 LIMIT 20"),
    );
    role.definer_functions = ask.list(
        "functions",
        &format!("SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND {OWN_SCHEMAS} AND has_function_privilege(p.oid, 'EXECUTE') AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS line WHERE line LIKE 'search_path=%') ORDER BY 1 LIMIT 20"),
    );
    let ignored = ask.rows(
        "row security",
        "SELECT count(*) FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT c.relforcerowsecurity AND pg_has_role(current_user, c.relowner, 'USAGE')",
    );
    role.ignored_row_security = ignored.first().map_or(0, |row| number(row, 0));
    let settings = "SELECT name, setting FROM pg_settings WHERE name IN ('password_encryption', 'ssl', 'listen_addresses', 'statement_timeout', 'ssl_min_protocol_version')";
    role.settings = ask.rows("settings", settings).iter().map(|row| (text(row, 0), text(row, 1))).collect();
    // Our own session's limit is no setting of the role.
    role.settings.remove("statement_timeout");
    role
}

/// A name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn tables(ask: &mut Asking<'_>, wanted: &[String]) -> Vec<(String, Vec<String>)> {
    let names: Vec<String> = wanted.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect();
    let only =
        if names.is_empty() { String::new() } else { format!("AND c.relname IN ({})", names.join(", ")) };
    let sql = format!(
        "SELECT n.nspname, c.relname, string_agg(a.attname, ',') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND {OWN_SCHEMAS} {only} GROUP BY 1, 2 HAVING string_agg(a.attname, ',') LIKE '%password%' AND bool_or(a.attname = 'password') AND bool_or(a.attname = 'last_login') ORDER BY 1, 2 LIMIT 5"
    );
    let rows = ask.rows("tables of users", &sql);
    rows.iter()
        .filter_map(|row| {
            let [Some(schema), Some(table), Some(columns)] = &row[..] else { return None };
            Some((
                format!("{}.{}", quoted(schema), quoted(table)),
                columns.split(',').map(str::to_owned).collect(),
            ))
        })
        .collect()
}

fn users(ask: &mut Asking<'_>, (table, columns): &(String, Vec<String>)) -> Option<UserTable> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    let flag = |name: &str, absent: &str| if has(name) { name.to_owned() } else { absent.to_owned() };
    let name = ["username", "email", "name"].into_iter().find(|name| has(name));
    let defaults: Vec<String> = DEFAULT_NAMES.iter().map(|name| format!("'{name}'")).collect();
    let default = name.map_or("false".to_owned(), |name| {
        format!("lower(split_part({name}::text, '@', 1)) IN ({})", defaults.join(", "))
    });
    let sql = format!(
        "SELECT {BEGINNING}, length(password), {}, {}, {}, last_login IS NOT NULL, {default} FROM {table} LIMIT {}",
        flag("is_active", "true"),
        flag("is_staff", "false"),
        flag("is_superuser", "false"),
        MOST_USERS + 1
    );
    let rows = match ask.session.query(&sql) {
        Ok(rows) => rows,
        Err(why) => {
            ask.problems.push(format!("the users in {} could not be counted: {why}", harmless(table)));
            return None;
        }
    };
    let mut counted = UserTable { table: harmless(&table.replace('"', "")), ..UserTable::default() };
    counted.more = rows.len() as u64 > MOST_USERS;
    for row in rows.iter().take(MOST_USERS as usize) {
        counted.count(&UserRow {
            beginning: row.first().cloned().flatten().unwrap_or_default(),
            length: number(row, 1),
            active: truth(row, 2),
            staff: truth(row, 3),
            superuser: truth(row, 4),
            seen: truth(row, 5),
            default_name: truth(row, 6),
        });
    }
    Some(counted)
}
