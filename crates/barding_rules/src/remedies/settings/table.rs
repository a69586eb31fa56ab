//! Settings whose remedy is one value: rule by rule, what is set or taken back to Django's default.

use super::super::bench::{Bench, fix};
use super::place::{reset, set};
use barding_finding::FixSafety::{NeedsReview, Safe};
use barding_finding::{Finding, Fix, FixSafety};

/// What is done to one setting.
enum Change {
    /// Gives it that value.
    Set(&'static str, &'static str),
    /// Takes it back to Django's default, which is written out where the line cannot simply go.
    Reset(&'static str, &'static str),
    /// Takes back to its default whichever setting the finding is about.
    ResetFound,
}
use Change::{Reset, ResetFound, Set};

struct Row(&'static str, FixSafety, &'static [Change]);

const ROWS: &[Row] = &[
    Row("account-enumeration", NeedsReview, &[Reset("ACCOUNT_PREVENT_ENUMERATION", "True")]),
    Row("content-type-sniffing", Safe, &[Set("SECURE_CONTENT_TYPE_NOSNIFF", "True")]),
    Row("cookie-domain-wide", NeedsReview, &[ResetFound]),
    Row("cors-allows-all", NeedsReview, &[ResetFound]),
    Row("cors-private-network", NeedsReview, &[Reset("CORS_ALLOW_PRIVATE_NETWORK", "False")]),
    Row("csrf-cookie-cross-site", NeedsReview, &[Reset("CSRF_COOKIE_SAMESITE", "\"Lax\"")]),
    Row("editor-accepts-any-file", NeedsReview, &[Set("CKEDITOR_ALLOW_NONIMAGE_FILES", "False")]),
    Row("email-not-verified", NeedsReview, &[Set("ACCOUNT_EMAIL_VERIFICATION", "\"mandatory\"")]),
    Row("email-unencrypted", NeedsReview, &[Set("EMAIL_USE_TLS", "True")]),
    Row("exceptions-propagate", NeedsReview, &[Reset("DEBUG_PROPAGATE_EXCEPTIONS", "False")]),
    Row("forwarded-host-trusted", NeedsReview, &[ResetFound]),
    Row("frame-options-weak", NeedsReview, &[Set("X_FRAME_OPTIONS", "\"DENY\"")]),
    Row("hashing-algorithm-weak", NeedsReview, &[Reset("DEFAULT_HASHING_ALGORITHM", "\"sha256\"")]),
    Row("hsts-preload-missing", NeedsReview, &[Set("SECURE_HSTS_PRELOAD", "True")]),
    Row("hsts-subdomains-missing", NeedsReview, &[Set("SECURE_HSTS_INCLUDE_SUBDOMAINS", "True")]),
    Row("hsts-too-short", NeedsReview, &[Set("SECURE_HSTS_SECONDS", "31536000")]),
    Row("internal-ips-open", NeedsReview, &[Reset("INTERNAL_IPS", "[]")]),
    Row("login-by-get", NeedsReview, &[Reset("SOCIALACCOUNT_LOGIN_ON_GET", "False")]),
    Row("login-protection-disabled", NeedsReview, &[ResetFound]),
    Row("mail-links-insecure", NeedsReview, &[Set("ACCOUNT_DEFAULT_HTTP_PROTOCOL", "\"https\"")]),
    Row("mfa-bypass-code", Safe, &[Reset("MFA_TOTP_INSECURE_BYPASS_CODE", "None")]),
    Row(
        "opener-policy-disabled",
        NeedsReview,
        &[Reset("SECURE_CROSS_ORIGIN_OPENER_POLICY", "\"same-origin\"")],
    ),
    Row("opener-policy-invalid", NeedsReview, &[Set("SECURE_CROSS_ORIGIN_OPENER_POLICY", "\"same-origin\"")]),
    Row(
        "password-hashers-empty",
        Safe,
        &[Reset("PASSWORD_HASHERS", "[\"django.contrib.auth.hashers.PBKDF2PasswordHasher\"]")],
    ),
    Row("password-validators-missing", NeedsReview, &[Set("AUTH_PASSWORD_VALIDATORS", VALIDATORS)]),
    Row("referrer-policy-leaky", NeedsReview, &[Set("SECURE_REFERRER_POLICY", "\"same-origin\"")]),
    Row("referrer-policy-missing", NeedsReview, &[Set("SECURE_REFERRER_POLICY", "\"same-origin\"")]),
    Row(
        "session-cache-unreliable",
        NeedsReview,
        &[Set("SESSION_ENGINE", "\"django.contrib.sessions.backends.cached_db\"")],
    ),
    Row("session-cookie-cross-site", NeedsReview, &[Reset("SESSION_COOKIE_SAMESITE", "\"Lax\"")]),
    Row("session-cookie-script-readable", NeedsReview, &[Reset("SESSION_COOKIE_HTTPONLY", "True")]),
    Row("session-files-exposed", NeedsReview, &[Reset("SESSION_FILE_PATH", "None")]),
    Row(
        "session-in-cookie",
        NeedsReview,
        &[Set("SESSION_ENGINE", "\"django.contrib.sessions.backends.db\"")],
    ),
    Row("session-lives-long", NeedsReview, &[Set("SESSION_COOKIE_AGE", "1209600")]),
    Row(
        "session-serializer-pickle",
        NeedsReview,
        &[Reset("SESSION_SERIALIZER", "\"django.contrib.sessions.serializers.JSONSerializer\"")],
    ),
    Row("social-login-by-email", NeedsReview, &[ResetFound]),
    Row("ssl-redirect-exempts-everything", NeedsReview, &[Reset("SECURE_REDIRECT_EXEMPT", "[]")]),
    Row("static-server-for-development", NeedsReview, &[ResetFound]),
    Row("storage-public", NeedsReview, &[ResetFound]),
    Row("storage-unencrypted", NeedsReview, &[ResetFound]),
    Row("task-queue-accepts-pickle", NeedsReview, &[ResetFound]),
    Row("upload-limit-lifted", NeedsReview, &[ResetFound]),
    Row("upload-temp-exposed", NeedsReview, &[Reset("FILE_UPLOAD_TEMP_DIR", "None")]),
    Row("xss-filter-missing", Safe, &[Set("SECURE_BROWSER_XSS_FILTER", "True")]),
    Row("password-reset-lives-long", NeedsReview, &[Set("PASSWORD_RESET_TIMEOUT", "14400")]),
];

