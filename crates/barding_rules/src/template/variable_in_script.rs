//! `variable-in-script`: a value goes into a script with HTML escaping, which is the wrong one there.

use super::trust::{Origin, Output, origin_of, output};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Escaping, HtmlContext, ScriptContent, Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("variable-in-script"),
        title: "A script holds a value escaped for HTML only",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "HTML escaping leaves backslashes, line ends and `${` alone, and outside quotes it protects nothing.",
        advice: "Use `|escapejs` inside a quoted string, or pass the value with `json_script`.",
        since: "0.1.0",
        page: include_str!("variable_in_script.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Script(script) = &variable.context else { continue };
        if script.content != ScriptContent::JavaScript || script.comment || variable.filtered {
            continue;
        }
        let filters = variable.bound_filters.iter().chain(&variable.expression.filters);
        if output(filters, variable.escaping, template.language) != Output::Plain
            || variable.escaping == Escaping::Off
        {
            continue;
        }
        let origin = origin_of(variable);
        // Markup made by the project is SafeString more often than not; other rules follow where that is made.
        if matches!(origin, Origin::Ours | Origin::Number | Origin::Markup)
            || is_constant_name(&variable.origin)
        {
            continue;
        }
        let written = &variable.expression.operand;
        let (message, severity, confidence) = match script.string {
            Some('`') => (
                format!("`{written}` stands in a template literal, where `${{` runs code"),
                Severity::Medium,
                origin.confidence().min(Confidence::Medium),
            ),
            Some(_) => (
                format!("`{written}` stands in a script's string without `|escapejs`"),
                if origin >= Origin::UserText { Severity::Medium } else { Severity::Low },
                if origin >= Origin::UserText { Confidence::Medium } else { Confidence::Low },
            ),
            None if origin >= Origin::UserText => (
                format!("`{written}` stands in a script outside quotes: its text is code"),
                Severity::High,
                origin.confidence(),
            ),
            // In a script file such a value is JSON that Python has encoded, or the file would not work.
            None if template.content == TemplateContent::JavaScript => continue,
            None => (
                format!("`{written}` stands in a script outside quotes: its text is code"),
                Severity::Medium,
                Confidence::Low,
            ),
        };
        found.at(variable.place, confidence, message).severity(severity).because([Evidence::note(
            if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
            origin.words(),
        )]);
    }
}

/// Settings and addresses that templates hand to scripts everywhere.
fn is_constant_name(origin: &str) -> bool {
    let lower = origin.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    origin.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        || lower.starts_with("settings.")
        || lower.starts_with("config.")
        || last.ends_with("url")
        || last.ends_with("_url()")
        || last.ends_with("_key")
        || last.ends_with("language")
        || last.ends_with("locale")
        || matches!(
            last,
            "get_absolute_url"
                | "lang"
                | "slug"
                | "prefix"
                | "model_name"
                | "app_label"
                | "token"
                | "format"
                | "theme"
        )
}
