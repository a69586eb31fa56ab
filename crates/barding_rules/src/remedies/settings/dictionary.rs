//! Settings that are dictionaries: entries set, put in and taken out, however deep.

use super::super::Remedy;
use super::super::bench::Bench;
use super::place::{add, decided, history, plain_text};
use super::table::found_setting;
use super::values::in_each;
use crate::edit::{Sequence, Sheet};
use barding_finding::{Edit, Finding, Fix};
use barding_project::SettingsModule;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprDict};

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "template-autoescape-disabled" => |finding, bench| without(finding, bench, "TEMPLATES", "autoescape"),
        "template-debug-enabled" => |finding, bench| without(finding, bench, "TEMPLATES", "debug"),
        "template-string-if-invalid" => {
            |finding, bench| without(finding, bench, "TEMPLATES", "string_if_invalid")
        }
        "template-loaders-with-app-dirs" => |finding, bench| without(finding, bench, "TEMPLATES", "APP_DIRS"),
        "error-mails-hold-everything" => |finding, bench| without(finding, bench, "LOGGING", "include_html"),
        "oauth-without-pkce" => |finding, bench| without(finding, bench, "OAUTH2_PROVIDER", "PKCE_REQUIRED"),
        "security-log-disabled" => {
            |finding, bench| with(finding, bench, "LOGGING", &[], &[("disable_existing_loggers", "False")])
        }
        "logging-sql-queries" => |finding, bench| {
            with(finding, bench, "LOGGING", &["loggers", "django.db.backends"], &[("level", "\"INFO\"")])
        },
        "cache-default-missing" => |finding, bench| {
            let cache = "{\"BACKEND\": \"django.core.cache.backends.locmem.LocMemCache\"}";
            with(finding, bench, "CACHES", &[], &[("default", cache)])
        },
        "staticfiles-storage-missing" => |finding, bench| {
            let storage = "{\"BACKEND\": \"django.contrib.staticfiles.storage.StaticFilesStorage\"}";
            with(finding, bench, "STORAGES", &[], &[("staticfiles", storage)])
        },
        "mailer-default-missing" => |finding, bench| {
            let mailer = "{\"BACKEND\": \"django.core.mail.backends.smtp.EmailBackend\"}";
            with(finding, bench, "MAILERS", &[], &[("default", mailer)])
        },
        "api-open-by-default" => |finding, bench| {
            let classes = "[\"rest_framework.permissions.IsAuthenticated\"]";
            with(finding, bench, "REST_FRAMEWORK", &[], &[("DEFAULT_PERMISSION_CLASSES", classes)])
        },
        "api-unthrottled" => |finding, bench| {
            let classes = "[\"rest_framework.throttling.AnonRateThrottle\", \"rest_framework.throttling.UserRateThrottle\"]";
            let rates = "{\"anon\": \"100/hour\", \"user\": \"1000/hour\"}";
            let entries = [("DEFAULT_THROTTLE_CLASSES", classes), ("DEFAULT_THROTTLE_RATES", rates)];
            with(finding, bench, "REST_FRAMEWORK", &[], &entries)
        },
        "api-schema-public" => |finding, bench| {
            let classes = "[\"rest_framework.permissions.IsAuthenticated\"]";
            with(finding, bench, "SPECTACULAR_SETTINGS", &[], &[("SERVE_PERMISSIONS", classes)])
        },
        "token-cookie-unsafe" => |finding, bench| {
            let entries = [
                ("JWT_AUTH_SECURE", "True"),
                ("JWT_AUTH_COOKIE_USE_CSRF", "True"),
                ("JWT_AUTH_HTTPONLY", "True"),
            ];
            with(finding, bench, "REST_AUTH", &[], &entries)
        },
        "token-not-revoked" => {
            |finding, bench| with(finding, bench, "SIMPLE_JWT", &[], &[("CHECK_USER_IS_ACTIVE", "True")])
        }
        "database-unencrypted" => |finding, bench| database_option(finding, bench, "require"),
        "database-server-unverified" => |finding, bench| database_option(finding, bench, "verify-full"),
        "password-rules-weak" => password_rules,
        _ => return None,
    })
}

