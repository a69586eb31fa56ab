//! `help-text-from-database`: a form field shows stored text as help, which Django prints as HTML.

use super::ask::{every_statement, is_judged};
use super::reading::{given, whole};
use super::views::{is_model, own_value};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, ExprId, ExprKind, FunctionId, Meaning, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("help-text-from-database"),
        title: "Stored text is the help text of a form field",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79],
        django_checks: &[],
        consequence: "Django's own form templates print help texts as HTML, so whoever may write the text puts scripts into the form.",
        advice: "Escape it: `help_text=conditional_escape(question.help_text)`.",
        since: "0.1.0",
        page: include_str!("help_text_from_database.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || !module.file.text.contains("help_text") {
        return;
    }
    let mut written = Vec::new();
    for call in project.code.calls_of(module) {
        let field = call.name().is_some_and(|name| name.starts_with("django.forms."));
        if let Some(value) = call.keyword("help_text").filter(|_| field) {
            written.push((value, call.site.function));
        }
    }
    every_statement(module, |statement, function| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        let names_help = targets.iter().any(|target| match module.expr(*target) {
            ExprKind::Subscript(_, key) => {
                matches!(module.expr(*key), ExprKind::Text(text) if &**text == "help_text")
            }
            _ => false,
        });
        if names_help && !is_choice(module, function, *value) {
            written.push((*value, function));
        }
    });
    for (value, function) in written {
        let Some(name) = named(project, module, function, value) else { continue };
        // Looking through all models comes last: few modules get so far.
        if is_stored(project, name) {
            found.at(
                module.span(value),
                Confidence::Low,
                "This text from the database is printed as HTML where the form is shown",
            );
        }
    }
}

/// Whether the function escapes it in another branch, so that this one is meant.
fn is_choice(module: &Module, function: FunctionId, value: ExprId) -> bool {
    let source = module.source(value);
    let text = whole(module, function);
    text.contains(&format!("escape({source})"))
}

/// Whether some model of the project has a text field of that name.
fn is_stored(project: &Project, name: &str) -> bool {
    project.code.modules.iter().filter(|module| module.role.may_serve()).any(|module| {
        (0..module.classes.len()).map(|at| ClassId(at as u32)).any(|class| {
            own_value(project, module, class, name).is_some_and(|value| is_text_field(module, value))
                && is_model(project, &Meaning::Class(ClassRef { module: module.id, class }))
        })
    })
}

fn is_text_field(module: &Module, value: ExprId) -> bool {
    let ExprKind::Call(call) = module.expr(value) else { return false };
    let callee = module.source(call.callee);
    callee.ends_with("CharField") || callee.ends_with("TextField")
}

/// The name of the field in `question.help_text`, where no form can be what stands before the dot.
fn named<'p>(project: &'p Project, module: &Module, function: FunctionId, value: ExprId) -> Option<&'p str> {
    const NAMES: [&str; 4] = ["help_text", "helptext", "help", "hint"];
    let ExprKind::Attribute(base, name) = module.expr(value) else { return None };
    let name = project.code.text(*name);
    let (base, origin) = (module.source(*base), module.source(given(module, function, *base)));
    let is_of_form = ["form", "fields", "_meta", "self", "opts", "options"]
        .iter()
        .any(|word| base.contains(word) || origin.contains(word));
    (NAMES.contains(&name) && !is_of_form).then_some(name)
}
