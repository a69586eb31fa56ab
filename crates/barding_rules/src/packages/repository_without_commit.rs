//! `repository-without-commit`: a requirement names a repository but no commit.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_deps::{Origin, Role};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("repository-without-commit"),
        title: "A package is installed from a repository without naming a commit",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[829, 494],
        django_checks: &[],
        consequence: "Whoever can push to that branch or move that tag decides what is installed.",
        advice: "Name the full commit: `@` and its 40 digits.",
        since: "0.1.0",
        page: include_str!("repository_without_commit.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for (manifest, package) in packages.iter() {
        let Origin::Repository { system, revision, .. } = &package.origin else { continue };
        if packages.is_locked(manifest) || manifest.role == Role::Installed {
            continue;
        }
        let named = match (system.as_str(), revision.as_deref()) {
            ("git" | "hg", Some(revision)) => {
                revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            // Subversion and Bazaar number their commits.
            ("svn" | "bzr", Some(revision)) => revision.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if !named {
            let what = match revision {
                Some(revision) => format!("at `{revision}`, which can be moved"),
                None => "at whatever its default branch holds".to_owned(),
            };
            found.add(
                place(package),
                Confidence::High,
                format!("`{}` is installed from a repository {what}", package.name),
            );
        }
    }
}
