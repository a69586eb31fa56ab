//! `raw-value-in-script`: a value goes into a script without any escaping, usually JSON marked safe.

use super::trust::{Origin, origin_of};
use super::variable_marked_safe::is_raw;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{Escaping, HtmlContext, Language, ScriptContent, Template, TemplateContent};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("raw-value-in-script"),
        title: "A script holds an unescaped value",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 80, 116],
        django_checks: &[],
        consequence: "A text with `</script>` in it ends the script and starts another one, also inside well-formed JSON.",
        advice: "Pass data with `{{ data|json_script:\"id\" }}` and read it with `JSON.parse(document.getElementById(\"id\").textContent)`.",
        since: "0.1.0",
        page: include_str!("raw_value_in_script.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Script(script) = &variable.context else { continue };
        let off = variable.escaping == Escaping::Off && variable.expression.filters.is_empty();
        if variable.filtered || script.content == ScriptContent::Other || !(is_raw(variable, template) || off)
        {
            continue;
        }
        let origin = origin_of(variable);
        if matches!(origin, Origin::Ours | Origin::Number) || script.comment {
            continue;
        }
        let written = &variable.expression.operand;
        let where_ = if template.content == TemplateContent::JavaScript { "script file" } else { "script" };
        let confidence = match origin {
            Origin::Markup => Confidence::Low,
            origin => origin.confidence().max(Confidence::Medium),
        };
        let finding =
            found.at(variable.place, confidence, format!("`{written}` goes into the {where_} unescaped"));
        finding
            .severity(if origin == Origin::Markup {
                Severity::Medium
            } else {
                origin.severity().max(Severity::Medium)
            })
            .because([Evidence::note(
                if origin >= Origin::Content { Role::Source } else { Role::NotKnown },
                origin.words(),
            )]);
        if template.language == Language::Jinja2 {
            finding.advice("Print it with `{{ data|tojson }}`, which escapes what could end the script.");
        } else if script.string.is_some() {
            finding.advice("Print it with `|escapejs` inside the quotes, or pass it with `json_script`.");
        }
    }
}
