//! `nginx-open-cors`: every site may read answers with the visitor's cookies.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-open-cors"),
        title: "Every site may read answers with the visitor's cookies",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[942],
        django_checks: &[],
        consequence: "A page elsewhere reads what the visitor sees here.",
        advice: "Allow named origins from a `map`, anchored and escaped, and only with credentials where they are needed.",
        since: "0.1.0",
        page: include_str!("nginx_open_cors.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |block, scope| {
            let mut inside = scope.clone();
            inside.push(block);
            let own: Vec<_> = block.children("add_header").collect();
            let header =
                |name: &str| own.iter().copied().find(|header| header.argument(0).eq_ignore_ascii_case(name));
            let (Some(origin), Some(credentials)) =
                (header("Access-Control-Allow-Origin"), header("Access-Control-Allow-Credentials"))
            else {
                return;
            };
            let reflected = matches!(origin.argument(1), "$http_origin" | "*");
            let guarded = inside.iter().any(|outer| {
                outer.name == "if" && outer.arguments.iter().any(|word| word.contains("$http_origin"))
            });
            if reflected && credentials.argument(1) == "true" && !guarded {
                found.at(
                    origin.span,
                    Confidence::High,
                    format!("any origin is allowed (`{}`), with credentials", origin.argument(1)),
                );
            }
        });
    }
}
