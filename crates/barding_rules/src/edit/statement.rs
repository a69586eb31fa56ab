//! Statements: found by their place, given other values, added at the end of a module and taken out.

use super::Sheet;
use barding_finding::Edit;
use barding_source::Span;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

/// A statement that gives one name a value.
pub(crate) struct Assigned<'a> {
    pub(crate) statement: &'a Stmt,
    pub(crate) value: &'a Expr,
    /// Whether it stands at the top of the module, under no condition.
    pub(crate) is_top_level: bool,
    /// Whether nothing else stands in its block.
    pub(crate) is_alone: bool,
}

/// The simple assignment to `name` that stands at `place`; `None` when the statement there is of another form.
pub(crate) fn assignment<'a>(sheet: Sheet<'a>, place: Span, name: &str) -> Option<Assigned<'a>> {
    assignments_of(sheet, name).into_iter().find(|assigned| {
        let range = assigned.statement.range();
        range.start().to_u32() <= place.start && place.start < range.end().to_u32()
    })
}

/// Every simple assignment to `name`, in the order of the text, outside functions and classes.
fn assignments_of<'a>(sheet: Sheet<'a>, name: &str) -> Vec<Assigned<'a>> {
    let mut found = Vec::new();
    collect(&sheet.syntax.body, name, true, &mut found);
    found
}

fn collect<'a>(block: &'a [Stmt], name: &str, top: bool, found: &mut Vec<Assigned<'a>>) {
    for statement in block {
        let is = |target: &Expr| matches!(target, Expr::Name(target) if target.id == name);
        let value = match statement {
            Stmt::Assign(assign) => match assign.targets.as_slice() {
                [target] if is(target) => Some(&*assign.value),
                _ => None,
            },
            Stmt::AnnAssign(assign) if is(&assign.target) => assign.value.as_deref(),
            _ => None,
        };
        if let Some(value) = value {
            found.push(Assigned { statement, value, is_top_level: top, is_alone: block.len() == 1 });
        }
        for inner in blocks(statement) {
            collect(inner, name, false, found);
        }
    }
}

/// The blocks inside a statement. Classes are looked into for django-configurations; functions are not.
fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::If(branch) => {
            let mut all: Vec<&[Stmt]> = vec![&branch.body[..]];
            all.extend(branch.elif_else_clauses.iter().map(|clause| &clause.body[..]));
            all
        }
        Stmt::Try(attempt) => {
            let mut all: Vec<&[Stmt]> = vec![&attempt.body[..], &attempt.orelse[..], &attempt.finalbody[..]];
            all.extend(attempt.handlers.iter().map(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                &handler.body[..]
            }));
            all
        }
        Stmt::With(with) => vec![&with.body[..]],
        Stmt::For(each) => vec![&each.body[..], &each.orelse[..]],
        Stmt::ClassDef(class) => vec![&class.body[..]],
        _ => Vec::new(),
    }
}

/// Takes a statement out, with the line it stands on. One that is alone in its block becomes `pass`.
pub(crate) fn remove(sheet: Sheet<'_>, assigned: &Assigned<'_>) -> Option<Edit> {
    let (start, end) = (assigned.statement.start().to_usize(), assigned.statement.end().to_usize());
    let rest = &sheet.text()[end..sheet.line_end(end)];
    let alone_on_line =
        sheet.is_first_on_line(start) && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
    match (alone_on_line, assigned.is_alone && !assigned.is_top_level) {
        (_, true) => Some(sheet.replace(assigned.statement, "pass")),
        (true, false) => Some(sheet.replace_bytes(sheet.line_start(start), sheet.next_line(end), "")),
        (false, false) => None,
    }
}

/// Adds lines at the end of a module, before what is meant to have the last word: an import of local settings in a `try`
/// or an `if`.
pub(crate) fn append_statement(sheet: Sheet<'_>, code: &str) -> Edit {
    let body = &sheet.syntax.body;
    let is_override = |statement: &&Stmt| match statement {
        Stmt::Try(_) => sheet.source(*statement).contains("import"),
        Stmt::If(_) => sheet.source(*statement).contains("import *"),
        _ => false,
    };
    let trailing = body.iter().rev().take_while(is_override).count();
    let newline = sheet.newline();
    let code = sheet.in_style(code);
    let kept = body.len() - trailing;
    match kept.checked_sub(1).map(|last| &body[last]) {
        None if body.is_empty() => {
            let end = sheet.text().len();
            let first = if end == 0 || sheet.text().ends_with('\n') { "" } else { newline };
            sheet.insert(end, format!("{first}{code}{newline}"))
        }
        None => {
            sheet.insert(sheet.line_start(body[0].start().to_usize()), format!("{code}{newline}{newline}"))
        }
        Some(last) => {
            let end = sheet.line_end(last.end().to_usize());
            let next = sheet.next_line(end);
            if next == end || !sheet.text()[end..next].ends_with('\n') {
                return sheet.insert(end, format!("{newline}{code}{newline}"));
            }
            // A definition or an import is set off by an empty line; another assignment is not.
            let gap = match last {
                Stmt::Assign(_) | Stmt::AnnAssign(_) | Stmt::AugAssign(_) | Stmt::Expr(_) => "",
                _ => newline,
            };
            sheet.insert(next, format!("{gap}{code}{newline}"))
        }
    }
}

/// A function or method and the class it stands in.
pub(crate) struct Found<'a> {
    pub(crate) function: &'a StmtFunctionDef,
    pub(crate) class: Option<&'a StmtClassDef>,
}

/// The function whose name stands at `place`.
pub(crate) fn function_at<'a>(sheet: Sheet<'a>, place: Span) -> Option<Found<'a>> {
    fn walk<'a>(block: &'a [Stmt], class: Option<&'a StmtClassDef>, place: Span) -> Option<Found<'a>> {
        block.iter().find_map(|statement| match statement {
            Stmt::FunctionDef(function) => {
                let name = function.name.range();
                if name.start().to_u32() <= place.start && place.start < name.end().to_u32() {
                    return Some(Found { function, class });
                }
                walk(&function.body, None, place)
            }
            Stmt::ClassDef(inner) => walk(&inner.body, Some(inner), place),
            other => blocks(other).into_iter().find_map(|inner| walk(inner, class, place)),
        })
    }
    walk(&sheet.syntax.body, None, place)
}

/// The call that covers exactly `place`.
pub(crate) fn call_at(sheet: Sheet<'_>, place: Span) -> Option<&ExprCall> {
    match expression_at(sheet, place)? {
        Expr::Call(call) => Some(call),
        _ => None,
    }
}

/// The outermost expression that covers exactly `place`.
pub(crate) fn expression_at(sheet: Sheet<'_>, place: Span) -> Option<&Expr> {
    struct Search<'a> {
        place: Span,
        found: Option<&'a Expr>,
    }
    impl<'a> Visitor<'a> for Search<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if statement.start().to_u32() <= self.place.start && self.place.end <= statement.end().to_u32() {
                walk_stmt(self, statement);
            }
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            if self.found.is_some() {
                return;
            }
            if expr.start().to_u32() == self.place.start && expr.end().to_u32() == self.place.end {
                self.found = Some(expr);
                return;
            }
            walk_expr(self, expr);
        }
    }
    let mut search = Search { place, found: None };
    search.visit_body(&sheet.syntax.body);
    search.found
}
