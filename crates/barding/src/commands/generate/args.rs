//! The arguments of the generators, checked where they enter.

use crate::args::ProjectArgs;
use crate::context::Context;
use anyhow::{Context as _, bail};
use barding_generate::{Engine, Pipeline, Profile, RoleWishes, ServerWishes, Wishes};
use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use std::net::IpAddr;

/// What every generator takes.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// The project's folder
    #[arg(default_value = ".", value_name = "FOLDER")]
    pub(super) path: Utf8PathBuf,
    /// A name of the site, instead of those of ALLOWED_HOSTS; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    domain: Vec<String>,
    /// The project's folder on the server [default: /srv/NAME]
    #[arg(long, value_name = "FOLDER")]
    root: Option<String>,
    /// Show only how the present file differs (of the project, or the one named); exits with 1 when it does
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(super) compare: Option<Option<Utf8PathBuf>>,
    /// Write to a file instead of the standard output
    #[arg(long, short = 'o', value_name = "FILE", conflicts_with = "compare")]
    pub(super) output: Option<Utf8PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) project: ProjectArgs,
}

impl CommonArgs {
    pub(super) fn wishes(&self, context: &Context) -> anyhow::Result<Wishes> {
        for domain in &self.domain {
            let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-*".contains(&byte));
            if domain.is_empty() || !plain {
                bail!("--domain {domain:?} is not the name of a site");
            }
        }
        if let Some(root) = &self.root {
            plain_path("--root", root)?;
        }
        Ok(Wishes {
            domains: self.domain.iter().map(|name| name.to_ascii_lowercase()).collect(),
            folder: self.root.clone(),
            today: context.today.clone(),
            ..Wishes::default()
        })
    }
}

/// A path that can stand in every format without quoting.
fn plain_path(option: &str, path: &str) -> anyhow::Result<()> {
    let plain = path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:~".contains(&byte));
    if !plain {
        bail!("{option} {path:?}: write an absolute path of letters, digits and / . _ - + @ : ~");
    }
    Ok(())
}

fn networks(option: &str, given: &[String]) -> anyhow::Result<Vec<String>> {
    for text in given {
        let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
        let most = match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => bail!("{option} {text:?} is no network; write it as 203.0.113.0/24 or 2001:db8::/32"),
        };
        if !bits.parse::<u8>().is_ok_and(|bits| bits <= most) {
            bail!("{option} {text:?} is no network: an address of its kind has {most} bits");
        }
    }
    Ok(given.to_vec())
}

fn version(option: &str, text: Option<&str>) -> anyhow::Result<Option<(u32, u32, u32)>> {
    let Some(text) = text else { return Ok(None) };
    let numbers: Result<Vec<u32>, _> = text.split('.').map(str::parse).collect();
    match numbers.as_deref() {
        Ok([major, rest @ ..]) if rest.len() <= 2 => {
            Ok(Some((*major, rest.first().copied().unwrap_or(0), rest.get(1).copied().unwrap_or(0))))
        }
        _ => bail!("{option} {text:?} is no version; write it as 1.26 or 1.26.2"),
    }
}

/// What a web server's generator takes.
#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// Mozilla's TLS profile
    #[arg(long, value_name = "PROFILE", default_value = "intermediate")]
    tls: ProfileArg,
    /// The web server's version, where its spelling depends on it
    #[arg(long, value_name = "VERSION")]
    server_version: Option<String>,
    /// The version of OpenSSL it runs with; 3.5 brings the post-quantum key exchange
    #[arg(long, value_name = "VERSION")]
    openssl: Option<String>,
    /// The file with the certificate and its chain
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<String>,
    /// The file with the private key
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<String>,
    /// Where the application listens: unix:/run/shop/app.sock or 127.0.0.1:8000
    #[arg(long, value_name = "ADDRESS")]
    upstream: Option<String>,
    /// Listen on this address only; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<IpAddr>,
    /// The port for plain HTTP
    #[arg(long, value_name = "PORT", default_value_t = 80)]
    http_port: u16,
    /// The port for HTTPS
    #[arg(long, value_name = "PORT", default_value_t = 443)]
    https_port: u16,
    /// A network that may open the admin; others may not. May be repeated
    #[arg(long, value_name = "NETWORK")]
    admin_from: Vec<String>,
    /// The largest request: 10m, 500k, or bytes [default: DATA_UPLOAD_MAX_MEMORY_SIZE]
    #[arg(long, value_name = "SIZE")]
    upload_limit: Option<String>,
    /// Seconds of Strict-Transport-Security [default: the project's own, or a year]
    #[arg(long, value_name = "SECONDS")]
    hsts: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProfileArg {
    /// TLS 1.2 and 1.3
    Intermediate,
    /// TLS 1.3 only
    Modern,
}

impl ServerArgs {
    pub(super) fn wishes(&self) -> anyhow::Result<ServerWishes> {
        for (option, path) in [("--certificate", &self.certificate), ("--key", &self.key)] {
            if let Some(path) = path {
                plain_path(option, path)?;
            }
        }
        if let Some(upstream) = &self.upstream {
            match upstream.strip_prefix("unix:") {
                Some(path) => plain_path("--upstream", path)?,
                None => {
                    let (host, port) = upstream.rsplit_once(':').unwrap_or((upstream, ""));
                    let plain =
                        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-[]:".contains(&byte));
                    if host.is_empty() || !plain || port.parse::<u16>().is_err() {
                        bail!("--upstream {upstream:?}: write unix:/run/shop/app.sock or 127.0.0.1:8000");
                    }
                }
            }
        }
        Ok(ServerWishes {
            profile: match self.tls {
                ProfileArg::Intermediate => Profile::Intermediate,
                ProfileArg::Modern => Profile::Modern,
            },
            version: version("--server-version", self.server_version.as_deref())?,
            openssl: version("--openssl", self.openssl.as_deref())?,
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            upstream: self.upstream.clone(),
            listen: self.listen.iter().map(ToString::to_string).collect(),
            http_port: Some(self.http_port),
            https_port: Some(self.https_port),
            admin_from: networks("--admin-from", &self.admin_from)?,
            upload_limit: self.upload_limit.as_deref().map(size).transpose()?,
            hsts: self.hsts,
        })
    }
}