/// The value under a text key.
pub(in super::super) fn entry<'a>(
    sheet: Sheet<'_>,
    dict: &'a ExprDict,
    key: &str,
) -> Option<(usize, &'a Expr)> {
    let of = |item: &ruff_python_ast::DictItem| {
        item.key.as_ref().and_then(|name| plain_text(sheet, name)).is_some_and(|name| name == key)
    };
    dict.items.iter().rposition(of).map(|index| (index, &dict.items[index].value))
}

/// Every dictionary in an expression, outer ones first.
fn walk_dictionaries<'a>(value: &'a Expr, visit: &mut dyn FnMut(&'a Expr, &'a ExprDict)) {
    walk(value, &mut |expr| {
        if let Expr::Dict(dict) = expr {
            visit(expr, dict);
        }
    });
}

/// Every list, tuple and set in an expression.
pub(super) fn walk_lists<'a>(value: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    walk(value, &mut |expr| {
        if matches!(expr, Expr::List(_) | Expr::Tuple(_) | Expr::Set(_)) {
            visit(expr);
        }
    });
}

/// Every string in an expression.
pub(super) fn walk_texts<'a>(value: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    walk(value, &mut |expr| {
        if matches!(expr, Expr::StringLiteral(_)) {
            visit(expr);
        }
    });
}

fn walk<'a>(value: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    struct Walk<'v, 'a>(&'v mut dyn FnMut(&'a Expr));
    impl<'a> Visitor<'a> for Walk<'_, 'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            (self.0)(expr);
            walk_expr(self, expr);
        }
    }
    Walk(visit).visit_expr(value);
}

/// Takes the entries of that key out, wherever in the setting they stand.
fn without(finding: &Finding, bench: &Bench<'_>, name: &str, key: &str) -> Vec<Fix> {
    in_each(finding, bench, &format!("Take \"{key}\" out of {name}"), |settings| {
        let (sheet, assigned) = decided(bench, settings, name)?;
        let mut edits = Vec::new();
        walk_dictionaries(assigned.value, &mut |expr, dict| {
            if let Some((index, _)) = entry(sheet, dict, key)
                && let Some(sequence) = Sequence::of(sheet, expr)
            {
                edits.push(sequence.remove(index));
            }
        });
        Some(edits)
    })
}

/// Gives entries of a dictionary those values, below the keys of `path`.
fn with(
    finding: &Finding,
    bench: &Bench<'_>,
    name: &str,
    path: &[&str],
    entries: &[(&str, &str)],
) -> Vec<Fix> {
    let keys: Vec<&str> = entries.iter().map(|(key, _)| *key).collect();
    in_each(finding, bench, &format!("Set {} in {name}", keys.join(", ")), |settings| {
        set_entries(bench, settings, name, path, entries)
    })
}

fn set_entries(
    bench: &Bench<'_>,
    settings: &SettingsModule,
    name: &str,
    path: &[&str],
    entries: &[(&str, &str)],
) -> Option<Vec<Edit>> {
    let line = |(key, value): &(&str, &str)| format!("\"{key}\": {value}");
    if !settings.values.contains_key(name) && path.is_empty() {
        let lines: String = entries.iter().map(|entry| format!("    {},\n", line(entry))).collect();
        return add(bench, settings, &format!("{name} = {{\n{lines}}}"));
    }
    let lines = history(bench, settings, name);
    let (sheet, mut value) = lines
        .iter()
        .find_map(|(sheet, line)| matches!(line.value, Expr::Dict(_)).then_some((*sheet, line.value)))?;
    for key in path {
        let Expr::Dict(dict) = value else { return None };
        value = entry(sheet, dict, key)?.1;
    }
    let Expr::Dict(dict) = value else { return None };
    let mut edits = Vec::new();
    let mut new = Vec::new();
    for wanted in entries {
        match entry(sheet, dict, wanted.0) {
            Some((_, present)) => edits.push(sheet.replace(present, sheet.in_style(wanted.1))),
            None => new.push(sheet.in_style(&line(wanted))),
        }
    }
    if !new.is_empty() {
        let sequence = Sequence::of(sheet, value)?;
        // Several new entries go in at one place, so they are one edit.
        let indent = format!(
            ",{}{}",
            sheet.newline(),
            match dict.items.first() {
                Some(_) => sheet
                    .indentation(ruff_text_size::Ranged::start(&dict.items.first()?.value).to_usize())
                    .to_owned(),
                None => String::new(),
            }
        );
        let stacked = sequence.len() > 0 && sheet.source(value).contains('\n');
        edits.extend(sequence.push(&new.join(if stacked { indent.as_str() } else { ", " })));
    }
    Some(edits)
}

