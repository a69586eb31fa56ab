//! Decorators, put on top of those that are there.

use super::Sheet;
use barding_finding::Edit;
use ruff_python_ast::{Decorator, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

/// Puts decorators above a function, the first one outermost.
pub(crate) fn decorate(sheet: Sheet<'_>, function: &StmtFunctionDef, decorators: &[String]) -> Edit {
    above(sheet, &function.decorator_list, function.start().to_usize(), decorators)
}

/// Puts decorators above a class.
pub(crate) fn decorate_class(sheet: Sheet<'_>, class: &StmtClassDef, decorators: &[String]) -> Edit {
    above(sheet, &class.decorator_list, class.start().to_usize(), decorators)
}

fn above(sheet: Sheet<'_>, present: &[Decorator], start: usize, decorators: &[String]) -> Edit {
    let at = present.first().map_or(start, |first| first.start().to_usize().min(start));
    let indent = sheet.indentation(at);
    let newline = sheet.newline();
    let text: String = decorators.iter().map(|name| format!("{indent}@{name}{newline}")).collect();
    sheet.insert(sheet.line_start(at), text)
}
