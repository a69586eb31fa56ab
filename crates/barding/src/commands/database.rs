//! `barding database`: what the role the site logs in with may do, and how passwords are stored.

use crate::args::{FormatArg, ProjectArgs, ReportArgs};
use crate::config::read_env_file;
use crate::context::Context;
use crate::deliver::{deliver, print, write_file};
use crate::exit::Exit;
use crate::target::Target;
use anyhow::{Context as _, bail};
use barding_audit::{AuditOptions, audit_live};
use barding_live::database::{DatabaseLook, Engine, Login, SqliteFile, Target as Place, Way, look, sqlite};
use barding_project::{Effective, Options, Project, SettingsModule, SettingsRole, Truth, Value, python};
use barding_report::clean;
use barding_rules::Facts;
use barding_source::{ReadLimits, Sources, mode_of};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// Look at a database with the credentials the site uses: what its role may do that it should not, how it logs in, and how
/// passwords are stored. Everything is read in read-only sessions; no password and no hash is shown or kept.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding database                                       the project's DATABASES[\"default\"]\n  \
    barding database default --env-file .env               with the variables of a file\n  \
    barding database postgres://shop@db.example/shop       the password from PGPASSWORD\n  \
    barding database sqlite:///srv/shop/data/db.sqlite3")]
pub(crate) struct Args {
    /// A URL (postgres://, mysql://, sqlite:///), or an alias of DATABASES
    #[arg(value_name = "URL|ALIAS", default_value = "default")]
    database: String,
    /// The project's folder, for an alias
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    path: Utf8PathBuf,
    /// Count users in this table; without it those that look like Django's are found. May be repeated
    #[arg(long, value_name = "TABLE")]
    user_table: Vec<String>,
    /// Seconds that connecting may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    timeout: u64,
    /// Write what was observed to a file, as JSON
    #[arg(long, value_name = "FILE")]
    facts: Option<Utf8PathBuf>,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// Looks, judges and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let seen = if args.database.contains("://") { from_url(&args)? } else { from_alias(&args)? };
    if let Some(path) = &args.facts {
        let json = serde_json::to_string_pretty(&seen).context("the facts could not be written as JSON")?;
        write_file(path, &(json + "\n"))?;
    }
    let mut options = AuditOptions { target: seen.name.clone(), ..AuditOptions::default() };
    options.select.clone_from(&args.select);
    options.ignore.clone_from(&args.ignore);
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    options.today = Some(context.today.clone());
    let facts = Facts { databases: Some(vec![seen]), ..Facts::default() };
    let result = audit_live(&facts, &options)?;
    let is_terminal =
        matches!(args.report.format, None | Some(FormatArg::Terminal)) && args.report.output.is_none();
    if is_terminal && !args.report.quiet {
        for seen in facts.databases.iter().flatten() {
            print(&summary(seen))?;
        }
    }
    deliver(&result, &args.report, context)
}

fn from_url(args: &Args) -> anyhow::Result<DatabaseLook> {
    // The URL may hold the password, so no error repeats it.
    let mut place =
        Place::from_url(&args.database).map_err(|why| anyhow::anyhow!("that URL cannot be used: {why}"))?;
    let mut variables = BTreeMap::new();
    for path in &args.project.env_file {
        variables.extend(read_env_file(path)?);
    }
    if place.password.is_none() {
        let names: &[&str] = match place.engine {
            Engine::Postgres => &["PGPASSWORD", "DB_PASSWORD"],
            _ => &["MYSQL_PWD", "DB_PASSWORD"],
        };
        let found =
            names.iter().find_map(|name| variables.get(*name).cloned().or_else(|| std::env::var(name).ok()));
        if let Some(word) = found.filter(|word| !word.is_empty()) {
            place.option("password", &word);
        }
    }
    ask(&place, args, None)
}