/// As `startproject` writes them, with a longer least length.
const VALIDATORS: &str = "[
    {\"NAME\": \"django.contrib.auth.password_validation.UserAttributeSimilarityValidator\"},
    {
        \"NAME\": \"django.contrib.auth.password_validation.MinimumLengthValidator\",
        \"OPTIONS\": {\"min_length\": 12},
    },
    {\"NAME\": \"django.contrib.auth.password_validation.CommonPasswordValidator\"},
    {\"NAME\": \"django.contrib.auth.password_validation.NumericPasswordValidator\"},
]";

pub(super) fn knows(rule: &str) -> bool {
    ROWS.iter().any(|row| row.0 == rule)
}

/// The change its row names, in every settings module the finding concerns.
pub(super) fn change(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let Some(Row(_, safety, changes)) = ROWS.iter().find(|row| row.0 == finding.rule.0) else {
        return Vec::new();
    };
    let (mut edits, mut titles) = (Vec::new(), Vec::new());
    for settings in bench.settings_of(finding) {
        for change in *changes {
            let (changed, title) = match change {
                Set(name, code) => {
                    let shown = if code.contains('\n') { "a list" } else { code };
                    (set(bench, settings, name, code), format!("Set {name} to {shown}"))
                }
                Reset(name, default) => {
                    (reset(bench, settings, name, Some(*default)), format!("Take {name} back to its default"))
                }
                ResetFound => {
                    let Some(name) = found_setting(finding, settings) else { continue };
                    let default = settings.defaults.of(name).and_then(barding_project::Value::python_repr);
                    (
                        reset(bench, settings, name, default.as_deref()),
                        format!("Take {name} back to its default"),
                    )
                }
            };
            let Some(changed) = changed else { return Vec::new() };
            edits.extend(changed);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    fix(titles.join("; "), *safety, edits).into_iter().collect()
}

/// The setting a finding is about: the one its message names whose deciding line it points at.
pub(super) fn found_setting<'s>(
    finding: &Finding,
    settings: &'s barding_project::SettingsModule,
) -> Option<&'s str> {
    let place = super::super::bench::span_of(finding)?;
    let at_place = settings
        .values
        .iter()
        .filter(|(_, value)| value.decided_at().is_some_and(|line| line.place == place));
    let mut names: Vec<&str> = at_place.map(|(name, _)| name.as_str()).collect();
    if names.len() > 1 {
        names.retain(|name| finding.message.contains(name));
    }
    names.into_iter().next()
}
