//! What sort of file a path names, told by its name alone.

use camino::Utf8Path;
use serde::Serialize;

/// The sort of a file. A reader decides by it whether to look inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum FileKind {
    /// Python source, also `.pyi` and `.pyw`.
    Python,
    /// A Django or Jinja2 template, or another text that Django may render.
    Template,
    /// A requirements file, a lock file or a package manifest.
    Lockfile,
    /// A `.env` file or one of its kin.
    Env,
    /// Dockerfile, compose file, Kubernetes manifest, Procfile, systemd unit, CI file.
    Container,
    /// nginx, Apache, Caddy and application server configuration.
    WebServer,
    /// JSON, TOML, YAML or INI data.
    Data,
    /// Shell script.
    Shell,
    /// Everything else.
    Other,
}

impl FileKind {
    /// The kind of the file at `path`. Only the name is looked at, never the content.
    pub fn of(path: &Utf8Path) -> Self {
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        let ending = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if ["py", "pyi", "pyw"].iter().any(|python| ending.eq_ignore_ascii_case(python)) {
            return Self::Python;
        }
        let name = name.to_ascii_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if is_env(&name) {
            return Self::Env;
        }
        if is_lockfile(&name, path) {
            return Self::Lockfile;
        }
        if is_container(&name, path) {
            return Self::Container;
        }
        if is_web_server(&name, extension, path) {
            return Self::WebServer;
        }
        match extension {
            "html" | "htm" | "djhtml" | "jinja" | "jinja2" | "j2" | "xml" | "svg" | "eml" | "tpl"
            | "tmpl" | "email" => Self::Template,
            "txt" | "js" | "css" if path.components().any(|part| is_template_folder(part.as_str())) => {
                Self::Template
            }
            "json" | "toml" | "yaml" | "yml" | "ini" | "cfg" | "conf" => Self::Data,
            "sh" | "bash" | "zsh" | "ksh" => Self::Shell,
            _ => Self::Other,
        }
    }
}

fn is_template_folder(name: &str) -> bool {
    matches!(name, "templates" | "jinja2" | "template" | "jinja")
}

fn is_env(name: &str) -> bool {
    name == ".env" || name == "env" || name == ".envrc" || name.starts_with(".env.") || name.ends_with(".env")
}

fn is_lockfile(name: &str, path: &Utf8Path) -> bool {
    const WHOLE: &[&str] = &[
        "pyproject.toml",
        "setup.cfg",
        "pipfile",
        "pipfile.lock",
        "poetry.lock",
        "pdm.lock",
        "uv.lock",
        "environment.yml",
        "environment.yaml",
        "conda-lock.yml",
        "package.json",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
    ];
    if WHOLE.contains(&name) {
        return true;
    }
    let in_requirements = path.parent().and_then(Utf8Path::file_name) == Some("requirements");
    let text = name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".pip");
    (text && (name.contains("require") || name.contains("constraints") || in_requirements))
        || (name.starts_with("pylock.") && name.ends_with(".toml"))
        || name.ends_with(".cdx.json")
        || name.ends_with(".spdx.json")
        || name == "bom.json"
}

fn is_container(name: &str, path: &Utf8Path) -> bool {
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    name.starts_with("dockerfile")
        || name.starts_with("containerfile")
        || name.ends_with(".dockerfile")
        || (yaml && (name.starts_with("docker-compose") || name.starts_with("compose")))
        || name.starts_with("procfile")
        || name.ends_with(".service")
        || name.ends_with(".socket")
        || matches!(
            name,
            ".gitlab-ci.yml"
                | ".travis.yml"
                | "app.json"
                | "fly.toml"
                | "render.yaml"
                | "app.yaml"
                | "heroku.yml"
                | "tox.ini"
                | "pytest.ini"
                | "supervisord.conf"
                | "circle.yml"
                | "bitbucket-pipelines.yml"
                | "jenkinsfile"
        )
        || (yaml
            && path.components().any(|part| {
                matches!(
                    part.as_str(),
                    ".github"
                        | ".circleci"
                        | "k8s"
                        | "kubernetes"
                        | "helm"
                        | "charts"
                        | "manifests"
                        | "deploy"
                        | "deployment"
                )
            }))
}

fn is_web_server(name: &str, extension: &str, path: &Utf8Path) -> bool {
    let folder = path.components().any(|part| {
        matches!(
            part.as_str().to_ascii_lowercase().as_str(),
            "nginx"
                | "apache"
                | "apache2"
                | "httpd"
                | "caddy"
                | "sites-available"
                | "sites-enabled"
                | "conf.d"
        )
    });
    name == "caddyfile"
        || name.ends_with(".caddyfile")
        || name == ".htaccess"
        || name.contains("nginx")
            && matches!(extension, "conf" | "template" | "tmpl" | "j2" | "nginx" | "vhost")
        || extension == "nginx"
        || folder && matches!(extension, "conf" | "template" | "vhost" | "")
        || extension == "conf"
            && (name.contains("apache") || name.contains("httpd") || name.contains("vhost"))
        || extension == "ini" && name.contains("uwsgi")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        let cases = [
            ("shop/settings.py", FileKind::Python),
            (".env.production", FileKind::Env),
            ("prod.env", FileKind::Env),
            ("requirements/base.txt", FileKind::Lockfile),
            ("requirements-dev.in", FileKind::Lockfile),
            ("pyproject.toml", FileKind::Lockfile),
            ("docker-compose.prod.yml", FileKind::Container),
            ("deploy/shop.service", FileKind::Container),
            ("nginx/default.conf", FileKind::WebServer),
            ("Caddyfile", FileKind::WebServer),
            ("shop/templates/shop/mail.txt", FileKind::Template),
            ("README.txt", FileKind::Other),
            ("config/app.toml", FileKind::Data),
        ];
        for (path, kind) in cases {
            assert_eq!(FileKind::of(Utf8Path::new(path)), kind, "{path}");
        }
    }
}
