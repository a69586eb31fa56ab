//! The site as its project describes it: names, files, admin, limits, databases.
//!
//! What comes in: the model of a project. What goes out: a [`Site`]. What the project does not say is assumed, and each
//! assumption is a sentence in [`Site::assumptions`], which the generated text repeats.

use crate::wishes::Wishes;
use crate::words::{is_domain, is_plain_path, is_word};
use barding_project::code::Call;
use barding_project::{Effective, Project, Series, SettingsModule, SettingsRole, Truth, Value};

/// The site, as far as its project tells.
#[derive(Clone, Debug)]
pub struct Site {
    /// A short name: the package that holds the settings.
    pub name: String,
    /// The settings module that runs the live site.
    pub module: Option<String>,
    /// The series of Django to write for: the oldest that may be meant, so that the text holds for all.
    pub series: Series,
    /// The version in words.
    pub django: String,
    /// The names it answers to; at least one.
    pub domains: Vec<String>,
    /// Whether the names are the project's or the user's own, and not a placeholder.
    pub domains_known: bool,
    /// The folder of the project on the server.
    pub folder: String,
    /// Static files, when this server is to send them.
    pub statics: Option<Files>,
    /// Uploads, when this server is to send them.
    pub media: Option<Files>,
    /// The admin.
    pub admin: Option<Admin>,
    /// The path of LOGIN_URL, when it is one.
    pub login: Option<String>,
    /// The largest body the project's settings ask for, in bytes.
    pub upload_limit: u64,
    /// HSTS as the project sends it.
    pub hsts: Option<Hsts>,
    /// The request header Django reads the scheme from: `X-Forwarded-Proto`.
    pub scheme_header: Option<String>,
    /// Whether the project reads the host from `X-Forwarded-Host`.
    pub forwarded_host: bool,
    /// `shop.wsgi:application`, or the ASGI one.
    pub application: String,
    /// Whether [`Site::application`] is an ASGI application.
    pub is_asgi: bool,
    /// The default database.
    pub database: Option<Database>,
    /// Whether a compose file publishes ports, so that Docker's own rules matter.
    pub uses_docker: bool,
    /// Django's settings of the module, for the generators of settings and policies.
    pub language: Option<String>,
    /// What was assumed, sentence by sentence.
    pub assumptions: Vec<String>,
}

/// A URL prefix and the folder behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The prefix, with a slash at both ends.
    pub url: String,
    /// The folder, without a slash at its end.
    pub root: String,
    /// Whether names carry a hash of the content, so that they may be cached for ever.
    pub hashed: bool,
}

/// Where the admin is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// Its path, with a slash at both ends.
    pub path: String,
}

/// Strict-Transport-Security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hsts {
    /// `max-age`.
    pub seconds: u64,
    /// `includeSubDomains`.
    pub subdomains: bool,
    /// `preload`.
    pub preload: bool,
}

/// The default database, as the settings name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Database {
    /// The last part of ENGINE: `postgresql`, `mysql`, `sqlite3`, `oracle`.
    pub engine: String,
    /// NAME, when it is known.
    pub name: Option<String>,
    /// USER, when it is known.
    pub user: Option<String>,
    /// HOST, when it is known.
    pub host: Option<String>,
}

/// Django's DATA_UPLOAD_MAX_MEMORY_SIZE.
const USUAL_LIMIT: u64 = 2_621_440;

