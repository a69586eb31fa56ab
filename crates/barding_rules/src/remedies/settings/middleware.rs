//! MIDDLEWARE: what is missing put in its place, and the order mended.

use super::super::Remedy;
use super::super::bench::Bench;
use super::lists::elements;
use super::place::{decided, history, plain_text};
use super::values::in_each;
use crate::edit::{Sequence, Sheet};
use crate::names;
use barding_finding::{Finding, Fix};
use barding_project::{SettingsModule, Truth};
use ruff_python_ast::Expr;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "security-middleware-missing" => |finding, bench| missing(finding, bench, names::SECURITY),
        "common-middleware-missing" => |finding, bench| missing(finding, bench, names::COMMON),
        "csrf-middleware-missing" => |finding, bench| missing(finding, bench, names::CSRF),
        "frame-options-middleware-missing" => |finding, bench| missing(finding, bench, names::FRAME_OPTIONS),
        "csp-middleware-missing" => |finding, bench| {
            let native = finding.message.contains("SECURE_CSP");
            missing(finding, bench, if native { names::CSP } else { "csp.middleware.CSPMiddleware" })
        },
        "middleware-order-wrong" | "login-required-before-authentication" => sorted,
        _ => return None,
    })
}

/// The order of Django's documentation, with well-known middleware of other packages in between.
const ORDER: &[&str] = &[
    names::SECURITY,
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    names::CSP,
    "csp.middleware.CSPMiddleware",
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    names::SESSION,
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    names::COMMON,
    names::CSRF,
    names::AUTHENTICATION,
    "django_otp.middleware.OTPMiddleware",
    names::LOGIN_REQUIRED,
    "django.contrib.auth.middleware.RemoteUserMiddleware",
    "django.contrib.auth.middleware.PersistentRemoteUserMiddleware",
    names::MESSAGES,
    names::FRAME_OPTIONS,
    "django.middleware.cache.FetchFromCacheMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "django.contrib.redirects.middleware.RedirectFallbackMiddleware",
    "axes.middleware.AxesMiddleware",
];

fn rank(path: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == path)
}

/// The setting that lists the middleware in this project.
fn setting(settings: &SettingsModule) -> &'static str {
    let is_set = |name: &str| settings.values.contains_key(name);
    if !is_set("MIDDLEWARE") && is_set("MIDDLEWARE_CLASSES") { "MIDDLEWARE_CLASSES" } else { "MIDDLEWARE" }
}

/// The list of middleware that is written out: the deciding line's, or that of a line before it which others add to.
fn written<'b>(bench: &'b Bench<'_>, settings: &SettingsModule) -> Option<(Sheet<'b>, &'b Expr)> {
    let name = setting(settings);
    let lines = match decided(bench, settings, name) {
        Some(line) if elements(line.1.value).is_some() => vec![line],
        _ => history(bench, settings, name),
    };
    lines.into_iter().find_map(|(sheet, assigned)| Some((sheet, longest_list(assigned.value)?)))
}

/// The list itself, or the longest of those it is joined from.
fn longest_list(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::BinOp(sum) => {
            let all = [longest_list(&sum.left), longest_list(&sum.right)];
            all.into_iter().flatten().max_by_key(|list| elements(list).map_or(0, <[Expr]>::len))
        }
        list => elements(list).map(|_| list),
    }
}

fn missing(finding: &Finding, bench: &Bench<'_>, path: &str) -> Vec<Fix> {
    let class = path.rsplit('.').next().unwrap_or(path);
    in_each(finding, bench, &format!("Put {class} into MIDDLEWARE"), |settings| {
        let (sheet, list) = written(bench, settings)?;
        let own = rank(path)?;
        let items = elements(list)?;
        // Behind the last one that comes before it; in front of all when there is none.
        let before = items
            .iter()
            .rposition(|item| plain_text(sheet, item).and_then(rank).is_some_and(|rank| rank < own));
        let index = before.map_or(0, |before| before + 1);
        // One edit of the whole list: another fix may be about to sort it, and then the place is another one.
        let edits = Sequence::of(sheet, list)?.insert(index, &sheet.in_style(&format!("\"{path}\"")));
        Some(vec![sheet.as_one(list, edits)?])
    })
}

/// Sorts the ones whose order is known among the places they hold now; the others stay where they are.
fn sorted(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Sort MIDDLEWARE as Django's documentation does", |settings| {
        if settings.contains(setting(settings), names::SESSION) == Truth::Maybe {
            return None;
        }
        let (sheet, list) = written(bench, settings)?;
        let items = elements(list)?;
        let known: Vec<(usize, usize)> = items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| Some((rank(plain_text(sheet, item)?)?, at)))
            .collect();
        let mut wanted = known.clone();
        wanted.sort();
        let moves: Vec<(usize, usize)> =
            known.iter().zip(&wanted).map(|((_, at), (_, from))| (*at, *from)).collect();
        let edits = Sequence::of(sheet, list)?.rearrange(&moves);
        if edits.is_empty() {
            return None;
        }
        Some(vec![sheet.as_one(list, edits)?])
    })
}
