//! What a name says about the value assigned to it: `db_password` holds a secret, `password_reset_url` does not.

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// Django's SECRET_KEY and its fallbacks.
    DjangoSecretKey,
    /// The password of the mail account.
    EmailPassword,
    /// A password that people choose: short and guessable ones count.
    Password,
    /// The secret half of an OAuth client.
    ClientSecret,
    /// A token or key that machines make: random and long.
    Secret,
    /// A key of some sort; only a very random value counts.
    WeakKey,
    /// Nothing secret.
    Other,
}

/// Words that may follow the telling word: `API_TOKEN_PROD`, `PASSWORD_1`.
const TRAILING: &[&str] = &[
    "prod",
    "production",
    "live",
    "dev",
    "development",
    "staging",
    "stage",
    "test",
    "testing",
    "qa",
    "uat",
    "local",
    "default",
    "value",
    "val",
    "old",
    "new",
    "fallbacks",
    "fallback",
    "primary",
    "secondary",
    "main",
    "backup",
    "b64",
    "base64",
    "hex",
    "private",
    "string",
    "str",
    "text",
    "plain",
    "env",
    "prd",
    "stg",
    "sandbox",
    "raw",
    "current",
    "previous",
    "secure",
];

/// Words that make a key a secret one.
const SECRET_KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "encryption",
    "encrypt",
    "encrypted",
    "signing",
    "sign",
    "signature",
    "auth",
    "authentication",
    "authorization",
    "master",
    "license",
    "licence",
    "admin",
    "service",
    "app",
    "application",
    "jwt",
    "hmac",
    "shared",
    "account",
    "deploy",
    "write",
    "rest",
    "consumer",
    "storage",
    "subscription",
    "crypto",
    "cipher",
    "aes",
    "fernet",
    "apikey",
    "ingest",
    "ingestion",
    "integration",
    "webhook",
    "host",
    "security",
    "secure",
    "salt",
    "django",
    "passphrase",
    "root",
    "developer",
    "personal",
    "maps",
];

/// Words that make a key an ordinary one.
const PLAIN_KEYS: &[&str] = &[
    "public",
    "primary",
    "foreign",
    "cache",
    "sort",
    "partition",
    "group",
    "unique",
    "natural",
    "index",
    "i18n",
    "translation",
    "msg",
    "message",
    "map",
    "dict",
    "object",
    "row",
    "column",
    "hash",
    "lookup",
    "field",
    "form",
    "query",
    "idempotency",
    "s3",
    "file",
    "path",
    "registry",
    "pub",
    "publishable",
    "publish",
    "site",
    "event",
    "order",
    "by",
    "for",
    "host",
    "kv",
    "metric",
    "label",
    "annotation",
    "tag",
    "prefix",
    "data",
    "session",
    "json",
    "config",
    "setting",
    "settings",
    "option",
    "menu",
    "nav",
    "shortcut",
    "hot",
    "lang",
    "locale",
    "fingerprint",
    "finger",
    "ssh",
];

/// Judges a name as it is written in the file.
pub(crate) fn judge(name: &str) -> NameKind {
    let words = words(name);
    let mut end = words.len();
    while end > 1 && is_trailing(&words[end - 1]) {
        end -= 1;
    }
    let words = &words[..end];
    let Some(last) = words.last() else { return NameKind::Other };
    let before = &words[..end - 1];
    let joined = words.concat();
    if name.to_ascii_lowercase().contains("secret_key")
        && joined.ends_with("secretkey")
        && !joined.contains("aws")
        && !joined.contains("access")
    {
        let prefix = &joined[..joined.len() - "secretkey".len()];
        if prefix.is_empty()
            || prefix == "django"
            || prefix == "default"
            || prefix.ends_with("setting")
            || prefix.ends_with("settings")
        {
            return NameKind::DjangoSecretKey;
        }
    }
    if is_password(last) {
        if before.iter().any(|word| {
            matches!(
                word.as_str(),
                "hash" | "hashed" | "no" | "reset" | "change" | "forgot" | "confirm" | "show" | "public"
            )
        }) {
            return NameKind::Other;
        }
        let mail = before.iter().any(|word| matches!(word.as_str(), "email" | "mail" | "smtp" | "imap"));
        return if mail { NameKind::EmailPassword } else { NameKind::Password };
    }
    if last == "key" || last == "keys" {
        return judge_key(before);
    }
    if is_secret_noun(last) {
        if before.iter().any(|word| {
            matches!(
                word.as_str(),
                "public"
                    | "csrf"
                    | "csrfmiddleware"
                    | "publishable"
                    | "next"
                    | "page"
                    | "continuation"
                    | "cursor"
                    | "sync"
                    | "design"
                    | "eos"
                    | "bos"
                    | "pad"
                    | "unk"
                    | "sep"
                    | "special"
                    | "mask"
            )
        }) {
            return NameKind::Other;
        }
        let client = last.ends_with("secret")
            && before.iter().any(|word| {
                matches!(
                    word.as_str(),
                    "client" | "oauth" | "oauth2" | "consumer" | "app" | "social" | "application"
                )
            });
        return if client || last == "clientsecret" { NameKind::ClientSecret } else { NameKind::Secret };
    }
    // `api_token_of_reports`: a secret's name that goes on. Words that name something about the secret make it none.
    let telling = |word: &String| is_secret_noun(word) || is_password(word);
    if words.len() <= 6
        && words.iter().any(telling)
        && !words.iter().any(|word| ABOUT.contains(&word.as_str()) || PLAIN_KEYS.contains(&word.as_str()))
    {
        return NameKind::WeakKey;
    }
    NameKind::Other
}

