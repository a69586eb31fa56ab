//! `archive-extracted-anywhere`: an archive may write outside its folder.

use super::ask::{is_judged, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("archive-extracted-anywhere"),
        title: "An archive may write anywhere",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[22, 73],
        django_checks: &[],
        consequence: "Members named `../../x` or links in a tar archive write files wherever the site may write.",
        advice: "Pass `filter=\"data\"` to tarfile's `extractall`.",
        since: "0.1.0",
        page: include_str!("archive_extracted_anywhere.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[".extractall", "shutil.unpack_archive"];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) {
        return;
    }
    let name = call.name().unwrap_or_default();
    let receiver =
        call.receiver().map(|base| call.module.source(base).to_ascii_lowercase()).unwrap_or_default();
    let tar = name.contains("tarfile")
        || name.contains("TarFile")
        || receiver
            .split('.')
            .next_back()
            .is_some_and(|base| base.starts_with("tar") || base.ends_with("tar"));
    if name == "shutil.unpack_archive" {
        if call.keyword("filter").is_none() {
            found
                .at(
                    call.span(),
                    Confidence::Low,
                    "`unpack_archive` lets tar archives write anywhere before Python 3.14",
                )
                .severity(Severity::Low);
        }
        return;
    }
    if !tar || call.has_hidden_arguments() {
        return;
    }
    if let Some(filter) = call.keyword("filter") {
        match call.constant(filter) {
            Some(Constant::Text(filter)) if filter != "fully_trusted" => return,
            Some(Constant::Text(_)) => {}
            _ => return,
        }
    }
    let members = call.keyword("members").is_some();
    let (severity, confidence) = if members {
        (Severity::Low, Confidence::Low)
    } else {
        lowered(call.module, Severity::Medium, Confidence::Medium)
    };
    let message = if members {
        "Members are chosen, but nothing here keeps them in the folder"
    } else {
        "Members of this tar archive may be written anywhere"
    };
    found.at(call.span(), confidence, message).severity(severity);
}
