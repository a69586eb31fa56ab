//! SQL for two database roles: one that owns and migrates, one for the web with the least it needs. Facts behind it: an
//! owner may drop and alter whatever is granted; default privileges belong to the role that creates; in MySQL there are
//! no owners, and `_` is a wildcard in the name of a database.

use crate::site::Site;
use crate::words::{comment, is_word};

/// A database server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL.
    PostgreSql,
    /// MySQL or MariaDB.
    MySql,
}

impl Engine {
    /// The engine of the site's default database.
    pub fn of(site: &Site) -> Option<Self> {
        match site.database.as_ref()?.engine.as_str() {
            "postgresql" => Some(Self::PostgreSql),
            "mysql" => Some(Self::MySql),
            _ => None,
        }
    }
}

/// What is wished of the roles.
#[derive(Clone, Debug, Default)]
pub struct RoleWishes {
    /// The database's name.
    pub database: Option<String>,
    /// The web role.
    pub web: Option<String>,
    /// The migration role.
    pub migrate: Option<String>,
    /// The schema of PostgreSQL.
    pub schema: Option<String>,
    /// MySQL: where the application connects from, `localhost` or `10.0.0.%`.
    pub from_host: Option<String>,
}

/// Roles that own the server itself, so the web must not use them.
const ADMINISTRATORS: [&str; 8] =
    ["postgres", "root", "admin", "sa", "mysql", "doadmin", "rdsadmin", "cloudsqlsuperuser"];

struct Names {
    database: String,
    owner: String,
    migrate: String,
    web: String,
    schema: String,
    host: String,
}

fn names(site: &Site, wishes: &RoleWishes) -> Names {
    let word = |text: &Option<String>| text.clone().filter(|text| is_word(text));
    let configured = site.database.as_ref();
    let database = word(&wishes.database)
        .or_else(|| word(&configured.and_then(|database| database.name.clone())))
        .unwrap_or_else(|| site.name.clone());
    let user = word(&configured.and_then(|database| database.user.clone()))
        .filter(|user| !ADMINISTRATORS.contains(&user.to_ascii_lowercase().as_str()));
    let host = wishes.from_host.clone().filter(|host| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:%/".contains(&byte))
    });
    Names {
        owner: format!("{database}_owner"),
        migrate: word(&wishes.migrate).unwrap_or_else(|| format!("{database}_migrate")),
        web: word(&wishes.web).or(user).unwrap_or_else(|| format!("{database}_web")),
        schema: word(&wishes.schema).unwrap_or_else(|| "public".to_owned()),
        host: host.unwrap_or_else(|| "localhost".to_owned()),
        database,
    }
}

/// The statements, for `psql` or `mysql` as an administrator.
pub fn database_roles(site: &Site, engine: Engine, wishes: &RoleWishes) -> String {
    let names = names(site, wishes);
    match engine {
        Engine::PostgreSql => postgresql(&names),
        Engine::MySql => mysql(&names),
    }
}

