//! What Django's own checks say, for every series: a hardened project, one change each.
//!
//! The expectations were measured with `run_checks(include_deployment_checks=True)` of the last release of each series. `#` before a row's
//! expectation would mean silence; a row names the series and the ids that fire there, and nothing else may fire.

use barding_audit::{AuditOptions, audit};
use barding_project::{Options, Series};
use barding_rules::django_checks;
use barding_source::MemoryTree;
use std::collections::BTreeSet;

/// The settings that `startproject` writes, hardened so that no check of any series complains.
const HARDENED: &str = r#"
DEBUG = False
ALLOWED_HOSTS = ["example.com"]
SECRET_KEY = "mV8kq2#fL0z!pX9wTn4c@bR7yJd6sHgA1eUo5iKQ3vWtZxCuNlEaMhYrGjPs"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
ROOT_URLCONF = "shop.urls"
STATIC_URL = "/static/"
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_BROWSER_XSS_FILTER = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
"#;

/// One change to the hardened settings, and what fires: `ids` alone for every series, or `first-last: ids` for some, parted by `;`.
struct Row(&'static str, &'static str);

const ROWS: &[Row] = &[
    Row("", ""),
    Row("DEBUG = True", "security.W018"),
    Row("DEBUG = 'False'", "security.W018"),
    Row("ALLOWED_HOSTS = []", "security.W020"),
    Row("ALLOWED_HOSTS = ['*']", ""),
    Row("ALLOWED_HOSTS = ['']", ""),
    Row("SECRET_KEY = SECRET_KEY[:49]", "security.W009"),
    Row("SECRET_KEY = 'abcde' * 10", ""),
    Row("SECRET_KEY = 'abcda' * 10", "security.W009"),
    Row("SECRET_KEY = 'django-insecure-' + SECRET_KEY", "3.2-6.1: security.W009"),
    Row("SECRET_KEY_FALLBACKS = ['short']", "4.1-6.1: security.W025"),
    Row("MIDDLEWARE.remove('django.middleware.security.SecurityMiddleware')", "security.W001"),
    Row("MIDDLEWARE.remove('django.middleware.clickjacking.XFrameOptionsMiddleware')", "security.W002"),
    Row("MIDDLEWARE.remove('django.middleware.csrf.CsrfViewMiddleware')", "2.0-6.1: security.W003"),
    Row(
        "MIDDLEWARE.remove('django.middleware.csrf.CsrfViewMiddleware')\nCSRF_COOKIE_SECURE = False",
        "1.11-1.11: security.W016; 2.0-6.1: security.W003",
    ),
    Row("MIDDLEWARE[0] = 'shop.middleware.SecurityMiddleware'", "security.W001"),
    Row("SECURE_HSTS_SECONDS = 0", "security.W004"),
    Row("SECURE_HSTS_SECONDS = 1", ""),
    Row("SECURE_HSTS_SECONDS = '0'", ""),
    Row("SECURE_HSTS_INCLUDE_SUBDOMAINS = False", "security.W005"),
    Row("SECURE_HSTS_INCLUDE_SUBDOMAINS = 1", "security.W005"),
    Row("SECURE_HSTS_PRELOAD = False", "security.W021"),
    Row("SECURE_CONTENT_TYPE_NOSNIFF = False", "security.W006"),
    Row("SECURE_CONTENT_TYPE_NOSNIFF = 1", "security.W006"),
    Row("del SECURE_CONTENT_TYPE_NOSNIFF", "1.11-2.2: security.W006"),
    Row("SECURE_BROWSER_XSS_FILTER = False", "1.11-2.2: security.W007"),
    Row("SECURE_SSL_REDIRECT = False", "security.W008"),
    Row("SECURE_SSL_REDIRECT = 'True'", "security.W008"),
    Row("SESSION_COOKIE_SECURE = False", "security.W012"),
    Row("SESSION_COOKIE_SECURE = 1", "4.1-6.1: security.W012"),
    Row("SESSION_COOKIE_SECURE = 'False'", "4.1-6.1: security.W012"),
    Row("SESSION_COOKIE_SECURE = False\nINSTALLED_APPS.remove('django.contrib.sessions')", "security.W011"),
    Row(
        "SESSION_COOKIE_SECURE = False\nMIDDLEWARE.remove('django.contrib.sessions.middleware.SessionMiddleware')",
        "1.11-2.1: security.W010; 2.2-6.1: admin.E410 security.W010",
    ),
    Row("SESSION_COOKIE_HTTPONLY = False", "security.W015"),
    Row("SESSION_COOKIE_SAMESITE = None", ""),
    Row("CSRF_COOKIE_SECURE = False", "security.W016"),
    Row("CSRF_COOKIE_SECURE = 1", "4.1-6.1: security.W016"),
    Row("CSRF_COOKIE_SECURE = False\nCSRF_USE_SESSIONS = True", ""),
    Row("CSRF_TRUSTED_ORIGINS = ['example.com']", "4.0-6.1: 4_0.E001"),
    Row("X_FRAME_OPTIONS = 'SAMEORIGIN'", "security.W019"),
    Row("X_FRAME_OPTIONS = 'deny'", "security.W019"),
    Row("del X_FRAME_OPTIONS", "1.11-2.2: security.W019"),
    Row("SECURE_REFERRER_POLICY = None", "3.0-6.1: security.W022"),
    Row("del SECURE_REFERRER_POLICY", "3.0-3.0: security.W022"),
    Row("SECURE_REFERRER_POLICY = ''", "3.0-6.1: security.E023"),
    Row("SECURE_REFERRER_POLICY = 'unsafe-url'", ""),
    Row("SECURE_REFERRER_POLICY = 'bogus'", "3.0-6.1: security.E023"),
    Row("SECURE_REFERRER_POLICY = 'no-referrer, strict-origin'", ""),
    Row("SECURE_CROSS_ORIGIN_OPENER_POLICY = None", ""),
    Row("SECURE_CROSS_ORIGIN_OPENER_POLICY = 'bogus'", "4.0-6.1: security.E024"),
    Row("SECURE_CROSS_ORIGIN_OPENER_POLICY = 'unsafe-none'", ""),
    Row("SECURE_CSP = [\"default-src 'self'\"]", "6.0-6.1: security.E026"),
    Row("SECURE_CSP = {}", ""),
    Row("CACHES = {'other': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}", "caches.E001"),
    Row(
        "MEDIA_ROOT = '/srv/media'\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/srv/media/cache'}}",
        "3.2-6.1: caches.W002",
    ),
    Row(
        "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': 'cache'}}",
        "3.2-6.1: caches.W003",
    ),
    Row("MEDIA_URL = '/media'", "urls.E006"),
    Row("STATIC_ROOT = '/srv/static'\nSTATICFILES_DIRS = ['/srv/static']", "2.0-6.1: staticfiles.E002"),
    Row("AUTH_PASSWORD_VALIDATORS = []", ""),
    Row("PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']", ""),
    Row("DEFAULT_HASHING_ALGORITHM = 'md5'", "3.1-3.2: security.E100"),
    // What a project silences is reported all the same.
    Row("SILENCED_SYSTEM_CHECKS = ['security.W018']\nDEBUG = True", "security.W018"),
    Row("TEMPLATES[0]['OPTIONS']['string_if_invalid'] = None", "templates.E002"),
    Row(
        "MIDDLEWARE.insert(4, 'django.contrib.auth.middleware.LoginRequiredMiddleware')",
        "5.1-6.1: auth.E013",
    ),
    Row("MIDDLEWARE[1], MIDDLEWARE[4] = MIDDLEWARE[4], MIDDLEWARE[1]", ""),
    Row(
        "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.console.EmailBackend'}}",
        "6.1-6.1: mail.E001",
    ),
    Row(
        "MAILERS = {'other': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend'}}",
        "6.1-6.1: mail.W001",
    ),
    Row(
        "from django.utils.csp import CSP\nMIDDLEWARE.append('django.middleware.csp.ContentSecurityPolicyMiddleware')\nSECURE_CSP = {'script-src': [CSP.SELF, CSP.NONCE]}",
        "6.1-6.1: security.W027",
    ),
    Row("SECURE_CSP = {'default-src': [\"'self'\"]}", ""),
];

