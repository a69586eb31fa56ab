//! `sqlite-file-exposed`: the SQLite file can be read by others.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("sqlite-file-exposed"),
        title: "The SQLite file can be read by others",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[732, 538],
        django_checks: &[],
        consequence: "SQLite knows no roles: whoever reads the file has every session and every hash, whoever writes it is an administrator.",
        advice: "Keep it in a folder of its own outside the code and the web root, owned by the site's user: `chmod 700` the folder, `chmod 600` the file.",
        since: "0.1.0",
        page: include_str!("sqlite_file_exposed.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(file) = &seen.sqlite else { return };
    if let Some(served) = &file.served_by {
        let message = format!("{} lies in {served}, which is served to everybody", file.path);
        found.add(place(seen), Confidence::High, message).severity(Severity::Critical);
    }
    let Some(mode) = file.mode else { return };
    // A folder that others cannot enter protects what is in it.
    let entered = file.folder_mode.is_none_or(|mode| mode & 0o001 != 0);
    if !entered {
        return;
    }
    if mode & 0o002 != 0 {
        let message = format!("Every user of the machine may write {} (mode {mode:o})", file.path);
        found.add(place(seen), Confidence::High, message).severity(Severity::Critical);
    } else if mode & 0o004 != 0 {
        let message = format!("Every user of the machine may read {} (mode {mode:o})", file.path);
        found.add(place(seen), Confidence::High, message);
    }
}