impl Site {
    /// The site of a project.
    pub fn of(project: &Project, wishes: &Wishes) -> Self {
        let settings = production(project);
        let mut assumptions = Vec::new();
        let module = settings.map(|settings| settings.name.clone());
        let name = site_name(module.as_deref());
        let folder = wishes.folder.clone().filter(|folder| is_plain_path(folder)).map_or_else(
            || {
                assumptions.push(format!("The project lies in /srv/{name} on the server (--root)."));
                format!("/srv/{name}")
            },
            |folder| folder.trim_end_matches('/').to_owned(),
        );
        if module.is_none() {
            assumptions.push("No settings module was found; Django's defaults are taken.".to_owned());
        }
        let (domains, domains_known) = domains(settings, wishes, &mut assumptions);
        let version = settings.map_or(&project.django, SettingsModule::django);
        let statics = statics(settings, &folder, &mut assumptions);
        let media = media(settings, &folder, &mut assumptions);
        if let (Some(statics), Some(media)) = (&statics, &media)
            && format!("{}/", media.root).starts_with(&format!("{}/", statics.root))
        {
            assumptions.push(format!(
                "MEDIA_ROOT ({}) lies inside STATIC_ROOT ({}): give uploads a folder of their own, or an upload may \
                 replace a script.",
                media.root, statics.root
            ));
        }
        let (application, is_asgi) = application(settings, module.as_deref());
        Self {
            series: version.possible().first().copied().unwrap_or(Series::NEWEST),
            django: version.words(),
            admin: admin(project, settings),
            login: settings.and_then(login),
            upload_limit: upload_limit(settings, media.is_some()),
            hsts: settings.and_then(hsts),
            scheme_header: settings.and_then(scheme_header),
            forwarded_host: settings
                .is_some_and(|settings| settings.is_truthy("USE_X_FORWARDED_HOST") == Truth::Yes),
            database: settings.and_then(database),
            uses_docker: !project.servers.compose.is_empty(),
            language: settings.and_then(|settings| text_of(settings, "LANGUAGE_CODE")),
            name,
            module,
            domains,
            domains_known,
            folder,
            statics,
            media,
            application,
            is_asgi,
            assumptions,
        }
    }

    /// The name a reader would type: the first that is no pattern.
    pub(crate) fn main_domain(&self) -> &str {
        let first = self.domains.iter().find(|name| !name.starts_with(['.', '*'])).or(self.domains.first());
        first.map_or("example.org", |name| name.trim_start_matches("*.").trim_start_matches('.'))
    }
}

/// The settings module that runs the live site: the surest first.
pub(crate) fn production(project: &Project) -> Option<&SettingsModule> {
    let rank = |settings: &&SettingsModule| match (settings.role, settings.runs_in_production) {
        (SettingsRole::Production, Truth::Yes) => 0,
        (SettingsRole::Production, _) => 1,
        (SettingsRole::SharedBase, _) => 2,
        _ => 3,
    };
    project.settings.iter().min_by_key(rank)
}

/// A value to write down: the known one, or, of several, the one without an environment.
pub(crate) fn likely(value: &Value) -> Option<&Value> {
    match value {
        Value::OneOf(branches) => {
            let known = value.when_unset().into_iter().chain(branches.iter().map(|branch| &branch.value));
            known.into_iter().find(|value| !matches!(value, Value::Unknown(_) | Value::Unset | Value::Env(_)))
        }
        Value::Unknown(_) | Value::Unset | Value::Env(_) | Value::Rest(_) => None,
        value => Some(value),
    }
}

fn text_of(settings: &SettingsModule, name: &str) -> Option<String> {
    let value = likely(settings.get(name).value()?)?;
    match value {
        Value::Text(text) | Value::Path(text) => Some(text.to_string()),
        _ => None,
    }
}

fn site_name(module: Option<&str>) -> String {
    let first = module.unwrap_or_default().split(['.', ':']).next().unwrap_or_default();
    let name = first.to_ascii_lowercase();
    if is_word(&name) && !matches!(name.as_str(), "settings" | "config" | "conf" | "core" | "project" | "src")
    {
        name
    } else {
        "site".to_owned()
    }
}

fn domains(
    settings: Option<&SettingsModule>,
    wishes: &Wishes,
    assumptions: &mut Vec<String>,
) -> (Vec<String>, bool) {
    let mut domains: Vec<String> = wishes.domains.iter().filter(|name| is_domain(name)).cloned().collect();
    if domains.is_empty() {
        let value = settings.and_then(|settings| settings.get("ALLOWED_HOSTS").value()).and_then(likely);
        for item in value.and_then(Value::items).unwrap_or_default() {
            let Some(name) = item.text().map(str::to_ascii_lowercase) else { continue };
            let is_address = name == "localhost"
                || name.ends_with(".localhost")
                || name.parse::<std::net::IpAddr>().is_ok();
            if is_domain(&name) && name.contains('.') && !is_address && !domains.contains(&name) {
                domains.push(name);
            }
        }
        if value.is_some_and(|value| value.contains("*") == Truth::Yes) {
            assumptions
                .push("ALLOWED_HOSTS allows every name (`*`); name the site's own there as well.".to_owned());
        }
    }
    if domains.is_empty() {
        assumptions.push(
            "ALLOWED_HOSTS names no domain that could be read; example.org stands for yours (--domain)."
                .to_owned(),
        );
        return (vec!["example.org".to_owned()], false);
    }
    (domains, true)
}

