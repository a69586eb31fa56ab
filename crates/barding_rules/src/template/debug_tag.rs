//! `debug-tag`: a template dumps its context.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Language, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debug-tag"),
        title: "A template dumps its context",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489, 215, 200],
        django_checks: &[],
        consequence: "The page lists every variable of the context and every loaded module; before Django 3.2.12 and 4.0.2 it does so unescaped and whatever DEBUG says.",
        advice: "Take the tag out of the template.",
        since: "0.1.0",
        page: include_str!("debug_tag.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for tag in &template.tags {
        if tag.name == "debug" && tag.arguments.is_empty() {
            let language = match template.language {
                Language::Django => "Django",
                Language::Jinja2 => "Jinja2",
            };
            found.at(
                tag.place,
                Confidence::High,
                format!("`{{% debug %}}` prints the whole {language} context"),
            );
        }
    }
}
