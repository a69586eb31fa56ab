//! Files that do not belong in a repository, told by their names.

use camino::Utf8Path;

/// What a file that should not be tracked is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitive {
    /// `.env` with the site's secrets.
    Environment,
    /// A database file.
    Database,
    /// A dump of a database.
    Dump,
    /// A private key or a key store.
    Key,
    /// Settings of one machine: `local_settings.py`.
    LocalSettings,
    /// Passwords of a tool: `.netrc`, `.pgpass`, `.pypirc`.
    Credentials,
    /// State of Terraform, which holds every value in clear.
    TerraformState,
    /// A log file.
    Log,
}

impl Sensitive {
    /// What to call it in a sentence: "… is tracked".
    pub fn words(self) -> &'static str {
        match self {
            Self::Environment => "a file of environment variables",
            Self::Database => "a database",
            Self::Dump => "a database dump",
            Self::Key => "a private key or key store",
            Self::LocalSettings => "the settings of one machine",
            Self::Credentials => "a tool's credentials",
            Self::TerraformState => "a Terraform state",
            Self::Log => "a log file",
        }
    }
}

/// What the file at `path` is, when it should not be tracked. Tests, examples and manuals may hold such files.
pub fn of(path: &Utf8Path) -> Option<Sensitive> {
    use crate::context::{FileContext, Surroundings};
    let what = by_name(path)?;
    let context = FileContext::of(path);
    (context.surroundings == Surroundings::Project).then_some(what)
}

fn by_name(path: &Utf8Path) -> Option<Sensitive> {
    let name = path.file_name()?.to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if matches!(
        name.as_str(),
        ".env"
            | ".env.prod"
            | ".env.production"
            | ".env.local"
            | ".env.live"
            | ".env.staging"
            | ".envrc"
            | "production.env"
            | "prod.env"
    ) {
        return Some(Sensitive::Environment);
    }
    if matches!(extension, "sqlite3" | "sqlite") || name == "db.sqlite" {
        return Some(Sensitive::Database);
    }
    if ends(&[
        "dump.sql",
        "backup.sql",
        ".sql.gz",
        ".sql.zip",
        ".dump",
        ".pgdump",
        "dump.json",
        "backup.json",
        ".sql.bz2",
    ]) || name.starts_with("dump") && extension == "sql"
    {
        return Some(Sensitive::Dump);
    }
    if matches!(
        name.as_str(),
        "id_rsa"
            | "id_dsa"
            | "id_ecdsa"
            | "id_ed25519"
            | "privkey.pem"
            | "server.key"
            | "private.pem"
            | "private.key"
    ) || matches!(extension, "p12" | "pfx" | "jks" | "keystore" | "ppk" | "kdbx")
        || extension == "pem" && (name.contains("priv") || name.contains("key")) && !name.contains("pub")
    {
        return Some(Sensitive::Key);
    }
    if matches!(
        name.as_str(),
        "local_settings.py" | "settings_local.py" | "secrets.py" | "secret_settings.py"
    ) {
        return Some(Sensitive::LocalSettings);
    }
    if matches!(
        name.as_str(),
        ".netrc"
            | "_netrc"
            | ".pgpass"
            | ".pypirc"
            | ".my.cnf"
            | ".htpasswd"
            | ".git-credentials"
            | "credentials.json"
            | "client_secret.json"
            | "service-account.json"
            | ".dockercfg"
            | "kubeconfig"
    ) {
        return Some(Sensitive::Credentials);
    }
    if ends(&[".tfstate", ".tfstate.backup"]) {
        return Some(Sensitive::TerraformState);
    }
    (extension == "log").then_some(Sensitive::Log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_should_not_be_tracked() {
        let cases = [
            (".env", Some(Sensitive::Environment)),
            (".env.example", None),
            ("shop/db.sqlite3", Some(Sensitive::Database)),
            ("tests/db.sqlite3", None),
            ("deploy/id_rsa", Some(Sensitive::Key)),
            ("deploy/id_rsa.pub", None),
            ("certs/privkey.pem", Some(Sensitive::Key)),
            ("certs/chain.pem", None),
            ("shop/local_settings.py", Some(Sensitive::LocalSettings)),
            ("shop/settings.py", None),
            ("dump.sql", Some(Sensitive::Dump)),
            ("infra/terraform.tfstate", Some(Sensitive::TerraformState)),
        ];
        for (path, what) in cases {
            assert_eq!(of(Utf8Path::new(path)), what, "{path}");
        }
    }
}
