//! `nginx-header-injection`: nginx writes decoded client text into a header.

use super::scopes::nginx_files;
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
            let decoded = directive
                .arguments
                .iter()
                .skip(first)
                .any(|word| uses(word, "uri") || uses(word, "document_uri"));
            if decoded {
                let message = format!("`{}` uses the decoded path, line breaks included", directive.name);
                found.at(directive.span, Confidence::High, message);
                return;
            }
            // A capture of a regular expression that matches line breaks carries them along.
            let capture = directive
                .arguments
                .iter()
                .skip(first)
                .any(|word| (1..=9).any(|number| word.contains(&format!("${number}"))));
            let open = scope.last().is_some_and(|outer| {
                outer.name == "location"
                    && matches!(outer.argument(0), "~" | "~*")
                    && outer.argument(1).contains("[^")
            });
            if capture && open && directive.name != "proxy_pass" && directive.name != "rewrite" {
                found.at(
                    directive.span,
                    Confidence::Medium,
                    format!("`{}` uses a capture that may hold line breaks", directive.name),
                );
            }
        });
    }
}

fn uses(word: &str, variable: &str) -> bool {
    [format!("${variable}"), format!("${{{variable}}}")].iter().any(|form| {
        word.match_indices(form.as_str()).any(|(at, _)| {
            form.ends_with('}')
                || !word[at + form.len()..]
                    .starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
        })
    })
}
