//! `nginx-security-headers-lost`: a location loses the security headers of its server.

use super::scopes::{includes_more, is_security_header, nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::{Directive, in_effect, value_in_effect};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-security-headers-lost"),
        title: "A location loses the security headers of its server",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[693],
        django_checks: &[],
        consequence: "Pages under this location are sent without HSTS, CSP or the other headers that the server sets.",
        advice: "Repeat the headers in the location (an `include` keeps them in one place), each with `always`.",
        since: "0.1.0",
        page: include_str!("nginx_security_headers_lost.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |location, scope| {
            if !matches!(location.name.as_str(), "location" | "if")
                || includes_more(&[location])
                || value_in_effect(&[scope.as_slice(), &[location]].concat(), "add_header_inherit")
                    .is_some_and(|inherit| inherit.argument(0) == "merge")
            {
                return;
            }
            let own: Vec<_> = location.children("add_header").collect();
            let outer = in_effect(scope, "add_header");
            let lost: Vec<_> = outer
                .iter()
                .filter(|header| is_security_header(header.argument(0)) || keeps_private(header))
                .filter(|header| {
                    !own.iter().any(|mine| mine.argument(0).eq_ignore_ascii_case(header.argument(0)))
                })
                .collect();
            let (Some(first), Some(mine)) = (lost.first(), own.first()) else { return };
            let names: Vec<_> = lost.iter().map(|header| header.argument(0)).collect();
            let message = format!(
                "`{} {}` sets a header of its own and so loses {}",
                location.name,
                location.arguments.join(" "),
                names.join(", ")
            );
            found
                .at(mine.span, Confidence::High, message)
                .because([place_of(first, "set for the server, not inherited here")]);
        });
    }
}

/// Whether a header keeps pages out of caches, or files from being shown.
fn keeps_private(header: &Directive) -> bool {
    let (name, value) = (header.argument(0).to_ascii_lowercase(), header.argument(1).to_ascii_lowercase());
    name == "cache-control" && (value.contains("no-store") || value.contains("private"))
        || name == "expires" && matches!(value.as_str(), "0" | "-1" | "epoch")
        || name == "pragma" && value.contains("no-cache")
        || name == "content-disposition" && value.starts_with("attachment")
}
