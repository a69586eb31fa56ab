//! `mixed-content`: a page fetches a script, style or frame over http.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Element, Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mixed-content"),
        title: "A page fetches code over http",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319, 311],
        django_checks: &[],
        consequence: "Browsers block it on HTTPS pages; on others, everyone on the way can put their own code into the page.",
        advice: "Write the address with https, or serve the file yourself.",
        since: "0.1.0",
        page: include_str!("mixed_content.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for element in &template.elements {
        let Some((attribute, severity)) = fetched(element) else { continue };
        let value = attribute.trim();
        let lower = value.to_ascii_lowercase();
        let Some(host) = lower.strip_prefix("http://") else { continue };
        if is_local(host) {
            continue;
        }
        found
            .at(
                template.place(element.start, element.end),
                Confidence::High,
                format!(
                    "`{}` is fetched without encryption",
                    value.get(..value.floor_char_boundary(120)).unwrap_or(value)
                ),
            )
            .severity(severity);
    }
}

/// The address that the browser fetches for an element by itself.
fn fetched(element: &Element) -> Option<(&str, Severity)> {
    let value = |name: &str| element.attribute(name).map(|attribute| attribute.value.as_str());
    match element.name.as_str() {
        "script" | "iframe" | "embed" => Some((value("src")?, Severity::Medium)),
        "object" => Some((value("data")?, Severity::Medium)),
        "link" if value("rel").is_some_and(|rel| rel.to_ascii_lowercase().contains("stylesheet")) => {
            Some((value("href")?, Severity::Medium))
        }
        "img" | "video" | "audio" | "source" => Some((value("src")?, Severity::Info)),
        _ => None,
    }
}

/// The developer's own machine.
pub(super) fn is_local(host: &str) -> bool {
    ["localhost", "127.", "0.0.0.0", "[::1]", "{{", "{%"].iter().any(|start| host.starts_with(start))
}
