//! Settings whose remedy depends on what the project has: DEBUG, hosts, cookies and the redirect, HSTS, malformed values.

use super::super::Remedy;
use super::super::bench::{Bench, fix, span_of};
use super::environment::{Reader, example, variable};
use super::place::{add, decided, history, plain_text, retext, set};
use super::table::found_setting;
use crate::edit::{Sequence, Sheet, argument, positional};
use barding_finding::FixSafety::NeedsReview;
use barding_finding::{Edit, Finding, Fix};
use barding_project::{Effective, Series, SettingsModule, SettingsRole, Truth, Value};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "debug-enabled" => debug,
        "allowed-hosts-empty" | "allowed-hosts-wildcard" => hosts,
        "allowed-hosts-malformed" => malformed_hosts,
        "session-cookie-insecure" => |finding, bench| on(finding, bench, "SESSION_COOKIE_SECURE"),
        "csrf-cookie-insecure" => |finding, bench| on(finding, bench, "CSRF_COOKIE_SECURE"),
        "ssl-redirect-missing" => |finding, bench| on(finding, bench, "SECURE_SSL_REDIRECT"),
        "hsts-missing" => hsts,
        "hsts-not-a-number" => |finding, bench| number(finding, bench, "SECURE_HSTS_SECONDS"),
        "site-id-invalid" => |finding, bench| number(finding, bench, "SITE_ID"),
        "url-without-slash" => slash,
        "csrf-trusted-origin-insecure" => |finding, bench| origins(finding, bench, secure),
        "csrf-trusted-origin-malformed" => malformed_origins,
        "cors-origin-untrustworthy" => |finding, bench| origins(finding, bench, secure),
        "upload-permissions-loose" => permissions,
        "csp-keyword-unquoted" => keywords,
        "middleware-setting-ignored" => rename_middleware,
        "email-not-sent" => mail,
        _ => return None,
    })
}

/// Makes a fix of what `edit` does in each settings module; none when one of them cannot be edited.
pub(super) fn in_each(
    finding: &Finding,
    bench: &Bench<'_>,
    title: &str,
    edit: impl Fn(&SettingsModule) -> Option<Vec<Edit>>,
) -> Vec<Fix> {
    let edits: Option<Vec<Vec<Edit>>> = bench.settings_of(finding).into_iter().map(edit).collect();
    edits.and_then(|edits| fix(title, NeedsReview, edits.concat())).into_iter().collect()
}

/// Whether developers have a settings module of their own.
fn has_development(bench: &Bench<'_>) -> bool {
    bench.project.discovery.modules.iter().any(|module| module.role == SettingsRole::Development)
}

fn debug(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let mut fixes =
        in_each(finding, bench, "Turn DEBUG off unless the environment turns it on", |settings| {
            let (sheet, assigned) = decided(bench, settings, "DEBUG")?;
            if let Some(edit) = of_default(sheet, assigned.value, |default| turned(sheet, default, false)) {
                return Some(vec![edit]);
            }
            if has_development(bench) || !assigned.is_top_level {
                return None;
            }
            let reader = Reader::of(bench, sheet, assigned.statement.start().to_usize())?;
            let name = variable(Some(settings), "DEBUG");
            let mut edits =
                vec![sheet.replace(assigned.value, sheet.in_style(&reader.off_by_default(&name)))];
            let comment = "True on a developer's machine only";
            edits.extend(example(bench, sheet.file.id, &name, "False", comment));
            edits.extend(reader.import());
            Some(edits)
        });
    fixes.extend(in_each(finding, bench, "Set DEBUG to False", |settings| {
        set(bench, settings, "DEBUG", "False")
    }));
    fixes
}

/// Changes what a reader of the environment falls back to; `None` when no reader, or more than one, has such a default.
fn of_default(sheet: Sheet<'_>, value: &Expr, change: impl Fn(&Expr) -> Option<Edit>) -> Option<Edit> {
    let default_of = |call: &ExprCall| {
        let is_reader = ["environ", "getenv", "env", "config"]
            .iter()
            .any(|word| sheet.source(&*call.func).contains(word));
        is_reader
            .then(|| argument(call, "default").or_else(|| positional(call, 1)).and_then(&change))
            .flatten()
    };
    let mut found = Vec::new();
    walk_calls(value, &mut |call| found.extend(default_of(call)));
    (found.len() == 1).then(|| found.remove(0))
}

