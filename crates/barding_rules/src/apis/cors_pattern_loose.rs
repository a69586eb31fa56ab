//! `cors-pattern-loose`: A pattern of origins also matches strangers.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cors-pattern-loose"),
        title: "A pattern of origins also matches strangers",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[942, 625],
        django_checks: &[],
        consequence: "An attacker registers a name that the pattern matches and reads the answers from there.",
        advice: "Write the whole origin between `^` and `$`, with its dots escaped: `r\"^https://\\w+\\.shop\\.example$\"`.",
        since: "0.1.0",
        page: include_str!("cors_pattern_loose.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"] {
        let loose = |item: &Value| match item {
            Value::Text(pattern) => Truth::from(is_loose(pattern)),
            Value::Call(call) if &*call.callee == "re.compile" => match call.argument(0, "pattern") {
                Some(pattern) => text_is(pattern, is_loose),
                None => Truth::Maybe,
            },
            Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) => Truth::Maybe,
            _ => Truth::No,
        };
        let answer = ask(settings, |on| on.ask(name, Truth::No, |list| any_item(list, loose)));
        answer.report(
            found,
            settings,
            name,
            format!("has a pattern in {name} that also matches other people's origins"),
            &[],
        );
    }
}

/// Whether a pattern for origins has no end, or a bare dot where a host's dot is meant, or a wildcard that crosses dots before the domain.
fn is_loose(pattern: &str) -> bool {
    let ended = pattern.ends_with('$') && !pattern.ends_with("\\$")
        || pattern.ends_with("\\Z")
        || pattern.ends_with("\\z");
    if !ended {
        return true;
    }
    let bytes = pattern.as_bytes();
    let mut in_class = false;
    for (at, byte) in bytes.iter().enumerate() {
        let escaped = at > 0 && bytes[at - 1] == b'\\';
        match byte {
            b'[' if !escaped => in_class = true,
            b']' if !escaped => in_class = false,
            // `.*\.shop\.example` is one's own domain; `www.shop` is a slip.
            b'.' if !escaped && !in_class => {
                let repeated = matches!(bytes.get(at + 1), Some(b'*' | b'+' | b'?' | b'{'));
                let own_dot = pattern[at + 1..].contains("\\.");
                if !repeated || !own_dot {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