/// A URL prefix on this host; `None` for another host or nothing. Django adds the script's prefix to relative ones.
fn prefix(url: &str) -> Option<String> {
    let url = url.trim();
    if url.is_empty() || url.contains("//") || !is_plain_path(url) {
        return None;
    }
    let inner = url.trim_matches('/');
    (!inner.is_empty()).then(|| format!("/{inner}/"))
}

/// A folder of the project as the server sees it.
fn placed(path: &str, folder: &str) -> Option<String> {
    let path = path.replace("<root>", folder);
    let path = if path.starts_with('/') { path } else { format!("{folder}/{path}") };
    is_plain_path(&path).then(|| path.trim_end_matches('/').to_owned())
}

fn statics(settings: Option<&SettingsModule>, folder: &str, assumptions: &mut Vec<String>) -> Option<Files> {
    let url = settings.and_then(|settings| text_of(settings, "STATIC_URL"));
    let url = match &url {
        Some(url) => prefix(url)?,
        None => "/static/".to_owned(),
    };
    let root = settings.and_then(|settings| text_of(settings, "STATIC_ROOT"));
    let root = root.and_then(|root| placed(&root, folder)).unwrap_or_else(|| {
        let root = format!("{folder}/static");
        assumptions.push(format!(
            "STATIC_ROOT is not set or not known: set it to {root} and run `manage.py collectstatic`."
        ));
        root
    });
    Some(Files { url, root, hashed: settings.is_some_and(hashes_names) })
}

/// Whether the storage of static files puts a hash into names, ManifestStaticFilesStorage and its kin.
fn hashes_names(settings: &SettingsModule) -> bool {
    let old = text_of(settings, "STATICFILES_STORAGE");
    let new = settings
        .get("STORAGES")
        .value()
        .and_then(|value| value.key("staticfiles")?.key("BACKEND")?.text().map(str::to_owned));
    new.or(old).is_some_and(|backend| backend.contains("Manifest"))
}

fn media(settings: Option<&SettingsModule>, folder: &str, assumptions: &mut Vec<String>) -> Option<Files> {
    let settings = settings?;
    let root = text_of(settings, "MEDIA_ROOT").filter(|root| !root.is_empty());
    let url = text_of(settings, "MEDIA_URL").filter(|url| !url.is_empty());
    if root.is_none() && url.is_none() {
        return None;
    }
    let url = match url {
        Some(url) => prefix(&url)?,
        None => {
            assumptions.push("MEDIA_URL is not known; /media/ is taken.".to_owned());
            "/media/".to_owned()
        }
    };
    let root = root.and_then(|root| placed(&root, folder)).unwrap_or_else(|| {
        let root = format!("{folder}/media");
        assumptions.push(format!("MEDIA_ROOT is not known; {root} is taken."));
        root
    });
    Some(Files { url, root, hashed: false })
}

/// The path of `admin.site.urls` in a URLconf.
fn admin(project: &Project, settings: Option<&SettingsModule>) -> Option<Admin> {
    for module in project.code.modules.iter().filter(|module| module.role.may_serve()) {
        for site in &module.calls {
            let call = Call { code: &project.code, module, site };
            if !matches!(call.last_name(), Some("path" | "re_path" | "url")) {
                continue;
            }
            let (Some(route), Some(view)) = (call.argument(0, "route"), call.argument(1, "view")) else {
                continue;
            };
            let view = module.source(view);
            if !(view.ends_with("site.urls") || view.ends_with("site.urls)")) {
                continue;
            }
            let written = call.constant(route).and_then(|constant| constant.as_text().map(str::to_owned));
            let route = written.or_else(|| {
                // `path(settings.ADMIN_URL, admin.site.urls)`
                let name = module.source(route).rsplit_once("settings.")?.1;
                text_of(settings?, name)
            });
            let route = route.unwrap_or_default();
            let route = route.trim_start_matches('^').trim_end_matches('$').trim_matches('/');
            if !route.is_empty() && is_plain_path(route) {
                return Some(Admin { path: format!("/{route}/") });
            }
        }
    }
    None
}

