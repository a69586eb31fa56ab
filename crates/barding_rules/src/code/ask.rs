//! What the rules about code ask of the model: whether a file is judged, what an argument is, what a name says.

use barding_finding::{Confidence, Severity};
use barding_project::Project;
use barding_project::code::{
    Argument, Block, Call, CompareOp, Constant, ExprId, ExprKind, FileRole, FormatPart, FunctionId, Module,
    Stmt, StmtKind,
};
use barding_source::Span;

/// Whether what stands in the file may run on the live site. A few files without folders around them are judged as
/// they are, whatever their names.
pub(super) fn is_judged(module: &Module, project: &Project) -> bool {
    module.role.may_serve() && module.role != FileRole::Vendored
        || !module.file.path.as_str().contains('/') && project.code.modules.len() <= 3
}

/// Whether people start it by hand, so that no visitor's text reaches it.
pub(super) fn is_started_by_hand(module: &Module) -> bool {
    matches!(module.role, FileRole::Command | FileRole::Tooling | FileRole::Settings)
}

/// A weight, lower in code that people start by hand.
pub(super) fn lowered(module: &Module, severity: Severity, confidence: Confidence) -> (Severity, Confidence) {
    if is_started_by_hand(module) {
        (severity.min(Severity::Low), Confidence::Low)
    } else {
        (severity, confidence)
    }
}

/// The constant text of an argument.
pub(super) fn text(call: &Call<'_>, position: usize, keyword: &str) -> Option<String> {
    match call.constant(call.argument(position, keyword)?)? {
        Constant::Text(text) => Some(text),
        _ => None,
    }
}

/// The constant value of a keyword argument.
pub(super) fn keyword(call: &Call<'_>, keyword: &str) -> Option<Constant> {
    call.constant(call.keyword(keyword)?)
}

/// Whether a keyword argument is written as `False`.
pub(super) fn is_false(call: &Call<'_>, name: &str) -> bool {
    keyword(call, name) == Some(Constant::Bool(false))
}

/// Whether an expression's value is fixed by the text: a literal, or literals put together.
pub(super) fn is_constant(call: &Call<'_>, expr: ExprId) -> bool {
    is_literal(call.module, expr, 12) || call.constant(expr).is_some()
}

/// Whether an expression is built of literals alone.
pub(super) fn is_literal(module: &Module, expr: ExprId, fuel: usize) -> bool {
    let Some(fuel) = fuel.checked_sub(1) else { return false };
    let all = |items: &[ExprId]| items.iter().all(|item| is_literal(module, *item, fuel));
    match module.expr(expr) {
        ExprKind::Text(_)
        | ExprKind::Bytes(_)
        | ExprKind::Int(_)
        | ExprKind::Number
        | ExprKind::Bool(_)
        | ExprKind::None => true,
        ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => all(items),
        ExprKind::Binary(_, left, right) => {
            is_literal(module, *left, fuel) && is_literal(module, *right, fuel)
        }
        ExprKind::Format(parts) => parts.iter().all(|part| match part {
            FormatPart::Text(_) => true,
            FormatPart::Value { value, .. } => is_literal(module, *value, fuel),
        }),
        ExprKind::Dict(entries) => entries.iter().all(|(key, value)| {
            key.is_some_and(|key| is_literal(module, key, fuel)) && is_literal(module, *value, fuel)
        }),
        ExprKind::Call(call) => {
            let method_of_literal = match module.expr(call.callee) {
                ExprKind::Attribute(base, _) => is_literal(module, *base, fuel),
                _ => false,
            };
            method_of_literal
                && call.arguments.iter().all(|argument: &Argument| is_literal(module, argument.value, fuel))
        }
        _ => false,
    }
}

/// What the code says about `bool(expr)`, as far as its text tells.
pub(super) fn is_falsy(call: &Call<'_>, expr: ExprId) -> bool {
    match call.module.expr(expr) {
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) if items.is_empty() => {
            return true;
        }
        ExprKind::Dict(entries) if entries.is_empty() => return true,
        _ => {}
    }
    matches!(call.constant(expr), Some(Constant::Bool(false) | Constant::None | Constant::Int(0)))
        || matches!(call.constant(expr), Some(Constant::Text(text)) if text.is_empty())
}

/// The words of an identifier in lower case: `resetPassword_token` has `reset`, `password`, `token`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_ascii_digit() {
            words.push(String::new());
            lower_before = false;
            continue;
        }
        if c.is_uppercase() && lower_before {
            words.push(String::new());
        }
        lower_before = c.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name speaks of a secret: a password, a token, a key.
