//! `secret-in-log`: a log file holds passwords, tokens, sessions, card numbers or whole forms.

use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, Evidence, Place, Role, RuleId, RuleInfo, Severity, Tip};
use barding_secrets::LogKind;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-log"),
        title: "A log file holds secrets or personal data",
        severity: Severity::High,
        tip: Tip::LogPrivacy,
        cwe: &[532],
        django_checks: &[],
        consequence: "Whoever reads the logs, their backups or the service they are sent to can act as the people named there.",
        advice: "Keep it out of the log (`sensitive_post_parameters`, `sensitive_variables`, a logging filter), and clean the files.",
        since: "0.1.0",
        page: include_str!("secret_in_log.md"),
    },
    check: Check::Facts(check),
};

/// Lines named one by one in a finding.
const MOST_LINES: usize = 10;

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    for log in facts.logs.iter().flatten() {
        for (kind, count) in &log.counts {
            let place = Place::File(log.path.clone());
            let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
            let lines = log.hits.iter().filter(|hit| hit.kind == *kind).take(MOST_LINES);
            let lines: Vec<_> = lines
                .map(|hit| Evidence::note(Role::Observed, format!("line {}: {}", hit.line, hit.value)))
                .collect();
            found
                .add(place, Confidence::High, format!("{} holds {} {times}", log.path, kind.words()))
                .severity(severity(*kind))
                .advice(advice(*kind))
                .because(lines);
        }
    }
}

fn severity(kind: LogKind) -> Severity {
    match kind {
        LogKind::Password | LogKind::EmailAndPassword | LogKind::Card | LogKind::Authorization => {
            Severity::High
        }
        LogKind::Token | LogKind::Session | LogKind::PostBody => Severity::Medium,
    }
}

fn advice(kind: LogKind) -> String {
    let stop = match kind {
        LogKind::Password | LogKind::EmailAndPassword | LogKind::PostBody => {
            "Do not log what forms send; decorate the views with `sensitive_post_parameters`, and let a logging filter \
             replace what slips through. Have the passwords in the file changed."
        }
        LogKind::Card => {
            "Log the last four digits at most. Card numbers in logs break the rules of every card brand."
        }
        LogKind::Authorization | LogKind::Token => {
            "Leave headers and tokens out of the log's format, and replace the tokens in the file."
        }
        LogKind::Session => "Leave cookies out of the log's format, and end the sessions named in the file.",
    };
    format!("{stop} `barding logs --redact COPY FILE` writes a clean copy.")
}
