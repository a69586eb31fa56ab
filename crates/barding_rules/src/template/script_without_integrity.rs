//! `script-without-integrity`: a page runs another site's script without checking what it is.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Element, Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("script-without-integrity"),
        title: "Another site's script runs unchecked",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[353, 829, 830],
        django_checks: &[],
        consequence: "Whoever controls that site, or takes it over, controls every page that loads the script.",
        advice: "Serve the file yourself, or pin it with `integrity=\"sha384-…\" crossorigin=\"anonymous\"`.",
        since: "0.1.0",
        page: include_str!("script_without_integrity.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for element in &template.elements {
        let Some(address) = foreign_code(element) else { continue };
        if element.attribute("integrity").is_some() {
            continue;
        }
        // Services change their script under one address, so its digest cannot be pinned.
        let pinned = names_a_version(&address);
        let style = element.name == "link";
        let severity = if style || !pinned { Severity::Info } else { Severity::Low };
        let confidence = if pinned { Confidence::High } else { Confidence::Low };
        found
            .at(
                template.place(element.start, element.end),
                confidence,
                format!("`{address}` is loaded without `integrity`"),
            )
            .severity(severity);
    }
}

fn foreign_code(element: &Element) -> Option<String> {
    let attribute = match element.name.as_str() {
        "script" => element.attribute("src")?,
        "link" => {
            let rel = element.attribute("rel")?.value.to_ascii_lowercase();
            if !rel.split_ascii_whitespace().any(|word| word == "stylesheet") {
                return None;
            }
            element.attribute("href")?
        }
        _ => return None,
    };
    let value = attribute.value.trim();
    let host = ["https://", "http://", "//"].iter().find_map(|scheme| value.strip_prefix(scheme))?;
    let own = host.starts_with("{{") || host.starts_with("{%") || super::mixed_content::is_local(host);
    (!own).then(|| value.get(..value.floor_char_boundary(120)).unwrap_or(value).to_owned())
}

/// Whether the address holds a version, as those of package mirrors do.
fn names_a_version(address: &str) -> bool {
    address.split(['/', '@', '-', '_']).any(|part| {
        let part = part.trim_start_matches('v');
        part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.')
    })
}
