//! A settings module for the live site: it imports the base and says what a live site needs, in the words of the
//! project's series of Django. `manage.py check --deploy` is clean with it on top of what `startproject` makes.

use crate::csp::{CspSurvey, django_lines};
use crate::headers::ABOUT_HSTS;
use crate::site::Site;
use crate::words::comment;
use barding_project::servers::nginx::in_effect;
use barding_project::{Project, Series, SettingsModule, SettingsRole, Truth, Value};

/// Middleware that a live site needs, in Django's order, each with what it does.
const MIDDLEWARE: [(&str, &str); 3] = [
    ("django.middleware.security.SecurityMiddleware", "redirect, HSTS and other headers"),
    ("django.middleware.csrf.CsrfViewMiddleware", "forged requests"),
    ("django.middleware.clickjacking.XFrameOptionsMiddleware", "foreign frames"),
];

/// The module's text and the dotted name it should have.
pub fn settings(site: &Site, project: &Project, survey: &CspSurvey) -> (String, String) {
    let production = crate::site::production(project);
    let base = base(project).or(production);
    let series = site.series;
    let base_name = base.map_or("settings".to_owned(), |base| base.name.clone());
    let base_name = base_name.split(':').next().unwrap_or_default().to_owned();
    let name = own_name(project, &base_name);
    let own_csp = series >= Series::V6_0;
    let mut out = format!(
        "\"\"\"Settings of the live site: {base_name}, hardened for {}.\n\nMade by `barding generate settings`. Use it with \
         DJANGO_SETTINGS_MODULE={name}. It reads these variables from the\nenvironment: {}.\n\"\"\"\n\n",
        site.django,
        variables(site, base).join(", ")
    );
    if series < Series::V2_0 {
        out.insert_str(0, "# -*- coding: utf-8 -*-\n");
    }
    out.push_str("import os\n\nfrom django.core.exceptions import ImproperlyConfigured\n");
    let csp_part = if own_csp { django_lines(survey, base) } else { Default::default() };
    let (csp_import, csp_body) = csp_part.split_once("\n\n").unwrap_or_default();
    if !csp_import.is_empty() {
        out.push_str(csp_import);
        out.push('\n');
    }
    out.push_str(&format!("\nfrom {base_name} import *  # noqa: F401,F403\n\n\n"));
    out.push_str(HELPER);
    out.push_str(&essentials(site, base));
    out.push_str(&https(site, project, base));
    out.push_str(&cookies(series));
    out.push_str(&headers(series));
    out.push_str(&middleware(base));
    if own_csp {
        out.push_str(
            "\n# What a page may load. `barding generate csp` lists the templates that need a nonce.\n",
        );
        out.push_str(csp_body);
    }
    out.push_str(&mail(base, series));
    out.push_str(&passwords(base, series));
    out.push_str(&developer_tools(base));
    (out, name)
}

const HELPER: &str = "def _required(name):\n    \"\"\"A variable that must be set: a missing one stops the start instead of \
giving way to a guess.\"\"\"\n    value = os.environ.get(name, \"\")\n    if not value:\n        raise ImproperlyConfigured(\"Set the \
environment variable %s.\" % name)\n    return value\n\n\n";

/// What the production module imports: the shared base where there is one.
fn base(project: &Project) -> Option<&SettingsModule> {
    let named = |settings: &&SettingsModule| {
        let last = settings.name.rsplit('.').next().unwrap_or_default();
        settings.role == SettingsRole::SharedBase
            && matches!(last, "base" | "common" | "defaults" | "settings" | "shared")
    };
    project.settings.iter().find(named)
}

/// `shop.production` beside `shop.settings`, `shop.settings.production` beside `shop.settings.base`.
fn own_name(project: &Project, base: &str) -> String {
    let present = project.settings.iter().find(|settings| {
        let last = settings.name.rsplit('.').next().unwrap_or_default();
        settings.name != base && matches!(last, "production" | "prod" | "live")
    });
    if let Some(present) = present {
        return present.name.clone();
    }
    let own = match base.rsplit_once('.') {
        Some((package, _)) => format!("{package}.production"),
        None => "production".to_owned(),
    };
    // A module cannot import itself.
    if own == base { format!("{own}_hardened") } else { own }
}