fn login(settings: &SettingsModule) -> Option<String> {
    let Effective::Set(_) = settings.get("LOGIN_URL") else { return None };
    let url = text_of(settings, "LOGIN_URL")?;
    (url.starts_with('/') && is_plain_path(&url)).then_some(url)
}

fn upload_limit(settings: Option<&SettingsModule>, has_uploads: bool) -> u64 {
    let set = settings.and_then(|settings| match settings.get("DATA_UPLOAD_MAX_MEMORY_SIZE") {
        Effective::Set(setting) => match likely(&setting.value) {
            Some(Value::Int(bytes)) => u64::try_from(*bytes).ok(),
            _ => None,
        },
        _ => None,
    });
    // Django does not count files into DATA_UPLOAD_MAX_MEMORY_SIZE, so its default says nothing about uploads.
    set.unwrap_or(if has_uploads { 10 << 20 } else { USUAL_LIMIT })
}

fn hsts(settings: &SettingsModule) -> Option<Hsts> {
    let Value::Int(seconds) = likely(settings.get("SECURE_HSTS_SECONDS").value()?)? else { return None };
    let seconds = u64::try_from(*seconds).ok().filter(|seconds| *seconds > 0)?;
    Some(Hsts {
        seconds,
        subdomains: settings.is_truthy("SECURE_HSTS_INCLUDE_SUBDOMAINS") == Truth::Yes,
        preload: settings.is_truthy("SECURE_HSTS_PRELOAD") == Truth::Yes,
    })
}

fn scheme_header(settings: &SettingsModule) -> Option<String> {
    let value = likely(settings.get("SECURE_PROXY_SSL_HEADER").value()?)?;
    let name = value.items()?.first()?.text()?.strip_prefix("HTTP_")?.replace('_', "-");
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && !name.is_empty()).then(|| {
        let words: Vec<String> = name
            .split('-')
            .map(|word| {
                let lower = word.to_ascii_lowercase();
                let mut letters = lower.chars();
                letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
            })
            .collect();
        words.join("-")
    })
}

fn application(settings: Option<&SettingsModule>, module: Option<&str>) -> (String, bool) {
    let named = |name: &str| settings.and_then(|settings| text_of(settings, name));
    if let Some(asgi) = named("ASGI_APPLICATION").and_then(|dotted| entry(&dotted)) {
        return (asgi, true);
    }
    if let Some(wsgi) = named("WSGI_APPLICATION").and_then(|dotted| entry(&dotted)) {
        return (wsgi, false);
    }
    let package = module.and_then(|module| module.split(['.', ':']).next()).unwrap_or("site");
    (format!("{package}.wsgi:application"), false)
}

/// `shop.wsgi.application` as servers write it.
fn entry(dotted: &str) -> Option<String> {
    let (module, name) = dotted.rsplit_once('.')?;
    (module.split('.').all(is_word) && is_word(name)).then(|| format!("{module}:{name}"))
}

fn database(settings: &SettingsModule) -> Option<Database> {
    let databases = likely(settings.get("DATABASES").value()?)?;
    let default = likely(databases.key("default")?)?;
    let text = |key: &str| {
        let value = likely(default.key(key)?)?;
        match value {
            Value::Text(text) | Value::Path(text) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        }
    };
    let engine = text("ENGINE")?;
    let engine = engine.rsplit('.').next().unwrap_or_default();
    let engine = match engine {
        "postgis" | "postgresql_psycopg2" | "postgresql" => "postgresql",
        "spatialite" | "sqlite3" => "sqlite3",
        other => other,
    };
    Some(Database { engine: engine.to_owned(), name: text("NAME"), user: text("USER"), host: text("HOST") })
}
