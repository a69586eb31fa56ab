//! `autoescape-off`: a template switches escaping off for a whole region.

use super::trust::{Origin, Output, origin_of, output};
use crate::{Check, Findings, Rule};
use barding_finding::{Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Escaping, Tag, Template, TemplateContent, Variable};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("autoescape-off"),
        title: "A template switches escaping off",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 80, 116],
        django_checks: &[],
        consequence: "Everything printed in the region, also by templates included there, reaches the browser as markup.",
        advice: "Take the tag away, and mark single values safe in Python after cleaning them.",
        since: "0.1.0",
        page: include_str!("autoescape_off.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    if template.content == TemplateContent::Other {
        return;
    }
    for (at, tag) in template.tags.iter().enumerate() {
        let off =
            tag.arguments.first().is_some_and(|mode| matches!(mode.as_str(), "off" | "false" | "False"));
        if tag.name != "autoescape" || !off {
            continue;
        }
        let end = region_end(&template.tags, at, template.file.text.len() as u32);
        let inside = |place: barding_source::Span| place.start >= tag.place.end && place.end <= end;
        let worst = template
            .variables
            .iter()
            .filter(|variable| {
                inside(variable.place) && variable.escaping == Escaping::Off && !variable.filtered
            })
            .filter(|variable| prints_text(variable, template))
            .max_by_key(|variable| (origin_of(variable), std::cmp::Reverse(variable.place.start)));
        match worst {
            Some(variable) => {
                let origin = origin_of(variable);
                let message = format!("Escaping is off, and `{}` is printed", variable.expression.operand);
                found
                    .at(tag.place, origin.confidence().max(barding_finding::Confidence::Medium), message)
                    .severity(origin.severity().max(Severity::Medium))
                    .because([Evidence::at(Role::Sink, variable.place, origin.words())]);
            }
            None => {
                let prints_elsewhere = template
                    .tags
                    .iter()
                    .any(|other| inside(other.place) && matches!(other.name.as_str(), "include" | "block"));
                if prints_elsewhere {
                    found
                        .at(
                            tag.place,
                            barding_finding::Confidence::Low,
                            "Escaping is off for what is included here",
                        )
                        .severity(Severity::Medium);
                }
            }
        }
    }
}

fn prints_text(variable: &Variable, template: &Template) -> bool {
    let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
    output(filters, Escaping::Off, template.language) != Output::Harmless
        && !matches!(origin_of(variable), Origin::Ours | Origin::Number)
}

fn region_end(tags: &[Tag], open: usize, file_end: u32) -> u32 {
    let mut depth = 0_usize;
    for tag in &tags[open..] {
        match tag.name.as_str() {
            "autoescape" => depth += 1,
            "endautoescape" => {
                depth -= 1;
                if depth == 0 {
                    return tag.place.start;
                }
            }
            _ => {}
        }
    }
    file_end
}
