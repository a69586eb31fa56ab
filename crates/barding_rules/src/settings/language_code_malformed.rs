//! `language-code-malformed`: LANGUAGE_CODE is no code of a language.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("language-code-malformed"),
        title: "LANGUAGE_CODE is no code of a language",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["translation.E001"],
        consequence: "`manage.py check` fails, and texts stay untranslated.",
        advice: "Write the code with hyphens: `\"de\"`, `\"pt-br\"`.",
        since: "0.1.0",
        page: include_str!("language_code_malformed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V2_2 => Truth::No,
        _ => on.ask("LANGUAGE_CODE", Truth::No, |code| text_is(code, |code| !is_code(code))),
    });
    answer.report(
        found,
        settings,
        "LANGUAGE_CODE",
        "sets LANGUAGE_CODE to something that is no code of a language",
        &["translation.E001"],
    );
}

/// Letters, then letters and digits after hyphens, then perhaps a variant after an at sign. Python's `$` lets one line
/// end follow.
fn is_code(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (code, variant) = text.split_once('@').map_or((text, None), |(code, variant)| (code, Some(variant)));
    let sized = |part: &str, most: usize| (1..=most).contains(&part.len());
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = code.split('-');
    let first = parts.next().unwrap_or_default();
    sized(first, 8)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| sized(part, 8) && plain(part))
        && variant.is_none_or(|variant| sized(variant, 20) && plain(variant))
}
