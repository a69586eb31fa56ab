//! `variable-marked-safe`: a template prints a value without escaping it.

use super::trust::{Origin, Output, origin, origin_of, output};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::flow::Rendered;
use barding_project::templates::{
    AttributeKind, Escaping, Expression, HtmlContext, Template, TemplateContent, Variable,
};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-marked-safe"),
        title: "A template prints a value unescaped",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 80, 116],
        django_checks: &[],
        consequence: "Whoever can write into the value can put a script into the page and act as every visitor who opens it.",
        advice: "Drop `|safe` so that the value is escaped. Where markup is wanted, clean it first (nh3) and mark the cleaned text in Python.",
        since: "0.1.0",
        page: include_str!("variable_marked_safe.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, project: &Project, found: &mut Findings<'_>) {
    if template.content != TemplateContent::Html {
        return;
    }
    for variable in &template.variables {
        if judged_elsewhere(&variable.context) || variable.filtered || !is_raw(variable, template) {
            continue;
        }
        // Where the views that render it were seen, a flow has said it, or there is nothing to say.
        if matches!(project.rendered.get(&variable.place), Some(Rendered::Harmless | Rendered::Outside)) {
            continue;
        }
        let origin = origin_of(variable);
        if matches!(origin, Origin::Ours | Origin::Number) {
            continue;
        }
        let (mut severity, mut confidence) = weight(variable, origin);
        // Mail programs run no scripts; what is left is a mail that looks like another.
        if template.file.path.as_str().to_ascii_lowercase().contains("mail") {
            severity = severity.min(Severity::Low);
            confidence = Confidence::Low;
        }
        // Django does not promise that what `striptags` leaves is harmless, and yet it mostly is.
        if variable.expression.filters.iter().any(|filter| filter.name == "striptags") {
            severity = severity.min(Severity::Medium);
            confidence = Confidence::Low;
        }
        let written = &variable.expression.operand;
        let finding =
            found.at(variable.place, confidence, format!("`{written}` is printed without escaping"));
        finding.severity(severity);
        if variable.origin != *written {
            finding.because([Evidence::note(
                Role::Defined,
                format!("`{written}` is `{}` here", variable.origin),
            )]);
        }
        finding.because([Evidence::note(
            if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
            origin.words(),
        )]);
    }
    in_tags(template, found);
}

/// Whether the filters end in an unescaped value, whatever the escaping around it.
pub(super) fn is_raw(variable: &Variable, template: &Template) -> bool {
    let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
    output(filters, variable.escaping, template.language) == Output::Raw
}

/// Scripts, styles and event handlers have rules of their own.
fn judged_elsewhere(context: &HtmlContext) -> bool {
    match context {
        HtmlContext::Script(_) | HtmlContext::NotHtml | HtmlContext::Style => true,
        HtmlContext::Attribute(attribute) => {
            matches!(attribute.kind(), AttributeKind::EventHandler | AttributeKind::Srcdoc)
        }
        _ => false,
    }
}

fn weight(variable: &Variable, origin: Origin) -> (Severity, Confidence) {
    let confidence = origin.confidence();
    // An error list renders itself escaped; only its single items are plain text.
    let whole_list = variable.origin.ends_with("errors") || variable.origin.ends_with("errors()");
    if whole_list {
        return (Severity::Medium, Confidence::Low);
    }
    (origin.severity(), confidence)
}

/// `{% include "x.html" with text=comment.text|safe %}`, `{% firstof a|safe %}` and the like: the value leaves marked.
fn in_tags(template: &Template, found: &mut Findings<'_>) {
    for tag in &template.tags {
        let prints =
            matches!(tag.name.as_str(), "include" | "blocktranslate" | "blocktrans" | "firstof" | "cycle");
        if !prints || matches!(tag.context, HtmlContext::NotHtml) {
            continue;
        }
        for value in tag.values(template.language) {
            if output(&value.filters, Escaping::On, template.language) != Output::Raw {
                continue;
            }
            let origin = origin(&value.operand, &Expression { filters: Vec::new(), ..value.clone() });
            if matches!(origin, Origin::Ours | Origin::Number) {
                continue;
            }
            found
                .at(
                    tag.place,
                    origin.confidence(),
                    format!("`{}` is handed on as safe markup", value.operand),
                )
                .severity(origin.severity())
                .because([Evidence::note(Role::Source, origin.words())]);
        }
    }
}