/// A switch turned to the other side, in the words it has.
fn turned(sheet: Sheet<'_>, default: &Expr, on: bool) -> Option<Edit> {
    const WORDS: &[[&str; 2]] =
        &[["False", "True"], ["false", "true"], ["0", "1"], ["no", "yes"], ["off", "on"]];
    let other = |word: &str| {
        WORDS.iter().find(|pair| pair[usize::from(!on)] == word).map(|pair| pair[usize::from(on)])
    };
    match default {
        Expr::BooleanLiteral(_) | Expr::NumberLiteral(_) => {
            Some(sheet.replace(default, other(sheet.source(default))?))
        }
        Expr::StringLiteral(text) => retext(sheet, default, other(text.value.to_str())?),
        _ => None,
    }
}

/// No host at all where any was let in.
fn no_hosts(sheet: Sheet<'_>, default: &Expr) -> Option<Edit> {
    match super::lists::elements(default)? {
        [only] if plain_text(sheet, only) == Some("*") => {
            let is_tuple = matches!(default, Expr::Tuple(_));
            Some(sheet.replace(default, if is_tuple { "()" } else { "[]" }))
        }
        _ => None,
    }
}

/// Every call in an expression, the outer ones first.
fn walk_calls<'a>(value: &'a Expr, visit: &mut dyn FnMut(&'a ExprCall)) {
    struct Calls<'v, 'a>(&'v mut dyn FnMut(&'a ExprCall));
    impl<'a> ruff_python_ast::visitor::Visitor<'a> for Calls<'_, 'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr {
                (self.0)(call);
            }
            ruff_python_ast::visitor::walk_expr(self, expr);
        }
    }
    use ruff_python_ast::visitor::Visitor as _;
    Calls(visit).visit_expr(value);
}

/// The hosts come from the environment; those that are written beside a `*` stay.
fn hosts(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let mut fixes = in_each(finding, bench, "Take \"*\" out of ALLOWED_HOSTS", |settings| {
        let (sheet, assigned) = decided(bench, settings, "ALLOWED_HOSTS")?;
        let items = super::lists::elements(assigned.value)?;
        let index = items.iter().position(|item| plain_text(sheet, item) == Some("*"))?;
        (items.len() > 1).then_some(())?;
        Some(vec![Sequence::of(sheet, assigned.value)?.remove(index)])
    });
    fixes.extend(in_each(
        finding,
        bench,
        "Let no host into ALLOWED_HOSTS unless the environment names it",
        |settings| {
            let (sheet, assigned) = decided(bench, settings, "ALLOWED_HOSTS")?;
            Some(vec![of_default(sheet, assigned.value, |default| no_hosts(sheet, default))?])
        },
    ));
    fixes.extend(in_each(finding, bench, "Read ALLOWED_HOSTS from the environment", |settings| {
        let name = variable(Some(settings), "ALLOWED_HOSTS");
        from_environment(bench, settings, "ALLOWED_HOSTS", |reader| reader.list(&name)).map(|mut edits| {
            let comment = "The host names the site answers to, between commas";
            edits.extend(example(bench, settings.file, &name, "shop.example", comment));
            edits
        })
    }));
    fixes
}

/// Gives a setting a value that is read from the environment, in the production module.
fn from_environment(
    bench: &Bench<'_>,
    settings: &SettingsModule,
    name: &str,
    read: impl Fn(&Reader) -> String,
) -> Option<Vec<Edit>> {
    let place = settings.values.get(name).and_then(|value| value.decided_at()).map(|line| line.place);
    if let Some(place) = place
        && place.file == settings.file
        && let Some((sheet, assigned)) = decided(bench, settings, name)
    {
        let reader = Reader::of(bench, sheet, assigned.statement.start().to_usize())?;
        let mut edits = vec![sheet.replace(assigned.value, sheet.in_style(&read(&reader)))];
        edits.extend(reader.import());
        return Some(edits);
    }
    let sheet = bench.sheet(settings.file)?;
    let reader = Reader::of(bench, sheet, sheet.text().len())?;
    let mut edits = add(bench, settings, &format!("{name} = {}", read(&reader)))?;
    edits.extend(reader.import());
    Some(edits)
}

