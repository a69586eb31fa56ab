//! `spreadsheet-formula`: cells are written that a spreadsheet may read as formulas.

use super::ask::{is_constant, is_judged, is_started_by_hand, last_name};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprId, ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("spreadsheet-formula"),
        title: "Cells may be read as formulas",
        severity: Severity::Low,
        tip: Tip::Uploads,
        cwe: &[1236],
        django_checks: &[],
        consequence: "A value that begins with `=`, `+`, `-` or `@` is run as a formula by whoever opens the file, staff most often.",
        advice: "Put an apostrophe before values that begin with one of these, or quote them with a helper.",
        since: "0.1.0",
        page: include_str!("spreadsheet_formula.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    let text = &module.file.text;
    if !is_judged(module, project) || is_started_by_hand(module) || !text.contains("csv") {
        return;
    }
    let answers =
        text.contains("HttpResponse") || text.contains("text/csv") || text.contains("StreamingHttpResponse");
    let guarded = [
        "escape_csv",
        "sanitize_csv",
        "csv_safe",
        "escape_formula",
        "defusedcsv",
        "startswith((\"=",
        "startswith(('=",
        "in \"=+-@",
        "in '=+-@",
        "sanitize_cell",
        "lstrip('=",
        "lstrip(\"=",
    ]
    .iter()
    .any(|word| text.contains(word));
    if guarded {
        return;
    }
    for call in project.code.calls_of(module) {
        let writes = matches!(call.last_name(), Some("writerow" | "writerows"));
        let csv = call.name().is_some_and(|name| name.starts_with("csv.") || name.starts_with("unicodecsv."))
            || call.receiver().is_some_and(|base| module.source(base).contains("writer"));
        let Some(row) = call.positional(0).filter(|_| writes && csv) else { continue };
        if is_constant(&call, row) || is_header(&call, project, row) {
            continue;
        }
        let severity = if answers { Severity::Low } else { Severity::Info };
        found
            .at(call.span(), Confidence::Low, "Cells of this row may be read as formulas")
            .severity(severity);
    }
}

/// Rows of names and translations.
fn is_header(call: &Call<'_>, project: &Project, row: ExprId) -> bool {
    let module = call.module;
    match module.expr(row) {
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().all(|item| match module.expr(*item) {
            ExprKind::Text(_) | ExprKind::Int(_) | ExprKind::Number => true,
            ExprKind::Call(inner) => matches!(
                module.source(inner.callee),
                "_" | "gettext" | "ugettext" | "str" | "force_str" | "len" | "int"
            ),
            _ => false,
        }),
        _ => last_name(project, module, row)
            .is_some_and(|name| name.contains("header") || name.contains("field") || name.contains("column")),
    }
}