fn postgresql(names: &Names) -> String {
    let Names { database, owner, migrate, web, schema, .. } = names;
    let mut out = comment(
        "--",
        "",
        &format!(
            "Roles for the database {database} in PostgreSQL. Made by `barding generate database-roles`.\nRun it once as a superuser: \
             psql -d postgres -f FILE. It may be run again.\n{owner} owns everything and cannot log in; {migrate} logs in and acts as \
             {owner}; {web} is the site: it reads and writes rows and changes nothing else."
        ),
    );
    out.push_str("\n\\set ON_ERROR_STOP on\n\n");
    for (role, login) in [(owner, "NOLOGIN"), (migrate, "LOGIN"), (web, "LOGIN")] {
        out.push_str(&format!(
            "SELECT 'CREATE ROLE \"{role}\" {login}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
        ));
    }
    let none = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";
    out.push_str(&format!(
        "ALTER ROLE \"{owner}\" NOLOGIN {none};\nALTER ROLE \"{migrate}\" LOGIN NOINHERIT {none} CONNECTION LIMIT 5;\nALTER ROLE \"{web}\" \
         LOGIN {none};\nGRANT \"{owner}\" TO \"{migrate}\";\n-- Whoever is a member of the owner can become it; files and programs of the server are \
         nothing for a site.\nDO $$ DECLARE had record; BEGIN\n  FOR had IN SELECT a.roleid::regrole AS granted, \
         a.member::regrole AS member FROM pg_auth_members a\n    JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = \
         a.member\n    WHERE m.rolname IN ('{web}', '{migrate}', '{owner}') AND (g.rolname LIKE 'pg\\_%' OR m.rolname = '{web}' AND \
         g.rolname IN ('{owner}', '{migrate}'))\n  LOOP EXECUTE format('REVOKE %s FROM %s', had.granted, had.member); END \
         LOOP;\nEND $$;\n\n"
    ));
    out.push_str(&format!(
        "SELECT 'CREATE DATABASE \"{database}\" OWNER \"{owner}\"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = \
         '{database}') \\gexec\nALTER DATABASE \"{database}\" OWNER TO \"{owner}\";\n-- PUBLIC may connect and make temporary tables by \
         default; so may every role, in every database.\nREVOKE ALL ON DATABASE \"{database}\" FROM PUBLIC;\nREVOKE ALL ON DATABASE \
         \"{database}\" FROM \"{web}\";\nGRANT CONNECT ON DATABASE \"{database}\" TO \"{migrate}\", \"{web}\";\n-- Other roles that use these \
         two need a grant of their own then.\nREVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;\n\n"
    ));
    out.push_str(&format!("\\connect \"{database}\"\n\n"));
    if schema != "public" {
        out.push_str(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\" AUTHORIZATION \"{owner}\";\n"));
    }
    out.push_str(&format!(
        "-- What the web role owns from earlier days goes to the owner: an owner may drop and alter whatever is granted.\nREASSIGN OWNED \
         BY \"{web}\" TO \"{owner}\";\nREASSIGN OWNED BY \"{migrate}\" TO \"{owner}\";\n\n-- Before PostgreSQL 15 everybody may create in the \
         schema public.\nREVOKE ALL ON SCHEMA public FROM PUBLIC;\nREVOKE ALL ON SCHEMA \"{schema}\" FROM \"{web}\";\nGRANT USAGE, CREATE \
         ON SCHEMA \"{schema}\" TO \"{owner}\";\nGRANT USAGE ON SCHEMA \"{schema}\" TO \"{web}\", \"{migrate}\";\n\n"
    ));
    out.push_str(&format!(
        "-- Every session of the migration role acts as the owner, so that what it creates belongs to the owner.\nALTER ROLE \
         \"{migrate}\" IN DATABASE \"{database}\" SET role = '{owner}';\n"
    ));
    if schema != "public" {
        for role in [migrate, web] {
            out.push_str(&format!(
                "ALTER ROLE \"{role}\" IN DATABASE \"{database}\" SET search_path = \"{schema}\";\n"
            ));
        }
    }
    out.push_str(&format!(
        "\n-- Tables that are there.\nREVOKE ALL ON ALL TABLES IN SCHEMA \"{schema}\" FROM PUBLIC, \"{web}\";\nGRANT SELECT, INSERT, UPDATE, \
         DELETE ON ALL TABLES IN SCHEMA \"{schema}\" TO \"{web}\";\nGRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA \"{schema}\" TO \
         \"{web}\";\n-- Tables to come: those that the owner will create.\nALTER DEFAULT PRIVILEGES FOR ROLE \"{owner}\" IN SCHEMA \
         \"{schema}\" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \"{web}\";\nALTER DEFAULT PRIVILEGES FOR ROLE \"{owner}\" IN SCHEMA \
         \"{schema}\" GRANT USAGE, SELECT ON SEQUENCES TO \"{web}\";\nALTER DEFAULT PRIVILEGES FOR ROLE \"{owner}\" REVOKE EXECUTE ON \
         FUNCTIONS FROM PUBLIC;\n-- The list of applied migrations is the migration role's to write.\nDO $$ BEGIN\n  IF \
         to_regclass('\"{schema}\".django_migrations') IS NOT NULL THEN\n    REVOKE INSERT, UPDATE, DELETE ON \
         \"{schema}\".django_migrations FROM \"{web}\";\n  END IF;\nEND $$;\n\n"
    ));
    out.push_str(&format!(
        "-- A request that takes longer is stuck or hostile. LOCK TABLE follows from UPDATE and cannot be taken away; it can be \
         bounded.\nALTER ROLE \"{web}\" SET statement_timeout = '30s';\nALTER ROLE \"{web}\" SET lock_timeout = '10s';\nALTER ROLE \"{web}\" \
         SET idle_in_transaction_session_timeout = '60s';\n\n"
    ));
    out.push_str(&format!(
        "-- Passwords, typed in psql so that no log and no file holds them:\n--   \\password {migrate}\n--   \\password {web}\n-- In \
         pg_hba.conf: hostssl {database} {migrate},{web} NETWORK scram-sha-256\n"
    ));
    out.push_str(&wiring(web, migrate, "\"OPTIONS\": {\"sslmode\": \"verify-full\", \"sslrootcert\": \"/path/of/ca.pem\"},  # unless the server is on this machine"));
    out
}

