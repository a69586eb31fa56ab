//! `escapejs-outside-string`: `|escapejs` protects only inside a quoted string of a script.

use super::trust::{Origin, origin_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::templates::{HtmlContext, ScriptContent, Template};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("escapejs-outside-string"),
        title: "escapejs is used where it does not protect",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 83, 116],
        django_checks: &[],
        consequence: "Outside quotes the value is code: `alert(1)` holds nothing that escapejs replaces.",
        advice: "Put the value into quotes, or pass it with `json_script`.",
        since: "0.1.0",
        page: include_str!("escapejs_outside_string.md"),
    },
    check: Check::Template(check),
};

fn check(template: &Template, _project: &Project, found: &mut Findings<'_>) {
    for variable in &template.variables {
        let HtmlContext::Script(script) = &variable.context else { continue };
        if !variable.expression.has_filter("escapejs")
            || script.comment
            || script.content == ScriptContent::Other
        {
            continue;
        }
        let origin = origin_of(variable);
        if script.string.is_some() || matches!(origin, Origin::Ours | Origin::Number) {
            continue;
        }
        let confidence = if origin >= Origin::UserText { Confidence::Medium } else { Confidence::Low };
        found
            .at(
                variable.place,
                confidence,
                format!(
                    "`{}` stands outside quotes, so `escapejs` does not protect",
                    variable.expression.operand
                ),
            )
            .severity(if origin >= Origin::UserText { Severity::High } else { Severity::Medium });
    }
}
