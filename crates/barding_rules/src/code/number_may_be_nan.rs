//! `number-may-be-nan`: a number from the request may be no number, or without end.

use super::ask::is_judged;
use super::reading::{given, read, whole};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, FunctionId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("number-may-be-nan"),
        title: "A number from the request may be nan or inf",
        severity: Severity::Low,
        tip: Tip::SqlInjection,
        cwe: &[1287, 20, 704],
        django_checks: &[],
        consequence: "`float(\"nan\")` is smaller than nothing and greater than nothing, so it passes every limit; `inf` breaks sums and JSON.",
        advice: "Use a form's FloatField or DecimalField, which refuse both, or `math.isfinite`.",
        since: "0.1.0",
        page: include_str!("number_may_be_nan.md"),
    },
    check: Check::Call(&["builtins.float"], check),
};

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if call.site.function == FunctionId::BODY || !is_judged(call.module, project) {
        return;
    }
    let Some(argument) = call.positional(0) else { return };
    if read(project, call.module, given(call.module, call.site.function, argument)).is_none() {
        return;
    }
    let text = whole(call.module, call.site.function);
    if !["isfinite", "isnan", "isinf", "isdigit", "isdecimal", "fullmatch"]
        .iter()
        .any(|word| text.contains(word))
    {
        found.at(call.span(), Confidence::Low, "The visitor may send `nan` or `inf` here");
    }
}