fn mysql(names: &Names) -> String {
    let Names { database, migrate, web, host, .. } = names;
    let pattern = database.replace('_', "\\_");
    let local = host == "localhost" || host == "127.0.0.1" || host == "::1";
    let tls = if local { "" } else { " REQUIRE SSL" };
    let mut out = comment(
        "--",
        "",
        &format!(
            "Accounts for the database {database} in MySQL or MariaDB. Made by `barding generate database-roles`.\nRun it once as root: \
             mysql < FILE. It may be run again.\n{migrate} creates and alters tables; {web} is the site: it reads and writes rows and \
             changes nothing else. Both may come from {host} only."
        ),
    );
    out.push_str(&format!("\nCREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4;\n\n"));
    out.push_str("-- New accounts are locked until they have a password: without one anybody on that host could log in.\n");
    for user in [migrate, web] {
        out.push_str(&format!("CREATE USER IF NOT EXISTS '{user}'@'{host}' ACCOUNT LOCK;\n"));
    }
    if !local {
        out.push_str("-- The password and every row travel encrypted.\n");
        for user in [migrate, web] {
            out.push_str(&format!("ALTER USER '{user}'@'{host}'{tls};\n"));
        }
    }
    out.push_str(&format!(
        "\n-- Begin with nothing, also for accounts that were there.\nREVOKE ALL PRIVILEGES, GRANT OPTION FROM '{migrate}'@'{host}';\nREVOKE \
         ALL PRIVILEGES, GRANT OPTION FROM '{web}'@'{host}';\n\n-- The backslash keeps `_` from matching any letter of other databases' \
         names.\nGRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES ON `{pattern}`.* TO \
         '{migrate}'@'{host}';\n-- Granted on the database, so that tables to come are covered too.\nGRANT SELECT, INSERT, UPDATE, DELETE ON \
         `{pattern}`.* TO '{web}'@'{host}';\n\n-- Fresh servers let everybody into the databases named test.\nDELETE FROM mysql.db WHERE \
         Db IN ('test', 'test\\\\_%') AND User IN ('', 'PUBLIC');\nFLUSH PRIVILEGES;\n\n"
    ));
    out.push_str("-- Passwords (the mysql client keeps statements that name them out of its history):\n");
    for user in [migrate, web] {
        out.push_str(&format!("--   ALTER USER '{user}'@'{host}' IDENTIFIED BY '…' ACCOUNT UNLOCK;\n"));
    }
    out.push_str("-- In my.cnf, where no other host needs the server: bind-address = 127.0.0.1; local_infile = 0; secure_file_priv = NULL\n");
    out.push_str(&wiring(web, migrate, "\"OPTIONS\": {\"ssl_mode\": \"VERIFY_IDENTITY\", \"ssl\": {\"ca\": \"/path/of/ca.pem\"}},  # unless the server is on this machine"));
    out
}

/// How Django uses both.
fn wiring(web: &str, migrate: &str, options: &str) -> String {
    format!(
        "\n-- The settings (one entry for both roles, told apart by the environment):\n--   DATABASES = {{\"default\": {{…,\n--       \
         \"USER\": os.environ[\"DB_USER\"], \"PASSWORD\": os.environ[\"DB_PASSWORD\"],\n--       {options}\n--   }}}}\n-- The site's own \
         environment: DB_USER={web} and its password. It never sees the other one.\n-- The deploy step, before the new version \
         starts:\n--   DB_USER={migrate} DB_PASSWORD=… python manage.py migrate\n-- and not in the command that starts the web process. \
         `barding database URL` shows what a role may do.\n"
    )
}
