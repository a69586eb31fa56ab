//! Calls: arguments by name and by place, added and replaced.

use super::{Sequence, Sheet};
use barding_finding::Edit;
use ruff_python_ast::{Expr, ExprCall};

/// The value of a keyword argument that is written out.
pub(crate) fn argument<'a>(call: &'a ExprCall, name: &str) -> Option<&'a Expr> {
    let keywords = call.arguments.keywords.iter();
    keywords.filter(|word| word.arg.as_deref() == Some(name)).map(|word| &word.value).next()
}

/// The positional argument of that number; `None` when `*args` may stand in its place.
pub(crate) fn positional(call: &ExprCall, number: usize) -> Option<&Expr> {
    let before = call.arguments.args.iter().take(number + 1);
    let mut last = None;
    for argument in before {
        if matches!(argument, Expr::Starred(_)) {
            return None;
        }
        last = Some(argument);
    }
    (call.arguments.args.len() > number).then_some(last).flatten()
}

/// Gives a keyword argument that value, whether it is written already or not.
pub(crate) fn set_keyword(sheet: Sheet<'_>, call: &ExprCall, name: &str, value: &str) -> Option<Vec<Edit>> {
    if let Some(present) = argument(call, name) {
        return Some(vec![sheet.replace(present, value)]);
    }
    let text = format!("{name}={value}");
    Some(Sequence::of_arguments(sheet, &call.arguments)?.push(&text))
}
