//! Configuration files outside the repository that the project's own files name: where it names them, and who may read them
//! on this machine. Only their permissions are asked for; no byte of them is read.

use barding_source::{FileKind, Sources, Span, mode_with_folders};
use camino::{Utf8Path, Utf8PathBuf};
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A configuration file outside the repository, as this machine has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideFile {
    /// Where it lies.
    pub path: Utf8PathBuf,
    /// Where the project names it.
    pub named_at: Span,
    /// The file of the project that names it.
    pub named_in: Utf8PathBuf,
    /// Its permission bits; those of others are left out when a folder above keeps them away.
    pub mode: u32,
}

/// The files outside `root` that the settings, systemd units and compose files name and this machine has.
pub fn outside_files(sources: &Sources<'_>, root: &Utf8Path) -> Vec<OutsideFile> {
    let Ok(root) = root.canonicalize_utf8() else { return Vec::new() };
    outside_files_with(sources, |path| if path.starts_with(&root) { None } else { mode_with_folders(path) })
}

/// The same, where `mode` tells the permission bits of a file that exists.
pub fn outside_files_with(
    sources: &Sources<'_>,
    mode: impl Fn(&Utf8Path) -> Option<u32>,
) -> Vec<OutsideFile> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for kind in [FileKind::Python, FileKind::Container] {
        for (id, path) in sources.of_kind(kind).filter(|(_, path)| names_configuration(kind, path)) {
            let Some(file) = sources.file(id) else { continue };
            for (range, outside) in named_in(&file.text, kind) {
                let outside = Utf8PathBuf::from(outside);
                if known.contains(&outside) {
                    continue;
                }
                if let Some(mode) = mode(&outside) {
                    known.insert(outside.clone());
                    let named_at = Span::new(id, range.start as u32, range.end as u32);
                    found.push(OutsideFile { path: outside, named_at, named_in: path.to_owned(), mode });
                }
            }
        }
    }
    found
}

/// Modules that are read when the site starts; of the other kind every file.
fn names_configuration(kind: FileKind, path: &Utf8Path) -> bool {
    use crate::context::{FileContext, Surroundings};
    if FileContext::of(path).surroundings != Surroundings::Project {
        return false;
    }
    kind != FileKind::Python || {
        let path = path.as_str().to_ascii_lowercase();
        ["settings", "config", "conf", "env", "manage.py", "wsgi.py", "asgi.py", "secrets", "celery"]
            .iter()
            .any(|word| path.contains(word))
    }
}

/// Folders where people keep a site's configuration. What a container mounts below /run is its own.
const FOLDERS: &str = "(?:etc|home|srv|opt|root|var/(?:lib|www|local)|usr/local)";

static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r#"(?P<before>[\w.]*)\(?[^\S\n]*(?:\w+[^\S\n]*=[^\S\n]*)?[rRbBuU]?["'](?P<path>/{FOLDERS}/[^"'\s{{}}$*]{{1,200}})["']"#
    ))
});
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r#"(?m)^[^\S\n]*(?:EnvironmentFile[^\S\n]*=|LoadCredential[^\S\n]*=[^\s:]+:|env_file[^\S\n]*:|--env-file[= ])[^\S\n]*-?["']?(?P<path>/{FOLDERS}/[^"'\s%${{}}*]{{1,200}})"#
    ))
});

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a test reads with every pattern of this file")
}

/// The paths outside the repository that a text names for its configuration, with their places.
fn named_in(text: &str, kind: FileKind) -> Vec<(std::ops::Range<usize>, &str)> {
    let pattern = if kind == FileKind::Python { &LITERAL } else { &UNIT };
    let mut found = Vec::new();
    for groups in pattern.captures_iter(text) {
        let path = groups.name("path").expect("every pattern has this group");
        let line = text[..path.start()].rfind('\n').map_or(0, |at| at + 1);
        let is_comment = text[line..path.start()].trim_start().starts_with('#');
        let is_read = groups.name("before").is_none_or(|call| reads(call.as_str(), path.as_str()));
        if !is_comment && is_read && !path.as_str().split('/').any(|part| part == "..") {
            found.push((path.range(), path.as_str()));
        }
    }
    found
}

/// Whether a file may hold secrets: the call reads configuration, or the name says so.
fn reads(call: &str, path: &str) -> bool {
    let call = call.rsplit('.').next().unwrap_or_default();
    if matches!(
        call,
        "read_env" | "load_dotenv" | "dotenv_values" | "RepositoryEnv" | "RepositoryIni" | "read_dotenv"
    ) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let public = ["public", ".pub", ".crt", ".cert", "cacert", "ca-bundle", "chain"];
    if public.iter().any(|word| name.contains(word)) {
        return false;
    }
    let telling = ["secret", "passw", "credential", "token", "private", "django_key", ".env"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    telling.iter().any(|word| name.contains(word)) || matches!(ending, "env" | "key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str, kind: FileKind) -> Vec<&str> {
        named_in(text, kind).into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn python_names_files_of_secrets() {
        let text = r#"
load_dotenv("/etc/shop/site.conf")
environ.Env.read_env(env_file="/srv/shop/production")
SECRET_KEY = open('/etc/shop/secret_key.txt').read()
KEY = Path("/home/shop/.env")
# open("/etc/shop/old_secret.txt")
CA = "/etc/ssl/certs/secret-ca-bundle.pem"
NAME = open("/etc/hostname").read()
UP = open("/etc/../home/x/secret.txt")
TOKEN = open("/run/secrets/token").read()
"#;
        let expected =
            ["/etc/shop/site.conf", "/srv/shop/production", "/etc/shop/secret_key.txt", "/home/shop/.env"];
        assert_eq!(paths(text, FileKind::Python), expected);
    }

    #[test]
    fn units_and_compose_files_name_them_too() {
        let text = "EnvironmentFile=-/etc/default/shop\nEnvironmentFile=/run/shop.env\n  env_file: /srv/shop/web.env\n#EnvironmentFile=/etc/old\n";
        assert_eq!(paths(text, FileKind::Container), ["/etc/default/shop", "/srv/shop/web.env"]);
    }
}