/// Words for what is said about a secret, and for what is none.
const ABOUT: &[&str] = &[
    "url",
    "uri",
    "endpoint",
    "id",
    "ids",
    "name",
    "names",
    "header",
    "headers",
    "type",
    "types",
    "length",
    "len",
    "size",
    "ttl",
    "expiry",
    "expires",
    "expiration",
    "lifetime",
    "timeout",
    "age",
    "regex",
    "pattern",
    "validator",
    "validators",
    "validation",
    "hasher",
    "hashers",
    "reset",
    "change",
    "changed",
    "forgot",
    "help",
    "error",
    "message",
    "class",
    "model",
    "view",
    "view",
    "form",
    "template",
    "widget",
    "selector",
    "backend",
    "algorithm",
    "version",
    "format",
    "count",
    "limit",
    "policy",
    "provider",
    "manager",
    "factory",
    "service",
    "csrf",
    "csrfmiddleware",
    "public",
    "publishable",
    "required",
    "enabled",
    "arn",
    "link",
    "page",
    "title",
    "subject",
    "status",
    "usage",
    "scope",
    "scopes",
    "issuer",
    "audience",
    "dir",
    "role",
    "user",
    "username",
    "generator",
    "checksum",
    "digest",
    "signature",
    "hashed",
    "salt",
    "next",
    "cookie",
    "storage",
    "ref",
];

fn judge_key(before: &[String]) -> NameKind {
    match before.last().map(String::as_str) {
        Some(word) if SECRET_KEYS.contains(&word) => NameKind::Secret,
        Some(word) if PLAIN_KEYS.contains(&word) => NameKind::Other,
        _ => NameKind::WeakKey,
    }
}

fn is_password(word: &str) -> bool {
    matches!(
        word,
        "pass"
            | "pwd"
            | "passwd"
            | "psw"
            | "passphrase"
            | "passcode"
            | "passwort"
            | "contrasena"
            | "senha"
            | "pw"
            | "pgpass"
            | "pgpassword"
    ) || word.ends_with("password")
        || word.ends_with("passwd")
        || word.ends_with("passphrase")
        || (word.ends_with("pwd") && word.len() <= 10)
}

fn is_secret_noun(word: &str) -> bool {
    matches!(
        word,
        "secret"
            | "secrets"
            | "token"
            | "tokens"
            | "credential"
            | "credentials"
            | "creds"
            | "cred"
            | "auth"
            | "authtoken"
            | "pat"
            | "bearer"
            | "authorization"
            | "apitoken"
            | "sas"
            | "jwt"
            | "hapikey"
            | "salt"
            | "secrete"
    ) || word.ends_with("token")
        || word.ends_with("secret")
        || word.ends_with("apikey")
        || word.ends_with("secretkey")
        || word.ends_with("accesskey")
        || word.ends_with("privatekey")
        || word.ends_with("authkey")
        || word.ends_with("masterkey")
        || word.ends_with("encryptionkey")
        || word.ends_with("signingkey")
        || word.ends_with("accountkey")
        || word.ends_with("licensekey")
}

fn is_trailing(word: &str) -> bool {
    TRAILING.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()) || word.len() == 1
}

/// The words of a name in lower case: split at punctuation and where the case changes.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            finish(&mut word, &mut words);
            continue;
        }
        let previous = at.checked_sub(1).map(|before| letters[before]);
        let next = letters.get(at + 1).copied();
        let starts = letter.is_ascii_uppercase()
            && (previous.is_some_and(|p| p.is_ascii_lowercase() || p.is_ascii_digit())
                || (previous.is_some_and(|p| p.is_ascii_uppercase())
                    && next.is_some_and(|n| n.is_ascii_lowercase())));
        if starts {
            finish(&mut word, &mut words);
        }
        word.push(letter.to_ascii_lowercase());
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        // `password2` is a password.
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if letters.is_empty() || letters.len() == word.len() || word.ends_with("64") || word.ends_with("18") {
            words.push(std::mem::take(word));
        } else {
            words.push(letters.to_owned());
            word.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_telling_word_decides() {
        let cases = [
            ("SECRET_KEY", NameKind::DjangoSecretKey),
            ("DJANGO_SECRET_KEY", NameKind::DjangoSecretKey),
            ("SECRET_KEY_FALLBACKS", NameKind::DjangoSecretKey),
            ("EMAIL_HOST_PASSWORD", NameKind::EmailPassword),
            ("dbPassword2", NameKind::Password),
            ("password_reset_url", NameKind::Other),
            ("PASSWORD_HASHERS", NameKind::Other),
            ("password_validation", NameKind::Other),
            ("bypass", NameKind::Other),
            ("API_TOKEN_PROD", NameKind::Secret),
            ("accessToken", NameKind::Secret),
            ("csrf_token", NameKind::Other),
            ("token_type", NameKind::Other),
            ("apiKey", NameKind::Secret),
            ("x-api-key", NameKind::Secret),
            ("cache_key", NameKind::Other),
            ("publicKey", NameKind::Other),
            ("some_service_key", NameKind::Secret),
            ("key", NameKind::WeakKey),
            ("GOOGLE_OAUTH2_CLIENT_SECRET", NameKind::ClientSecret),
            ("compass", NameKind::Other),
            ("api_token_of_reports", NameKind::WeakKey),
            ("token_lifetime_seconds", NameKind::Other),
        ];
        for (name, kind) in cases {
            assert_eq!(judge(name), kind, "{name}");
        }
    }
}