/// The settings, read with the environment the project would have.
fn from_alias(args: &Args) -> anyhow::Result<DatabaseLook> {
    let target = Target::new(std::slice::from_ref(&args.path), &args.project)?;
    let mut options: Options = target.options(&args.project)?;
    // What runs here may use what is set here; what the user named wins.
    for (name, value) in std::env::vars() {
        options.environment.entry(name).or_insert(value);
    }
    let sources = Sources::new(target.tree.as_ref(), ReadLimits::default(), python::decode);
    let project = Project::read_settings(&sources, &options);
    let Some(settings) = production(&project) else {
        bail!("there is no settings module in {}", target.name)
    };
    let alias = &args.database;
    let databases = match settings.get("DATABASES") {
        Effective::Set(setting) => known(&setting.value),
        _ => bail!("{} sets no DATABASES", settings.name),
    };
    // Every name is known, and this is none of them.
    if let Some(entries) = databases.and_then(Value::entries)
        && let Some(names) = entries.iter().map(|(name, _)| name.text()).collect::<Option<Vec<_>>>()
        && !names.contains(&alias.as_str())
    {
        bail!("{} has no DATABASES[{alias:?}]; it has {}", settings.name, clean(&names.join(", ")));
    }
    let Some(entry) = databases.and_then(|databases| databases.key(alias)).and_then(known) else {
        let why = settings.get("DATABASES").value().map(|value| unknown_in(value, 0)).unwrap_or_default();
        bail!(
            "DATABASES[{alias:?}] of {} is not known{}; give its URL, or the environment with --env-file",
            settings.name,
            clean(&why)
        );
    };
    let place = place_of(entry, alias, settings)?;
    let folder = args.path.canonicalize_utf8().unwrap_or_else(|_| args.path.clone());
    ask(&rooted(place, &folder), args, Some((settings, &folder)))
}

fn production(project: &Project) -> Option<&SettingsModule> {
    let live = |settings: &&SettingsModule| settings.role == SettingsRole::Production;
    let all = || project.settings.iter();
    all()
        .find(|settings| live(settings) && settings.runs_in_production == Truth::Yes)
        .or_else(|| all().find(live))
        .or_else(|| all().next())
}

/// The value itself, or, of a choice, the one that holds with this environment.
fn known(value: &Value) -> Option<&Value> {
    match value {
        Value::OneOf(_) => value.when_unset(),
        Value::Unknown(_) | Value::Env(_) | Value::Unset | Value::Rest(_) => None,
        value => Some(value),
    }
}

