//! Settings that are lists: elements taken out, put in and replaced.

use super::super::Remedy;
use super::super::bench::Bench;
use super::place::{decided, history, plain_text, retext};
use super::table::found_setting;
use super::values::in_each;
use crate::edit::{Sequence, Sheet};
use barding_finding::{Edit, Finding, Fix};
use barding_project::SettingsModule;
use ruff_python_ast::Expr;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "password-hasher-weak" => hasher,
        "inactive-users-log-in" => inactive,
        "pages-compressed" => |finding, bench| {
            take_out(finding, bench, "MIDDLEWARE", "Leave compression to the server in front", |text| {
                text == "django.middleware.gzip.GZipMiddleware"
            })
        },
        "removed-middleware" => removed,
        "graphql-debug" => graphql_debug,
        "social-login-associates-by-email" => |finding, bench| {
            take_out(
                finding,
                bench,
                "SOCIAL_AUTH_PIPELINE",
                "Do not join accounts by their addresses",
                |text| text.ends_with(".associate_by_email"),
            )
        },
        "secret-key-fallback-weak" => fallbacks,
        "axes-incomplete" => axes,
        _ => return None,
    })
}

/// The elements of a list or tuple that is written out.
pub(super) fn elements(value: &Expr) -> Option<&[Expr]> {
    match value {
        Expr::List(list) => Some(&list.elts),
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::Set(set) => Some(&set.elts),
        _ => None,
    }
}

/// The list that holds an element, with the element's index: in the deciding line or in one before it.
pub(super) fn holder<'b>(
    bench: &'b Bench<'_>,
    settings: &SettingsModule,
    name: &str,
    is: impl Fn(&str) -> bool,
) -> Option<(Sheet<'b>, &'b Expr, usize)> {
    for (sheet, assigned) in history(bench, settings, name) {
        if let Some((list, index)) = find_in(sheet, assigned.value, &is) {
            return Some((sheet, list, index));
        }
    }
    None
}

/// Looks into a list and into the lists that it is joined from.
fn find_in<'a>(sheet: Sheet<'_>, value: &'a Expr, is: &impl Fn(&str) -> bool) -> Option<(&'a Expr, usize)> {
    if let Expr::BinOp(sum) = value {
        return find_in(sheet, &sum.left, is).or_else(|| find_in(sheet, &sum.right, is));
    }
    let index = elements(value)?.iter().position(|item| plain_text(sheet, item).is_some_and(is))?;
    Some((value, index))
}

fn take_out(
    finding: &Finding,
    bench: &Bench<'_>,
    name: &str,
    title: &str,
    is: impl Fn(&str) -> bool,
) -> Vec<Fix> {
    in_each(finding, bench, title, |settings| {
        let (sheet, list, index) = holder(bench, settings, name, &is)?;
        Some(vec![Sequence::of(sheet, list)?.remove(index)])
    })
}

/// Django's own hasher comes first; the others stay, so that old passwords go on working and are raised at the next login.
fn hasher(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    const PBKDF2: &str = "django.contrib.auth.hashers.PBKDF2PasswordHasher";
    in_each(finding, bench, "Hash new passwords with PBKDF2", |settings| {
        let (sheet, assigned) = decided(bench, settings, "PASSWORD_HASHERS")?;
        let items = elements(assigned.value)?;
        let present = items.iter().position(|item| plain_text(sheet, item) == Some(PBKDF2));
        let list = Sequence::of(sheet, assigned.value)?;
        let mut edits = Vec::new();
        if let Some(present) = present {
            edits.push(list.remove(present));
        }
        edits.extend(list.insert(0, &sheet.in_style(&format!("\"{PBKDF2}\""))));
        Some(edits)
    })
}

fn inactive(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Refuse inactive users", |settings| {
        let is = |text: &str| text.starts_with("django.contrib.auth.backends.AllowAllUsers");
        let (sheet, list, index) = holder(bench, settings, "AUTHENTICATION_BACKENDS", is)?;
        let item = elements(list)?.get(index)?;
        let text = plain_text(sheet, item)?;
        Some(vec![retext(sheet, item, &text.replace("AllowAllUsers", ""))?])
    })
}

/// The path of the middleware is in the finding's message or its evidence.
fn removed(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let said = std::iter::once(&finding.message).chain(finding.evidence.iter().map(|step| &step.note));
    let words: Vec<&str> = said.flat_map(|text| text.split(['`', '\'', '"', ' ', ',', ';'])).collect();
    in_each(finding, bench, "Take out middleware that this version of Django does not have", |settings| {
        let mut edits = Vec::new();
        for name in ["MIDDLEWARE", "MIDDLEWARE_CLASSES"] {
            let is = |text: &str| text.contains("iddleware") && words.contains(&text);
            if let Some((sheet, list, index)) = holder(bench, settings, name, is) {
                edits.push(Sequence::of(sheet, list)?.remove(index));
            }
        }
        Some(edits)
    })
}

fn graphql_debug(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Take DjangoDebugMiddleware out", |settings| {
        let (sheet, assigned) = decided(bench, settings, found_setting(finding, settings)?)?;
        let mut edits = Vec::new();
        super::dictionary::walk_lists(assigned.value, &mut |list| {
            let items = elements(list).unwrap_or_default();
            let is = |item: &Expr| {
                plain_text(sheet, item).is_some_and(|text| text.ends_with("DjangoDebugMiddleware"))
            };
            if let Some(index) = items.iter().position(is) {
                edits.extend(Sequence::of(sheet, list).map(|list| list.remove(index)));
            }
        });
        Some(edits)
    })
}

/// Fallbacks are for the days of a rotation; a weak one is taken out.
fn fallbacks(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Take weak keys out of SECRET_KEY_FALLBACKS", |settings| {
        let is = |key: &str| {
            let different: std::collections::BTreeSet<char> = key.chars().collect();
            key.starts_with("django-insecure-") || key.chars().count() < 50 || different.len() < 5
        };
        let (sheet, list, index) = holder(bench, settings, "SECRET_KEY_FALLBACKS", is)?;
        Some(vec![Sequence::of(sheet, list)?.remove(index)])
    })
}

/// What django-axes needs besides being installed.
fn axes(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Complete the settings of django-axes", |settings| {
        let mut edits: Vec<Edit> = Vec::new();
        let middleware = "axes.middleware.AxesMiddleware";
        if settings.contains("MIDDLEWARE", middleware) == barding_project::Truth::No {
            let (sheet, assigned) = decided(bench, settings, "MIDDLEWARE")?;
            edits.extend(
                Sequence::of(sheet, assigned.value)?.push(&sheet.in_style(&format!("\"{middleware}\""))),
            );
        }
        let backend = "axes.backends.AxesStandaloneBackend";
        let other = "axes.backends.AxesBackend";
        if settings.contains("AUTHENTICATION_BACKENDS", backend) == barding_project::Truth::No
            && settings.contains("AUTHENTICATION_BACKENDS", other) == barding_project::Truth::No
        {
            match decided(bench, settings, "AUTHENTICATION_BACKENDS") {
                Some((sheet, assigned)) => {
                    let text = sheet.in_style(&format!("\"{backend}\""));
                    edits.extend(Sequence::of(sheet, assigned.value)?.insert(0, &text));
                }
                None => {
                    let code = format!(
                        "AUTHENTICATION_BACKENDS = [\n    \"{backend}\",\n    \"django.contrib.auth.backends.ModelBackend\",\n]"
                    );
                    edits.extend(super::place::add(bench, settings, &code)?);
                }
            }
        }
        Some(edits)
    })
}