/// The variable that a setting of the base is read from.
fn variable_of(base: Option<&SettingsModule>, setting: &str) -> Option<String> {
    fn find(value: &Value) -> Option<String> {
        match value {
            Value::Env(env) => Some(env.variable.to_string()),
            Value::OneOf(branches) => branches.iter().find_map(|branch| find(&branch.value)),
            _ => None,
        }
    }
    let name = find(base?.get(setting).value()?)?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

fn key_variable(base: Option<&SettingsModule>) -> String {
    variable_of(base, "SECRET_KEY").unwrap_or_else(|| "SECRET_KEY".to_owned())
}

fn hosts_variable(base: Option<&SettingsModule>) -> String {
    variable_of(base, "ALLOWED_HOSTS").unwrap_or_else(|| "ALLOWED_HOSTS".to_owned())
}

fn variables(site: &Site, base: Option<&SettingsModule>) -> Vec<String> {
    let mut variables = vec![key_variable(base)];
    if !site.domains_known {
        variables.push(hosts_variable(base));
    }
    variables
}

fn essentials(site: &Site, base: Option<&SettingsModule>) -> String {
    let key = key_variable(base);
    let mut out = format!(
        "# Error pages with DEBUG show settings, code and data to everybody.\nDEBUG = False\n\n# `barding generate secret-key --env` makes \
         one. Whoever knows it can forge sessions and password resets.\nSECRET_KEY = _required(\"{key}\")\n"
    );
    if site.series >= Series::V4_1 {
        out.push_str("# Old keys while a new one takes over; empty otherwise.\nSECRET_KEY_FALLBACKS = [key for key in [os.environ.get(\"SECRET_KEY_OLD\")] if key]\n");
    }
    out.push_str("\n# The names this site answers to. Links in mails are made from them.\n");
    if site.domains_known {
        let names: Vec<String> =
            site.domains.iter().map(|name| format!("\"{}\"", name.replacen("*.", ".", 1))).collect();
        out.push_str(&format!("ALLOWED_HOSTS = [{}]\n", names.join(", ")));
    } else {
        out.push_str(&format!(
            "ALLOWED_HOSTS = [name.strip() for name in _required(\"{}\").split(\",\") if name.strip()]\n",
            hosts_variable(base)
        ));
    }
    out
}

fn https(site: &Site, project: &Project, base: Option<&SettingsModule>) -> String {
    let mut out = String::from("\n# HTTPS only.\nSECURE_SSL_REDIRECT = True\n");
    let set = base.is_some_and(|base| base.values.contains_key("SECURE_PROXY_SSL_HEADER"));
    let header = "SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n";
    if !set {
        if proxy_sets_scheme(project) || project.deployment.strips("X-Forwarded-Proto") {
            out.push_str("# The proxy of this project sets that header itself, so a visitor cannot.\n");
            out.push_str(header);
        } else {
            out.push_str(&comment(
                "#",
                "",
                "Behind a proxy that always sets X-Forwarded-Proto itself (as `barding generate nginx` does), take the mark off. \
                 Without such a proxy any visitor could pass plain HTTP for HTTPS.",
            ));
            out.push_str(&format!("# {header}"));
        }
    }
    out.push_str(&comment("#", "", &ABOUT_HSTS.replace("--hsts 3600", "3600 seconds here")));
    out.push_str(
        "SECURE_HSTS_SECONDS = 31536000\nSECURE_HSTS_INCLUDE_SUBDOMAINS = True\nSECURE_HSTS_PRELOAD = True\n",
    );
    if site.series >= Series::V4_0
        && site.domains_known
        && site.domains.iter().any(|name| name.starts_with(['.', '*']))
    {
        out.push_str("# Forms may come from any subdomain only if you add them: CSRF_TRUSTED_ORIGINS = [\"https://…\"].\n");
    }
    out
}

/// Whether the project's nginx sets the scheme header wherever it proxies.
fn proxy_sets_scheme(project: &Project) -> bool {
    let mut passes = 0;
    let mut set = 0;
    for file in &project.servers.nginx {
        file.walk(&mut |directive, scope| {
            if directive.name == "proxy_pass" && scope.iter().any(|level| level.name == "server") {
                passes += 1;
                let headers = in_effect(scope, "proxy_set_header");
                set += usize::from(headers.iter().any(|header| {
                    header.argument(0).eq_ignore_ascii_case("X-Forwarded-Proto")
                        && header.argument(1) == "$scheme"
                }));
            }
        });
    }
    passes > 0 && passes == set
}

fn cookies(series: Series) -> String {
    let mut out = String::from(
        "\n# Cookies travel over HTTPS only, and no script reads the session.\nSESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = \
         True\nSESSION_COOKIE_HTTPONLY = True\n",
    );
    if series >= Series::V2_1 {
        out.push_str("SESSION_COOKIE_SAMESITE = \"Lax\"\nCSRF_COOKIE_SAMESITE = \"Lax\"\n");
    }
    out
}

fn headers(series: Series) -> String {
    let mut out =
        String::from("\n# Headers.\nSECURE_CONTENT_TYPE_NOSNIFF = True\nX_FRAME_OPTIONS = \"DENY\"\n");
    if series < Series::V3_0 {
        out.push_str("SECURE_BROWSER_XSS_FILTER = True\n");
    } else {
        out.push_str("SECURE_REFERRER_POLICY = \"same-origin\"\n");
    }
    if series >= Series::V4_0 {
        out.push_str("SECURE_CROSS_ORIGIN_OPENER_POLICY = \"same-origin\"\n");
    }
    out
}

fn middleware(base: Option<&SettingsModule>) -> String {
    let mut out = String::new();
    let Some(base) = base else { return out };
    for (at, (name, what)) in MIDDLEWARE.iter().enumerate() {
        let position = if at == 0 {
            format!("[\"{name}\"] + list(MIDDLEWARE)")
        } else {
            format!("list(MIDDLEWARE) + [\"{name}\"]")
        };
        match base.contains("MIDDLEWARE", name) {
            Truth::Yes => {}
            Truth::No => out.push_str(&format!("# Against {what}.\nMIDDLEWARE = {position}\n")),
            Truth::Maybe => out.push_str(&format!(
                "# Against {what}.\nif \"{name}\" not in MIDDLEWARE:\n    MIDDLEWARE = {position}\n"
            )),
        }
    }
    if !out.is_empty() {
        out.insert(0, '\n');
    }
    out
}

/// A backend that sends, where the base has one that only shows or keeps mails.
fn mail(base: Option<&SettingsModule>, series: Series) -> String {
    let Some(base) = base else { return String::new() };
    let only_shows = |backend: &Value| {
        ["console", "dummy", "filebased", "locmem"].iter().any(|name| {
            backend.equals_text(&format!("django.core.mail.backends.{name}.EmailBackend")) == Truth::Yes
        })
    };
    let mailers = base.get("MAILERS").value().and_then(|mailers| mailers.key("default")?.key("BACKEND"));
    let why = "\n# The base's mails are only shown or kept: resets of passwords and reports of errors would never arrive.\n";
    let smtp = "django.core.mail.backends.smtp.EmailBackend";
    if series >= Series::V6_1 && mailers.is_some_and(only_shows) {
        return format!(
            "{why}MAILERS = {{\n    **MAILERS,\n    \"default\": {{\n        \"BACKEND\": \"{smtp}\",\n        \"OPTIONS\": {{\n            \
             \"host\": os.environ.get(\"EMAIL_HOST\", \"localhost\"),\n            \"port\": int(os.environ.get(\"EMAIL_PORT\", \
             \"587\")),\n            \"username\": os.environ.get(\"EMAIL_HOST_USER\", \"\"),\n            \"password\": \
             os.environ.get(\"EMAIL_HOST_PASSWORD\", \"\"),\n            \"use_tls\": True,\n        }},\n    }},\n}}\n"
        );
    }
    if base.values.contains_key("EMAIL_BACKEND") && base.get("EMAIL_BACKEND").value().is_some_and(only_shows)
    {
        return format!(
            "{why}EMAIL_BACKEND = \"{smtp}\"\nEMAIL_HOST = os.environ.get(\"EMAIL_HOST\", \"localhost\")\nEMAIL_PORT = \
             int(os.environ.get(\"EMAIL_PORT\", \"587\"))\nEMAIL_HOST_USER = os.environ.get(\"EMAIL_HOST_USER\", \
             \"\")\nEMAIL_HOST_PASSWORD = os.environ.get(\"EMAIL_HOST_PASSWORD\", \"\")\nEMAIL_USE_TLS = True\n"
        );
    }
    String::new()
}

/// The hashers and validators, where the base weakened or left them out.
fn passwords(base: Option<&SettingsModule>, series: Series) -> String {
    let mut out = String::new();
    let Some(base) = base else { return out };
    let first_hasher =
        base.get("PASSWORD_HASHERS").value().and_then(Value::items).and_then(|list| list.first().cloned());
    let weak = first_hasher.as_ref().and_then(Value::text).is_some_and(|name| {
        ["MD5", "SHA1", "Crypt"].iter().any(|word| name.rsplit('.').next().unwrap_or_default().contains(word))
    });
    if weak {
        out.push_str("\n# The base's first hasher is weak; old hashes are renewed when their users log in.\nPASSWORD_HASHERS = [\n");
        let mut hashers = vec![
            "PBKDF2PasswordHasher",
            "PBKDF2SHA1PasswordHasher",
            "Argon2PasswordHasher",
            "BCryptSHA256PasswordHasher",
        ];
        if series >= Series::V4_0 {
            hashers.push("ScryptPasswordHasher");
        }
        for hasher in hashers {
            out.push_str(&format!("    \"django.contrib.auth.hashers.{hasher}\",\n"));
        }
        out.push_str("]\n");
    }
    let none = base.is_truthy("AUTH_PASSWORD_VALIDATORS") == Truth::No;
    if none && base.contains("INSTALLED_APPS", "django.contrib.auth") != Truth::No {
        out.push_str("\nAUTH_PASSWORD_VALIDATORS = [\n");
        for validator in [
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        ] {
            out.push_str(&format!(
                "    {{\"NAME\": \"django.contrib.auth.password_validation.{validator}\"}},\n"
            ));
        }
        out.push_str("]\n");
    }
    out
}

/// Tools that show the inside of the site.
fn developer_tools(base: Option<&SettingsModule>) -> String {
    let Some(base) = base else { return String::new() };
    let tools = ["debug_toolbar", "django_extensions", "silk", "django_browser_reload"];
    let there: Vec<&str> =
        tools.into_iter().filter(|tool| base.contains("INSTALLED_APPS", tool) != Truth::No).collect();
    let known: Vec<&str> =
        there.iter().copied().filter(|tool| base.contains("INSTALLED_APPS", tool) == Truth::Yes).collect();
    if known.is_empty() {
        return String::new();
    }
    let list: Vec<String> = known.iter().map(|tool| format!("\"{tool}\"")).collect();
    format!(
        "\n# Tools for developers show settings, queries and code.\n_DEVELOPER_TOOLS = ({},)\nINSTALLED_APPS = [app for app in INSTALLED_APPS if \
         app.split(\".\")[0] not in _DEVELOPER_TOOLS]\nMIDDLEWARE = [name for name in MIDDLEWARE if name.split(\".\")[0] not in \
         _DEVELOPER_TOOLS]\n",
        list.join(", ")
    )
}
