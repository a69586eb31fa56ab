//! Server and container configuration: nginx, Apache, Caddy, Dockerfile, compose, Kubernetes, systemd, supervisor, Procfile,
//! gunicorn, uWSGI, and the shell scripts that they start.
//!
//! What comes in: the project's files of those kinds. What goes out: [`Servers`], where each file is a tree of directives
//! or nodes with places, and every command that starts something is found in one list. It knows the formats and what they
//! inherit; it does not judge.

pub mod apache;
pub mod caddy;
mod commands;
pub mod dockerfile;
mod includes;
mod nest;
pub mod nginx;
mod scripts;
pub mod systemd;
pub mod yaml;

pub use commands::{StartCommand, is_for_development};
use includes::Language;

use barding_source::{FileId, FileKind, Problem, SourceFile, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;

/// All server and container configuration of a project.
#[derive(Debug, Default)]
pub struct Servers {
    /// nginx configuration files, sorted by path, each with what it includes. A file that a deployed one includes stands there.
    pub nginx: Vec<nginx::NginxFile>,
    /// Apache configuration files, as the same tree.
    pub apache: Vec<nginx::NginxFile>,
    /// Caddyfiles, as the same tree.
    pub caddy: Vec<nginx::NginxFile>,
    /// Dockerfiles.
    pub dockerfiles: Vec<dockerfile::Dockerfile>,
    /// Compose files, with their services.
    pub compose: Vec<yaml::YamlFile>,
    /// Kubernetes manifests.
    pub kubernetes: Vec<yaml::YamlFile>,
    /// systemd units.
    pub systemd: Vec<systemd::Unit>,
    /// supervisor's configuration: sections with keys, like units.
    pub supervisor: Vec<systemd::Unit>,
    /// Files of variables (`.env`) that the audit sees, and so are not ignored by git; and whether one holds something secret.
    pub env_files: Vec<(Utf8PathBuf, bool)>,
    /// Everything that starts a process: CMD, command:, ExecStart, Procfile lines, args of a pod.
    pub commands: Vec<StartCommand>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Larger files are not configuration that people wrote.
const LARGEST: usize = 2_000_000;

impl Servers {
    /// Reads everything that looks like server configuration. Never fails.
    pub fn read(sources: &Sources<'_>) -> Self {
        let mut servers = Self::default();
        let kinds =
            [FileKind::WebServer, FileKind::Container, FileKind::Data, FileKind::Other, FileKind::Python];
        for kind in kinds {
            let ids: Vec<FileId> = sources
                .of_kind(kind)
                .filter(|(_, path)| match kind {
                    FileKind::Other | FileKind::Data => may_configure(path),
                    FileKind::Python => path.file_name().is_some_and(|name| name.starts_with("gunicorn")),
                    _ => true,
                })
                .map(|(id, _)| id)
                .collect();
            for id in ids {
                if let Some(file) = sources.file(id).filter(|file| file.text.len() <= LARGEST) {
                    servers.add(&file);
                }
            }
        }
        for (language, files) in [
            (Language::Nginx, &mut servers.nginx),
            (Language::Apache, &mut servers.apache),
            (Language::Caddy, &mut servers.caddy),
        ] {
            *files = includes::join(language, std::mem::take(files), sources, &mut servers.problems);
        }
        servers.env_files = env_files(sources);
        commands::collect(&mut servers);
        scripts::collect(&mut servers, sources);
        servers
    }

    /// Whether there is any configuration to judge.
    pub fn is_empty(&self) -> bool {
        self.nginx.is_empty()
            && self.apache.is_empty()
            && self.caddy.is_empty()
            && self.dockerfiles.is_empty()
            && self.compose.is_empty()
            && self.kubernetes.is_empty()
            && self.systemd.is_empty()
            && self.supervisor.is_empty()
            && self.commands.is_empty()
    }

    fn add(&mut self, file: &Arc<SourceFile>) {
        let name = file.path.file_name().unwrap_or_default().to_ascii_lowercase();
        if name.starts_with("dockerfile")
            || name.starts_with("containerfile")
            || name.ends_with(".dockerfile")
        {
            self.dockerfiles.push(dockerfile::read(file));
        } else if name.ends_with(".yml") || name.ends_with(".yaml") {
            self.add_yaml(file, &name);
        } else if name.ends_with(".service") || name.ends_with(".socket") {
            self.systemd.push(systemd::read(file));
        } else if name.starts_with("gunicorn") && name.ends_with(".py") {
            self.commands.extend(commands::gunicorn(file));
        } else if name.contains("uwsgi") && name.ends_with(".ini") {
            self.commands.extend(commands::uwsgi(file));
        } else if name.contains("supervisor") && (name.ends_with(".conf") || name.ends_with(".ini"))
            || name.ends_with(".conf")
                && (file.text.contains("[supervisord]") || file.text.contains("[program:"))
        {
            self.supervisor.push(systemd::read(file));
        } else if name.starts_with("procfile") {
            self.commands.extend(commands::procfile(file));
        } else if name.starts_with("caddyfile") || name.ends_with(".caddyfile") {
            let parsed = caddy::read(file);
            self.problems.extend(parsed.problems);
            self.caddy.push(parsed.tree);
        } else if apache::looks_like(&file.text) && !nginx::looks_like(&file.text) {
            let parsed = apache::read(file);
            self.problems.extend(parsed.problems);
            self.apache.push(parsed.tree);
        } else if nginx::looks_like(&file.text) {
            let parsed = nginx::read(file);
            self.problems.extend(parsed.problems);
            self.nginx.push(parsed.tree);
        }
    }

    fn add_yaml(&mut self, file: &Arc<SourceFile>, name: &str) {
        let compose = name.contains("compose");
        let kubernetes = !compose && file.text.contains("apiVersion:") && file.text.contains("kind:");
        if !compose && !kubernetes {
            return;
        }
        // Helm templates are not YAML until they are rendered.
        if file.text.contains("{{") && kubernetes {
            return;
        }
        let parsed = yaml::read(file);
        self.problems.extend(parsed.problems);
        if compose {
            self.compose.push(parsed.tree);
        } else {
            self.kubernetes.push(parsed.tree);
        }
    }
}

/// Files of variables, without those that show an example.
fn env_files(sources: &Sources<'_>) -> Vec<(Utf8PathBuf, bool)> {
    let is_one = |path: &&Utf8PathBuf| {
        let name = path.file_name().unwrap_or_default();
        let is_model = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
        (name == ".env" || name.starts_with(".env.") || name.ends_with(".env")) && !is_model
    };
    let holds_secret = |path: &Utf8Path| {
        let file = sources.file_at(path).filter(|file| file.text.len() <= LARGEST);
        file.is_some_and(|file| file.text.lines().any(is_secret_line))
    };
    sources.paths().iter().filter(is_one).map(|path| (path.clone(), holds_secret(path))).collect()
}

/// `SECRET_KEY=…` and its kin with a value of some length.
fn is_secret_line(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("export ");
    line.split_once('=').is_some_and(|(name, value)| {
        let name = name.trim().to_ascii_uppercase();
        let is_named = ["SECRET", "PASSWORD", "TOKEN", "API_KEY"].iter().any(|word| name.contains(word));
        let value = value.trim().trim_matches(['"', '\'']);
        let is_open =
            ["change", "your", "example", "xxx"].iter().any(|word| value.to_ascii_lowercase().contains(word));
        is_named && !name.starts_with('#') && value.len() >= 6 && !value.contains(['$', '<', '{']) && !is_open
    })
}

/// Data and nameless files are opened only when their name says that a server may read them.
fn may_configure(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    yaml && !name.starts_with('.')
        && (name.contains("compose")
            || name.contains("deploy")
            || name.contains("service")
            || name.contains("ingress"))
        || name.ends_with(".conf")
        || name.contains("supervisor") && name.ends_with(".ini")
        || name.starts_with("caddyfile")
        || name.ends_with(".caddyfile")
        || name.ends_with(".vhost")
}