#[test]
fn one_change_fires_what_django_fires_on_every_series() {
    let mut wrong = Vec::new();
    for Row(change, expected) in ROWS {
        for series in Series::ALL {
            let tree = MemoryTree::new().with("shop/settings.py", &*format!("{HARDENED}{change}\n"));
            compare(change, expected, series, &tree, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} answers differ from Django's:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_variable_of_the_deployment_fires_its_check() {
    let mut wrong = Vec::new();
    for series in Series::ALL {
        let tree = MemoryTree::new()
            .with("shop/settings.py", HARDENED)
            .with("Dockerfile", "FROM python\nENV DJANGO_ALLOW_ASYNC_UNSAFE=1\n");
        compare("DJANGO_ALLOW_ASYNC_UNSAFE", "3.1-6.1: async.E001", series, &tree, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_new_project_fires_what_django_fires() {
    let started = HARDENED.split("SECURE_HSTS_SECONDS").next().unwrap_or_default();
    let mut wrong = Vec::new();
    for series in Series::ALL {
        let key = if series >= Series::V3_2 { "SECRET_KEY = 'django-insecure-' + SECRET_KEY\n" } else { "" };
        let mail = if series == Series::V6_1 {
            "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.console.EmailBackend'}}\n"
        } else {
            ""
        };
        let text = format!("{started}DEBUG = True\nALLOWED_HOSTS = []\n{key}{mail}");
        let tree = MemoryTree::new().with("shop/settings.py", &*text);
        let expected = "1.11-2.2: W004 W006 W007 W008 W012 W016 W018 W019 W020; 3.0-3.0: W004 W008 W012 W016 W018 W020 W022; \
             3.1-3.1: W004 W008 W012 W016 W018 W020; 3.2-6.0: W004 W008 W009 W012 W016 W018 W020; \
             6.1-6.1: mail.E001 W004 W008 W009 W012 W016 W018 W020";
        compare("startproject", &expected.replace(" W", " security.W"), series, &tree, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(change: &str, expected: &str, series: Series, tree: &MemoryTree, wrong: &mut Vec<String>) {
    let options = AuditOptions {
        project: Options { django_version: Some(series.name().to_owned()), ..Options::default() },
        ..AuditOptions::default()
    };
    let result = audit(tree, &options).expect("there is a settings file");
    let got: BTreeSet<&str> = result.findings.iter().flat_map(django_checks).collect();
    let wanted = wanted(expected, series);
    if got != wanted {
        wrong.push(format!("{series}: {change}\n    Django says {wanted:?}, we say {got:?}"));
    }
}

fn wanted(expected: &str, series: Series) -> BTreeSet<&str> {
    expected
        .split(';')
        .filter_map(|part| match part.split_once(": ") {
            Some((range, ids)) => {
                let (first, last) = range.trim().split_once('-').expect("a range of series");
                let named = |name: &str| Series::named(name).expect("a known series");
                (named(first) <= series && series <= named(last)).then_some(ids)
            }
            None => Some(part),
        })
        .flat_map(str::split_whitespace)
        .collect()
}
