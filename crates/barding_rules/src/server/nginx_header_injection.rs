//! `nginx-header-injection`: nginx writes decoded client text into a header.

use super::scopes::nginx_files;
use super::variables::{DECODED, Variables};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-header-injection"),
        title: "nginx writes decoded client text into a header",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[113],
        django_checks: &[],
        consequence: "A line break in the path ends the header: the attacker adds headers or a body of their own.",
        advice: "Use `$request_uri`, which stays encoded, instead of `$uri` or `$document_uri`.",
        since: "0.1.0",
        page: include_str!("nginx_header_injection.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        let variables = Variables::of(file);
        file.walk(&mut |directive, scope| {
            let writes = matches!(
                directive.name.as_str(),
                "return" | "add_header" | "proxy_set_header" | "rewrite" | "proxy_pass"
            );
            if !writes {
                return;
            }
            let redirects = directive.name != "rewrite"
                || directive.argument(1).starts_with("http")
                || directive.arguments.iter().any(|word| word == "redirect" || word == "permanent");
            if !redirects
                || directive.name == "return"
                    && !directive.argument(0).starts_with('3')
                    && directive.arguments.len() > 1
            {
                return;
            }
            let first = usize::from(matches!(directive.name.as_str(), "add_header" | "proxy_set_header"));
            let own = (directive.name == "rewrite").then(|| directive.argument(0));
            let texts: Vec<String> = directive
                .arguments
                .iter()
                .skip(if own.is_some() { 1 } else { first })
                .flat_map(|word| variables.expand(word, scope, own))
                .collect();
            let holds = |part: &str| texts.iter().any(|text| text.contains(part));
            if holds("${uri}") || holds("${document_uri}") {
                let message = format!("`{}` uses the decoded path, line breaks included", directive.name);
                found.at(directive.span, Confidence::High, message);
            } else if holds(DECODED) && directive.name != "rewrite" {
                found.at(
                    directive.span,
                    Confidence::Medium,
                    format!("`{}` uses a capture that may hold line breaks", directive.name),
                );
            }
        });
    }
}
