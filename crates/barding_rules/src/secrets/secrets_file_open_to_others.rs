//! `secrets-file-open-to-others`: the file outside the repository that keeps the secrets is open to every account.

use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, Evidence, Place, Role, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secrets-file-open-to-others"),
        title: "A file of secrets outside the repository is open to every account of the machine",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[732, 276],
        django_checks: &[],
        consequence: "Any other program or person on the machine can read or change the site's secrets.",
        advice: "Let the site's user own it, and take away the rights of others: `chmod 600`, or 640 with a group of its own.",
        since: "0.1.0",
        page: include_str!("secrets_file_open_to_others.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    for file in facts.outside.iter().flatten() {
        let may = match (file.mode & 0o004 != 0, file.mode & 0o002 != 0) {
            (true, true) => "read and changed",
            (true, false) => "read",
            (false, true) => "changed",
            (false, false) => continue,
        };
        let (path, named_in, mode) = (&file.path, &file.named_in, file.mode);
        let message =
            format!("{path}, which {named_in} names, can be {may} by every account of this machine");
        found
            .add(Place::Code(file.named_at), Confidence::Medium, message)
            .because([Evidence::note(Role::Observed, format!("its permissions are {mode:04o}"))])
            .advice(format!(
                "Let the site's user own {path} and take away the rights of others: `chmod 600 {path}`, or 640 with a \
                 group of its own."
            ));
    }
}
