//! `url-of-any-scheme`: an address is opened that may name a file.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprId, ExprKind, FormatPart};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("url-of-any-scheme"),
        title: "An address may name a file",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[939, 22],
        django_checks: &[],
        consequence: "urllib opens `file:` and `ftp:` addresses too: an address from outside reads files of the server.",
        advice: "Check that the address begins with `https://` before opening it, or use requests, which knows http and https only.",
        since: "0.1.0",
        page: include_str!("url_of_any_scheme.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "urllib.request.URLopener",
    "urllib.request.FancyURLopener",
    "urllib2.urlopen",
    "urllib.urlopen",
    "urllib.urlretrieve",
    "urllib.URLopener",
    "urllib.FancyURLopener",
    "six.moves.urllib.request.urlopen",
    "six.moves.urllib.request.urlretrieve",
    "six.moves.urllib.request.URLopener",
    "six.moves.urllib.request.FancyURLopener",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let last = name.rsplit('.').next().unwrap_or_default();
    if !matches!(last, "URLopener" | "FancyURLopener") {
        let start = call.argument(0, "url").and_then(|url| first_text(call, url));
        if start.is_some_and(|start| start.starts_with("http://") || start.starts_with("https://")) {
            return;
        }
    }
    found.at(call.span(), Confidence::Low, format!("`{last}` opens `file:` addresses too"));
}

/// The fixed text that an expression begins with.
fn first_text(call: &Call<'_>, expr: ExprId) -> Option<String> {
    match call.module.expr(expr) {
        ExprKind::Binary(_, left, _) => first_text(call, *left),
        ExprKind::Format(parts) => match parts.first() {
            Some(FormatPart::Text(text)) => Some(text.to_string()),
            Some(FormatPart::Value { value, .. }) => first_text(call, *value),
            None => None,
        },
        ExprKind::Call(inner) => match call.module.expr(inner.callee) {
            ExprKind::Attribute(base, _) => first_text(call, *base),
            _ => inner.arguments.first().and_then(|argument| first_text(call, argument.value)),
        },
        _ => call.constant(expr)?.as_text().map(str::to_owned),
    }
}
