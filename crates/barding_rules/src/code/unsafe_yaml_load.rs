//! `unsafe-yaml-load`: YAML is read with a loader that can run code.

use super::ask::{is_judged, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::Call;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unsafe-yaml-load"),
        title: "YAML is read with a loader that can run code",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[502, 20],
        django_checks: &[],
        consequence: "A document can name Python objects to create; whoever writes it runs code in the site.",
        advice: "Use `yaml.safe_load`, or `Loader=yaml.SafeLoader`.",
        since: "0.1.0",
        page: include_str!("unsafe_yaml_load.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "yaml.load",
    "yaml.load_all",
    "yaml.unsafe_load",
    "yaml.unsafe_load_all",
    "yaml.full_load",
    "yaml.full_load_all",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let last = name.rsplit('.').next().unwrap_or_default();
    let message = match last {
        "load" | "load_all" => match call.argument(1, "Loader") {
            None if call.has_hidden_arguments() => return,
            None => "YAML is read without naming a safe loader".to_owned(),
            Some(loader) => {
                let name = call.name_of(loader).unwrap_or_else(|| call.module.source(loader).to_owned());
                let loader = name.rsplit('.').next().unwrap_or_default();
                if !matches!(
                    loader,
                    "Loader" | "UnsafeLoader" | "FullLoader" | "CLoader" | "CFullLoader" | "CUnsafeLoader"
                ) {
                    return;
                }
                format!("YAML is read with `{loader}`")
            }
        },
        _ => format!("`{name}` reads YAML that can name Python objects"),
    };
    let full = message.contains("Full") || last.starts_with("full");
    let severity = if full { Severity::Medium } else { Severity::High };
    let (severity, confidence) = lowered(call.module, severity, Confidence::Medium);
    found.at(call.span(), confidence, message).severity(severity);
}
