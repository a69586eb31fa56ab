//! `hard-coded-password`: a password or token stands in the code.

use super::ask::{every_statement, is_equality, is_judged, last_name, words};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, ExprId, ExprKind, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hard-coded-password"),
        title: "A password stands in the code",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[798, 259],
        django_checks: &[],
        consequence: "Everybody who can read the code, its history or a backup knows it, and it cannot be changed without a release.",
        advice: "Read it from the environment or a secret store, and change the one that was written here.",
        since: "0.1.0",
        page: include_str!("hard_coded_password.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    let mut places: Vec<(String, ExprId)> = Vec::new();
    every_statement(module, |statement, _| match &statement.kind {
        StmtKind::Assign { targets, value } => {
            for target in targets {
                if let Some(name) = last_name(project, module, *target) {
                    places.push((name.to_owned(), *value));
                }
            }
        }
        StmtKind::Annotated { target, value: Some(value), .. } => {
            if let Some(name) = last_name(project, module, *target) {
                places.push((name.to_owned(), *value));
            }
        }
        _ => {}
    });
    for function in &module.functions {
        for parameter in &function.parameters {
            if let Some(default) = parameter.default {
                places.push((project.code.text(parameter.name).to_owned(), default));
            }
        }
    }
    for expression in &module.expressions {
        match &expression.kind {
            ExprKind::Compare(left, rest) => {
                let mut sides = vec![*left];
                sides.extend(rest.iter().filter(|(op, _)| is_equality(*op)).map(|(_, side)| *side));
                if let [a, b] = sides[..] {
                    for (named, value) in [(a, b), (b, a)] {
                        if let Some(name) = last_name(project, module, named)
                            .filter(|_| !matches!(module.expr(named), ExprKind::Text(_)))
                        {
                            places.push((name.to_owned(), value));
                        }
                    }
                }
            }
            ExprKind::Dict(entries) => {
                for (key, value) in entries {
                    if let Some(ExprKind::Text(key)) = key.map(|key| module.expr(key)) {
                        places.push((key.to_string(), *value));
                    }
                }
            }
            ExprKind::Call(call) => {
                for argument in &call.arguments {
                    if let ArgumentHow::Keyword(name) = argument.how {
                        places.push((project.code.text(name).to_owned(), argument.value));
                    }
                }
            }
            _ => {}
        }
    }
    places.sort_by_key(|(_, value)| *value);
    places.dedup_by_key(|(_, value)| *value);
    for (name, value) in places {
        let ExprKind::Text(text) = module.expr(value) else { continue };
        if !is_password_name(&name) || !may_be_secret(&name, text) {
            continue;
        }
        let (severity, confidence) = if looks_random(text) {
            (Severity::Medium, Confidence::Medium)
        } else {
            (Severity::Low, Confidence::Low)
        };
        found
            .at(module.span(value), confidence, format!("`{name}` has a fixed value in the code"))
            .severity(severity);
    }
}

fn is_password_name(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let secret = |word: &str| {
        matches!(
            word,
            "password"
                | "passwd"
                | "pwd"
                | "passphrase"
                | "token"
                | "passcode"
                | "apikey"
                | "pass"
                | "passw"
                | "pswd"
        )
    };
    // `password_field` and `token_url` are about a password; `db_password_2` and `password_for_mail` are one.
    let about = matches!(
        last,
        "field"
            | "fields"
            | "url"
            | "uri"
            | "path"
            | "file"
            | "name"
            | "header"
            | "type"
            | "template"
            | "class"
            | "label"
            | "form"
            | "hash"
            | "length"
            | "validators"
            | "hashers"
            | "prefix"
            | "regex"
            | "pattern"
            | "help"
            | "text"
            | "message"
            | "msg"
            | "error"
            | "key"
            | "param"
            | "parameter"
            | "attr"
            | "id"
            | "view"
            | "input"
            | "widget"
            | "placeholder"
            | "title"
            | "subject"
            | "event"
            | "action"
            | "endpoint"
            | "env"
            | "var"
            | "column"
            | "kind"
            | "status"
            | "cookie"
            | "policy"
            | "strategy"
            | "algorithm"
            | "backend"
            | "generator"
            | "chars"
            | "alphabet"
            | "format"
            | "verb"
            | "required"
            | "invalid"
            | "mismatch"
    );
    let key = words.len() >= 2
        && last == "key"
        && matches!(words[words.len() - 2].as_str(), "secret" | "api" | "private" | "access");
    key || (words.iter().any(|word| secret(word)) && !about)
}

/// Whether the text could be a secret and not a name, a label or an address.
fn may_be_secret(name: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let squeezed: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let own: String = name.to_ascii_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let sentence =
        text.split_whitespace().count() > 3 || text.ends_with(['.', ':', '?']) && text.contains(' ');
    !text.is_empty()
        && text.len() < 200
        && !sentence
        && !(own.contains(&squeezed) && squeezed.len() >= 4)
        && !text.contains(['{', '}', '<', '>', '%', '\n'])
        && !(text.starts_with('/') || lower.starts_with("http") || lower.starts_with("$"))
        && !matches!(
            lower.as_str(),
            "password"
                | "passwd"
                | "token"
                | "none"
                | "null"
                | "true"
                | "false"
                | "bearer"
                | "basic"
                | "post"
                | "text"
                | "string"
                | "str"
                | "hidden"
                | "unused"
                | "unset"
                | "required"
                | "optional"
                | "invalid"
                | "********"
                | "*****"
                | "****"
                | "***"
                | "xxx"
                | "access_token"
                | "refresh_token"
                | "csrf_token"
                | "authorization_code"
                | "api_key"
                | "id_token"
                | "csrfmiddlewaretoken"
        )
        && !(lower.contains("password") && text.contains(' '))
        && !(text.contains('.') && text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')))
}

/// Whether the text mixes letters and digits as secrets do and words do not.
fn looks_random(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_ascii_alphabetic()).count();
    text.len() >= 12 && digits >= 3 && letters >= 4 && !text.contains(' ')
}