pub(super) fn names_secret(name: &str) -> bool {
    let words = words(name);
    let has = |word: &str| words.iter().any(|known| known == word);
    has("password")
        || has("passwd")
        || has("passphrase")
        || has("pwd")
        || has("secret")
        || has("token")
        || has("otp")
        || has("csrf")
        || has("sessionid")
        || has("apikey")
        || has("passcode")
        || has("signature")
        || has("hmac")
        || has("key")
            && (has("api")
                || has("secret")
                || has("private")
                || has("access")
                || has("activation")
                || has("confirmation"))
        || has("code")
            && (has("verification")
                || has("activation")
                || has("confirm")
                || has("reset")
                || has("auth")
                || has("invite")
                || has("invitation")
                || has("recovery")
                || has("backup")
                || has("login"))
}

/// The last name of an expression: `key` of `self.request.key`, `x` of `x`, `n` of `d["n"]`.
pub(super) fn last_name<'m>(project: &'m Project, module: &'m Module, expr: ExprId) -> Option<&'m str> {
    match module.expr(expr) {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(project.code.text(*name)),
        ExprKind::Subscript(_, index) => match module.expr(*index) {
            ExprKind::Text(text) => Some(text),
            _ => None,
        },
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(_, name) if matches!(project.code.text(*name), "get" | "pop") => {
                match call.arguments.first().map(|argument| module.expr(argument.value)) {
                    Some(ExprKind::Text(text)) => Some(text),
                    _ => None,
                }
            }
            ExprKind::Attribute(base, name)
                if matches!(
                    project.code.text(*name),
                    "strip" | "encode" | "decode" | "lower" | "hexdigest" | "digest"
                ) =>
            {
                last_name(project, module, *base)
            }
            _ => last_name(project, module, call.callee),
        },
        ExprKind::Await(inner) => last_name(project, module, *inner),
        _ => None,
    }
}

/// Calls `visit` for every statement of a block and of the blocks in it, not of functions and classes defined there.
pub(super) fn walk(block: &Block, visit: &mut impl FnMut(&Stmt)) {
    for statement in block {
        visit(statement);
        match &statement.kind {
            StmtKind::If(branches) => branches.iter().for_each(|(_, body)| walk(body, visit)),
            StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
                walk(body, visit);
                walk(otherwise, visit);
            }
            StmtKind::With { body, .. } => walk(body, visit),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                walk(body, visit);
                handlers.iter().for_each(|handler| walk(&handler.body, visit));
                walk(otherwise, visit);
                walk(finally, visit);
            }
            StmtKind::Match { cases, .. } => cases.iter().for_each(|case| walk(&case.body, visit)),
            _ => {}
        }
    }
}

/// Calls `visit` for every statement of a module, those of its functions and classes included, with the function.
pub(super) fn every_statement(module: &Module, mut visit: impl FnMut(&Stmt, FunctionId)) {
    for (at, function) in module.functions.iter().enumerate() {
        let mut visit_here = |statement: &Stmt| visit(statement, FunctionId(at as u32));
        walk(&function.body, &mut visit_here);
    }
    for class in &module.classes {
        let mut visit_here = |statement: &Stmt| visit(statement, FunctionId::BODY);
        walk(&class.body, &mut visit_here);
    }
}

/// Whether a place stands in a branch that only a developer's machine or a test takes: `if settings.DEBUG:`.
pub(super) fn only_in_development(module: &Module, place: Span) -> bool {
    let mut found = false;
    every_statement(module, |statement, _| {
        let StmtKind::If(branches) = &statement.kind else { return };
        for (test, body) in branches {
            let (Some(test), Some(first), Some(last)) = (test, body.first(), body.last()) else { continue };
            let inside = first.start <= place.start && place.end <= last.end;
            found |= inside && is_development_test(module.source(*test));
        }
    });
    found
}

fn is_development_test(test: &str) -> bool {
    let asks =
        ["settings.DEBUG", "RUNNING_TEST", "settings.TESTING", "settings.TEST_MODE", "settings.IN_TEST"]
            .iter()
            .any(|word| test.contains(word));
    asks && test.len() < 200 && !test.contains("not ") && !test.contains(" or ") && !test.contains("!=")
}

/// Whether a comparison tests for equality.
pub(super) fn is_equality(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::NotEqual)
}
