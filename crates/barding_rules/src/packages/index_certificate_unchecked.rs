//! `index-certificate-unchecked`: `--trusted-host` and its kin.

use crate::{Check, Facts, Findings, Rule};
use barding_deps::IndexKind;
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("index-certificate-unchecked"),
        title: "The certificate of a package index is not checked",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[295],
        django_checks: &[],
        consequence: "Anyone on the way between the machine and the index can hand it other packages, which run as soon as they are installed.",
        advice: "Give the index a certificate the machines trust (`--cert`, `PIP_CERT`) and remove the exception.",
        since: "0.1.0",
        page: include_str!("index_certificate_unchecked.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for option in packages.manifests.iter().flat_map(|manifest| &manifest.options) {
        let host = option.value.split_once("://").map_or(option.value.as_str(), |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or(host);
        let local = matches!(host, "localhost" | "127.0.0.1" | "");
        if option.kind == IndexKind::TrustedHost && !local {
            found.at(option.place, Confidence::High, format!("the certificate of `{host}` is not checked"));
        }
    }
}