fn unknown_in(value: &Value, depth: usize) -> String {
    match value {
        Value::Unknown(unknown) => format!(": {}", unknown.text),
        Value::Env(env) => format!(": the variable {} is not set here", env.variable),
        Value::Dict(entries) if depth < 3 => entries
            .iter()
            .map(|(_, value)| unknown_in(value, depth + 1))
            .find(|why| !why.is_empty())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn place_of(entry: &Value, alias: &str, settings: &SettingsModule) -> anyhow::Result<Place> {
    let mut values = BTreeMap::new();
    for (key, value) in entry.entries().unwrap_or_default() {
        let Some(name) = key.text() else { continue };
        match value {
            Value::Env(env) if matches!(name, "ENGINE" | "NAME" | "USER" | "PASSWORD" | "HOST") => {
                bail!(
                    "{name} of DATABASES[{alias:?}] is read from {}, which is not set here; give it with --env-file or --env",
                    env.variable
                )
            }
            Value::Unknown(unknown)
                if matches!(name, "ENGINE" | "NAME" | "USER" | "PASSWORD" | "HOST" | "PORT") =>
            {
                bail!(
                    "{name} of DATABASES[{alias:?}] in {} is not known: {}; give its URL",
                    settings.name,
                    clean(&unknown.text)
                )
            }
            value => {
                if let Some(text) = known(value).and_then(plain) {
                    values.insert(name.to_owned(), text);
                }
            }
        }
    }
    let engine = values.get("ENGINE").cloned().unwrap_or_default();
    let mut place = Place::from_settings(&engine, &values)
        .map_err(|why| anyhow::anyhow!("DATABASES[{alias:?}] cannot be looked at: {}", clean(&why)))?;
    for (key, value) in entry.key("OPTIONS").and_then(Value::entries).unwrap_or_default() {
        let (Some(name), Some(text)) = (key.text(), plain(value)) else {
            if let (Some("ssl"), Some(inner)) = (key.text(), value.entries()) {
                for (key, value) in inner {
                    if let (Some(name), Some(text)) = (key.text(), plain(value)) {
                        place.option(name, &text);
                    }
                }
            }
            continue;
        };
        place.option(name, &text);
    }
    Ok(place)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Path(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Paths of the model begin at the project's folder.
fn rooted(mut place: Place, folder: &Utf8Path) -> Place {
    place.database = place.database.replace("<root>", folder.as_str());
    if place.engine == Engine::Sqlite && !place.database.starts_with('/') {
        place.database = folder.join(&place.database).into_string();
    }
    place
}

fn ask(
    place: &Place,
    args: &Args,
    project: Option<(&SettingsModule, &Utf8Path)>,
) -> anyhow::Result<DatabaseLook> {
    if place.engine == Engine::Sqlite {
        return open_sqlite(place, args, project);
    }
    let name = place.shown();
    look(place, &args.user_table, Duration::from_secs(args.timeout))
        .map_err(|why| anyhow::anyhow!("{}: {}", clean(&name), clean(&why)))
}

fn open_sqlite(
    place: &Place,
    args: &Args,
    project: Option<(&SettingsModule, &Utf8Path)>,
) -> anyhow::Result<DatabaseLook> {
    let path = Utf8Path::new(&place.database);
    let mut file = std::fs::File::open(path).with_context(|| format!("{path} could not be opened"))?;
    let mut seen = DatabaseLook::new(path.as_str(), Engine::Sqlite);
    seen.database = path.file_name().unwrap_or_default().to_owned();
    let real = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().unwrap_or(Utf8Path::new("/"));
    let mut facts = SqliteFile { path: real.to_string(), ..SqliteFile::default() };
    (facts.mode, facts.folder_mode) = (mode_of(&real), mode_of(folder));
    facts.has_log = std::fs::metadata(format!("{real}-wal")).is_ok_and(|log| log.len() > 0);
    if facts.has_log {
        seen.problems.push("changes that are still in the write-ahead log were not read".to_owned());
    }
    if let Some((settings, root)) = project {
        facts.beside_code = real.starts_with(root);
        facts.served_by = ["STATIC_ROOT", "MEDIA_ROOT"].into_iter().find_map(|name| {
            let text = settings.get(name).value().and_then(known).and_then(plain)?;
            let folder = root.join(text.replace("<root>", root.as_str()));
            (!text.is_empty() && real.starts_with(&folder)).then(|| name.to_owned())
        });
    }
    seen.sqlite = Some(facts);
    match sqlite::user_tables(&mut file, &args.user_table) {
        Ok(users) => seen.users = users,
        Err(why) => bail!("{path} could not be read: {why}"),
    }
    Ok(seen)
}

/// What was seen, before what is wrong with it.
fn summary(seen: &DatabaseLook) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", clean(&seen.name));
    let mut line = |what: &str, text: &str| {
        let _ = writeln!(out, "  {what:<12}{}", clean(text));
    };
    if !seen.version.is_empty() {
        line("server", &format!("{} {}", seen.engine.title(), seen.version));
    }
    if !seen.role.is_empty() {
        line("role", &seen.role);
    }
    if let Some(connection) = &seen.connection {
        let way = match connection.way {
            Way::Socket => "a socket of this machine",
            Way::Loopback => "the loopback",
            Way::Private => "a private network",
            Way::Public => "a public address",
        };
        let tls = match (&connection.tls, &connection.certificate_problem) {
            (Some(version), None) => format!("{version}, certificate holds"),
            (Some(version), Some(why)) => format!("{version}, certificate does not hold: {why}"),
            (None, _) => "no TLS".to_owned(),
        };
        line("way", &format!("{way}, {tls}"));
        let login = match &connection.login {
            Login::Nothing => "no password was asked for".to_owned(),
            Login::Cleartext => "the password in clear".to_owned(),
            Login::WeakDigest(method) | Login::Strong(method) => method.clone(),
        };
        line("login", &login);
    }
    if let Some(file) = &seen.sqlite {
        let mode = file.mode.map_or_else(|| "unknown".to_owned(), |mode| format!("{mode:04o}"));
        line(
            "file",
            &format!(
                "mode {mode}, folder {}",
                file.folder_mode.map_or_else(|| "unknown".to_owned(), |mode| format!("{mode:04o}"))
            ),
        );
    }
    for table in &seen.users {
        let more = if table.more { " (more were not counted)" } else { "" };
        line(
            "users",
            &format!(
                "{} in {}{more}: {} active superusers, {} without a usable password",
                table.users, table.table, table.superusers, table.unusable
            ),
        );
        for (hash, count) in &table.hashes {
            line("", &format!("{count:>6}  {hash}"));
        }
    }
    out.push('\n');
    out
}