/// Whether DEBUG tells developers from visitors in this very file: it comes from the environment, or another fix makes it.
fn follows_debug(bench: &Bench<'_>, settings: &SettingsModule) -> bool {
    let Some(debug) = settings.values.get("DEBUG") else { return false };
    let Some((sheet, assigned)) = decided(bench, settings, "DEBUG") else { return false };
    let varies = debug.value == Value::Bool(true) || debug.value.truthiness() == Truth::Maybe;
    varies && assigned.is_top_level && sheet.file.id == settings.file && !has_development(bench)
}

/// Mail goes out by SMTP; on a developer's machine it stays where it is.
fn mail(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let change = |settings: &SettingsModule, debug: bool| {
        let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
        let mut edits = Vec::new();
        super::dictionary::walk_texts(assigned.value, &mut |item| {
            let kind = plain_text(sheet, item)
                .and_then(|text| text.strip_prefix("django.core.mail.backends."))
                .and_then(|rest| rest.strip_suffix(".EmailBackend"));
            if matches!(kind, Some("console" | "dummy" | "filebased" | "locmem")) {
                let smtp = sheet.in_style("\"django.core.mail.backends.smtp.EmailBackend\"");
                let own = sheet.source(item);
                edits.push(
                    sheet.replace(item, if debug { format!("{own} if DEBUG else {smtp}") } else { smtp }),
                );
            }
        });
        Some(edits)
    };
    let mut fixes = in_each(
        finding,
        bench,
        "Send mail from MAILERS or EMAIL_BACKEND by SMTP unless DEBUG is on",
        |settings| follows_debug(bench, settings).then(|| change(settings, true)).flatten(),
    );
    fixes.extend(in_each(finding, bench, "Send mail from MAILERS or EMAIL_BACKEND by SMTP", |settings| {
        change(settings, false)
    }));
    fixes
}

/// A switch for HTTPS. Where one module serves developers too and DEBUG tells them apart, it follows DEBUG, so that
/// `runserver` goes on without HTTPS.
fn on(finding: &Finding, bench: &Bench<'_>, name: &str) -> Vec<Fix> {
    let mut fixes = in_each(finding, bench, &format!("Set {name} unless DEBUG is on"), |settings| {
        if settings.values.contains_key(name) || settings.name.contains(':') {
            return None;
        }
        follows_debug(bench, settings).then_some(())?;
        add(bench, settings, &format!("{name} = not DEBUG"))
    });
    fixes.extend(in_each(
        finding,
        bench,
        &format!("Turn {name} on unless the environment turns it off"),
        |settings| {
            let (sheet, assigned) = decided(bench, settings, name)?;
            Some(vec![of_default(sheet, assigned.value, |default| turned(sheet, default, true))?])
        },
    ));
    fixes.extend(in_each(finding, bench, &format!("Set {name} to True"), |settings| {
        set(bench, settings, name, "True")
    }));
    fixes
}

/// HSTS with a ramp-up: the number comes from the environment, so that it can be raised without a change to the code.
fn hsts(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    const YEAR: u64 = 31_536_000;
    in_each(finding, bench, "Set SECURE_HSTS_SECONDS from the environment", |settings| {
        let name = variable(Some(settings), "SECURE_HSTS_SECONDS");
        let mut edits =
            from_environment(bench, settings, "SECURE_HSTS_SECONDS", |reader| reader.number(&name, YEAR))?;
        let comment =
            "Begin with 3600; when all works over HTTPS raise it to 86400, 604800 and 31536000 (a year)";
        edits.extend(example(bench, settings.file, &name, "3600", comment));
        Some(edits)
    })
}

/// A number that stands in quotes.
fn number(finding: &Finding, bench: &Bench<'_>, name: &str) -> Vec<Fix> {
    in_each(finding, bench, &format!("Write {name} as a number"), |settings| {
        let (sheet, assigned) = decided(bench, settings, name)?;
        if let Some(text) = plain_text(sheet, assigned.value) {
            let number: u64 = text.trim().replace('_', "").parse().ok()?;
            return Some(vec![sheet.replace(assigned.value, number.to_string())]);
        }
        let source = sheet.source(assigned.value);
        let is_reader = ["environ", "getenv"].iter().any(|word| source.contains(word));
        is_reader.then(|| vec![sheet.replace(assigned.value, format!("int({source})"))])
    })
}

fn slash(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "End the address with a slash", |settings| {
        let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
        let text = plain_text(sheet, assigned.value)?;
        Some(vec![retext(sheet, assigned.value, &format!("{text}/"))?])
    })
}

