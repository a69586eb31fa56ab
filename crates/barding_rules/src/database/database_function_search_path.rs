//! `database-function-search-path`: a function runs as its owner with the caller's search path.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-function-search-path"),
        title: "A function runs as its owner with the caller's search path",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[426],
        django_checks: &[],
        consequence: "A caller who can create a function or table of a name it uses makes it run with the owner's rights.",
        advice: "`ALTER FUNCTION … SET search_path = pg_catalog, its_schema`.",
        since: "0.1.0",
        page: include_str!("database_function_search_path.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    for function in seen.postgres.iter().flat_map(|role| &role.definer_functions) {
        let message =
            format!("{function} is SECURITY DEFINER without a search_path, and `{}` may call it", seen.role);
        found.add(place(seen), Confidence::High, message);
    }
}