fn size(text: &str) -> anyhow::Result<u64> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(['k', 'm', 'g', 'i', 'b']);
    let unit = match lower[digits.len()..].chars().next() {
        Some('k') => 1 << 10,
        Some('m') => 1 << 20,
        Some('g') => 1 << 30,
        _ => 1,
    };
    let number: u64 =
        digits.parse().ok().with_context(|| format!("--upload-limit {text:?}: write it as 10m"))?;
    number
        .checked_mul(unit)
        .filter(|bytes| *bytes > 0)
        .with_context(|| format!("--upload-limit {text:?} is out of bounds"))
}

/// What a firewall's generator takes.
#[derive(Debug, Args)]
pub(super) struct FirewallArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// A network that may reach SSH; others may not. May be repeated
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    ssh_from: Vec<String>,
}

impl FirewallArgs {
    pub(super) fn networks(&self) -> anyhow::Result<Vec<String>> {
        networks("--ssh-from", &self.ssh_from)
    }
}

/// What the generator of roles takes.
#[derive(Debug, Args)]
pub(super) struct RolesArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// The database server [default: that of the settings]
    #[arg(long, value_name = "ENGINE")]
    pub(super) engine: Option<EngineArg>,
    /// The database's name [default: that of the settings]
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// The web role [default: USER of the settings]
    #[arg(long, value_name = "NAME")]
    web: Option<String>,
    /// The migration role [default: DATABASE_migrate]
    #[arg(long, value_name = "NAME")]
    migrate: Option<String>,
    /// PostgreSQL: the schema of the tables [default: public]
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
    /// MySQL: where the application connects from, as an account names it: 10.0.0.% [default: localhost]
    #[arg(long, value_name = "HOST")]
    from_host: Option<String>,
}

/// The database servers with roles.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum EngineArg {
    /// PostgreSQL
    #[value(alias = "postgres")]
    Postgresql,
    /// MySQL
    Mysql,
    /// MariaDB
    Mariadb,
}

impl From<EngineArg> for Engine {
    fn from(engine: EngineArg) -> Self {
        match engine {
            EngineArg::Postgresql => Self::PostgreSql,
            EngineArg::Mysql | EngineArg::Mariadb => Self::MySql,
        }
    }
}

impl RolesArgs {
    pub(super) fn wishes(&self) -> anyhow::Result<RoleWishes> {
        let names = [
            ("--database", &self.database),
            ("--web", &self.web),
            ("--migrate", &self.migrate),
            ("--schema", &self.schema),
        ];
        for (option, name) in names {
            let Some(name) = name else { continue };
            let plain = name.len() <= 50
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !plain {
                bail!("{option} {name:?}: write a name of letters, digits and _");
            }
        }
        Ok(RoleWishes {
            database: self.database.clone(),
            web: self.web.clone(),
            migrate: self.migrate.clone(),
            schema: self.schema.clone(),
            from_host: self.from_host.clone(),
        })
    }
}

/// What the generator of settings takes.
#[derive(Debug, Args)]
pub(super) struct SettingsArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// What the generator of policies takes.
#[derive(Debug, Args)]
pub(super) struct CspArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// What the generator of security.txt takes.
#[derive(Debug, Args)]
pub(super) struct SecurityTxtArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// Who reads reports: an address or a URL [default: security@DOMAIN]
    #[arg(long, value_name = "CONTACT")]
    pub(super) contact: Option<String>,
    /// The day it expires, YYYY-MM-DD [default: in a year]
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
}

impl SecurityTxtArgs {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if let Some(date) = &self.expires {
            let parts: Vec<Option<u32>> = date.split('-').map(|part| part.parse().ok()).collect();
            let valid = date.len() == 10
                && matches!(parts[..], [Some(_), Some(month), Some(day)] if (1..=12).contains(&month) && (1..=31).contains(&day));
            if !valid {
                bail!("--expires {date:?} is no date; write it as 2027-11-01");
            }
        }
        Ok(())
    }

    pub(super) fn expires(&self) -> Option<String> {
        self.expires.as_ref().map(|date| format!("{date}T00:00:00Z"))
    }
}

/// What the generator of CI jobs takes.
#[derive(Debug, Args)]
pub(super) struct CiArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
    /// For which system [default: all]
    #[arg(long = "for", value_name = "SYSTEM", value_delimiter = ',')]
    pub(super) for_what: Vec<PipelineArg>,
}

/// The systems that run checks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PipelineArg {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// pre-commit
    PreCommit,
}

impl From<PipelineArg> for Pipeline {
    fn from(pipeline: PipelineArg) -> Self {
        match pipeline {
            PipelineArg::Github => Self::GitHub,
            PipelineArg::Gitlab => Self::GitLab,
            PipelineArg::PreCommit => Self::PreCommit,
        }
    }
}