/// Rewrites the texts of a list; none when nothing changes.
fn each_text(sheet: Sheet<'_>, value: &Expr, rewrite: impl Fn(&str) -> Option<String>) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for item in super::lists::elements(value)? {
        if let Some(text) = plain_text(sheet, item)
            && let Some(new) = rewrite(text)
            && new != text
        {
            edits.push(retext(sheet, item, &new)?);
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Host names without what a browser's address has around them.
fn malformed_hosts(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let bare = |text: &str| {
        let text = text.trim();
        let host = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host);
        let host = match host.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                host
            }
            _ => host,
        };
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        (!host.is_empty()).then(|| host.to_owned())
    };
    in_each(finding, bench, "Write bare host names", |settings| {
        let (sheet, assigned) = decided(bench, settings, "ALLOWED_HOSTS")?;
        if let Some(edits) = each_text(sheet, assigned.value, bare) {
            return Some(edits);
        }
        let items = super::lists::elements(assigned.value)?;
        let empty = items
            .iter()
            .position(|item| plain_text(sheet, item).is_some_and(|text| text.trim().is_empty()))?;
        Some(vec![Sequence::of(sheet, assigned.value)?.remove(empty)])
    })
}

fn secure(text: &str) -> Option<String> {
    text.strip_prefix("http://").map(|rest| format!("https://{rest}"))
}

/// The origins of whichever setting the finding is about.
fn origins(finding: &Finding, bench: &Bench<'_>, rewrite: fn(&str) -> Option<String>) -> Vec<Fix> {
    in_each(finding, bench, "Trust https:// origins only", |settings| {
        let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
        each_text(sheet, assigned.value, rewrite)
    })
}

/// The form of origins changed with Django 4.0.
fn malformed_origins(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Write the origins as this version of Django reads them", |settings| {
        let (sheet, assigned) = decided(bench, settings, "CSRF_TRUSTED_ORIGINS")?;
        let modern = settings.django().possible().iter().all(|series| *series >= Series::V4_0);
        let old = settings.django().is_known()
            && settings.django().possible().iter().all(|series| *series < Series::V4_0);
        each_text(sheet, assigned.value, |text| match (modern || !old, text.split_once("://")) {
            (true, None) => Some(match text.strip_prefix('.') {
                Some(domain) => format!("https://*.{domain}"),
                None => format!("https://{text}"),
            }),
            (false, Some((_, host))) => Some(host.trim_start_matches('*').trim_end_matches('/').to_owned()),
            _ => None,
        })
    })
}

fn permissions(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let modules = bench.settings_of(finding);
    let name = modules.first().and_then(|settings| found_setting(finding, settings)).unwrap_or_default();
    let title = format!("Let only the site's own account and group at uploads by {name}");
    in_each(finding, bench, &title, |settings| {
        let name = found_setting(finding, settings)?;
        set(bench, settings, name, if name.contains("DIRECTORY") { "0o750" } else { "0o640" })
    })
}

/// The keywords of a policy carry quotes of their own.
fn keywords(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    const WORDS: &[&str] = &[
        "self",
        "none",
        "unsafe-inline",
        "unsafe-eval",
        "strict-dynamic",
        "unsafe-hashes",
        "report-sample",
        "wasm-unsafe-eval",
    ];
    in_each(finding, bench, "Write the quotes around the policy's keywords", |settings| {
        let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
        let mut edits = Vec::new();
        super::dictionary::walk_texts(assigned.value, &mut |item| {
            if let Some(text) = plain_text(sheet, item).filter(|text| WORDS.contains(text)) {
                edits.push(sheet.replace(item, format!("\"'{text}'\"")));
            }
        });
        Some(edits)
    })
}

/// `MIDDLEWARE_CLASSES` becomes `MIDDLEWARE`, unless that is set as well.
fn rename_middleware(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Rename MIDDLEWARE_CLASSES to MIDDLEWARE", |settings| {
        if !matches!(settings.get("MIDDLEWARE"), Effective::DjangoDefault(_) | Effective::Absent) {
            return None;
        }
        let lines = history(bench, settings, "MIDDLEWARE_CLASSES");
        let edits: Vec<Edit> = lines
            .iter()
            .map(|(sheet, assigned)| {
                let start = assigned.statement.start().to_usize();
                sheet.replace_bytes(start, start + "MIDDLEWARE_CLASSES".len(), "MIDDLEWARE")
            })
            .collect();
        span_of(finding).map(|_| edits)
    })
}
