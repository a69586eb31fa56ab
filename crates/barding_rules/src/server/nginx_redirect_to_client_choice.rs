//! `nginx-redirect-to-client-choice`: nginx redirects to where the client says.

use super::scopes::nginx_files;
use super::variables::{CHOSEN, DECODED, Variables};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-redirect-to-client-choice"),
        title: "nginx redirects to where the client says",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[601],
        django_checks: &[],
        consequence: "A link to the site leads to any other site: made for phishing, and for taking tokens along.",
        advice: "Redirect to fixed addresses, or list them in a `map`.",
        since: "0.1.0",
        page: include_str!("nginx_redirect_to_client_choice.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        let variables = Variables::of(file);
        file.walk(&mut |directive, scope| {
            let (target, own) = match directive.name.as_str() {
                "return" if directive.argument(0).starts_with('3') => (directive.argument(1), None),
                "rewrite" if matches!(directive.argument(2), "redirect" | "permanent") => {
                    (directive.argument(1), Some(directive.argument(0)))
                }
                _ => return,
            };
            if variables.expand(target, scope, own).iter().any(|text| is_chosen(text)) {
                let message = format!("the client chooses where `{target}` leads");
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}

/// Whether the host of an address is the client's: the address begins with what the client writes, or goes on with it right
/// after the scheme. A name that a `server_name` captured is one that the server answers to.
fn is_chosen(address: &str) -> bool {
    const OWN: &[&str] = &["${arg_", "${cookie_"];
    let begins = |text: &str, parts: &[&str]| parts.iter().any(|part| text.starts_with(part));
    match address.split_once("://") {
        Some(("http" | "https" | "${scheme}", rest)) => begins(rest, OWN),
        _ => begins(address, OWN) || begins(address, &[CHOSEN, DECODED]),
    }
}