/// PostgreSQL's `sslmode`, in the options of every database that is written out.
fn database_option(finding: &Finding, bench: &Bench<'_>, mode: &str) -> Vec<Fix> {
    in_each(finding, bench, &format!("Ask the database server for TLS (sslmode {mode})"), |settings| {
        let (sheet, assigned) = decided(bench, settings, "DATABASES")?;
        let mut edits = Vec::new();
        walk_dictionaries(assigned.value, &mut |expr, dict| {
            let Some((_, engine)) = entry(sheet, dict, "ENGINE") else { return };
            let Some(engine) = plain_text(sheet, engine) else { return };
            if !(engine.contains("postgresql") || engine.contains("postgis")) {
                return;
            }
            let option = sheet.in_style(&format!("\"sslmode\": \"{mode}\""));
            match entry(sheet, dict, "OPTIONS") {
                Some((_, options @ Expr::Dict(inner))) => match entry(sheet, inner, "sslmode") {
                    Some((_, present)) => {
                        edits.push(sheet.replace(present, sheet.in_style(&format!("\"{mode}\""))))
                    }
                    None => edits.extend(
                        Sequence::of(sheet, options).map(|list| list.push(&option)).unwrap_or_default(),
                    ),
                },
                Some(_) => {}
                None => {
                    let text = format!("{}: {{{option}}}", sheet.in_style("\"OPTIONS\""));
                    edits.extend(Sequence::of(sheet, expr).map(|list| list.push(&text)).unwrap_or_default());
                }
            }
        });
        Some(edits)
    })
}

/// The least length is raised, and what `startproject` writes is added where it is missing.
fn password_rules(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(
        finding,
        bench,
        "Ask for longer and less common passwords in AUTH_PASSWORD_VALIDATORS",
        |settings| {
            let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
            let mut edits = Vec::new();
            let (mut has_length, mut has_common) = (false, false);
            walk_dictionaries(assigned.value, &mut |expr, dict| {
                let name = entry(sheet, dict, "NAME")
                    .and_then(|(_, name)| plain_text(sheet, name))
                    .unwrap_or_default();
                has_common |= name.ends_with(".CommonPasswordValidator");
                if !name.ends_with(".MinimumLengthValidator") {
                    return;
                }
                has_length = true;
                match entry(sheet, dict, "OPTIONS") {
                    Some((_, options @ Expr::Dict(inner))) => match entry(sheet, inner, "min_length") {
                        Some((_, present)) => edits.push(sheet.replace(present, "12")),
                        None => {
                            let text = sheet.in_style("\"min_length\": 12");
                            edits.extend(
                                Sequence::of(sheet, options).map(|list| list.push(&text)).unwrap_or_default(),
                            );
                        }
                    },
                    Some(_) => {}
                    None => {
                        let text = sheet.in_style("\"OPTIONS\": {\"min_length\": 12}");
                        edits.extend(
                            Sequence::of(sheet, expr).map(|list| list.push(&text)).unwrap_or_default(),
                        );
                    }
                }
            });
            let mut new = Vec::new();
            if !has_length {
                new.push(
                "{\"NAME\": \"django.contrib.auth.password_validation.MinimumLengthValidator\", \"OPTIONS\": {\"min_length\": 12}}",
            );
            }
            if !has_common {
                new.push("{\"NAME\": \"django.contrib.auth.password_validation.CommonPasswordValidator\"}");
            }
            if let Some(text) = new.first() {
                edits = Sequence::of(sheet, assigned.value)?.push(&sheet.in_style(text));
            }
            Some(edits)
        },
    )
}
