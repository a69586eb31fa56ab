//! Remedies for text that is put together: markup by `format_html`, queries by parameters, redirects behind a guard.

use super::Remedy;
use super::bench::{Bench, fix, span_of};
use super::settings::place::plain_text;
use crate::edit::{Sheet, call_at, function_at, import_name, positional};
use barding_finding::FixSafety::NeedsReview;
use barding_finding::{Edit, Finding, Fix};
use barding_project::Series;
use barding_source::Span;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, InterpolatedStringElement, Operator, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "mark-safe-of-variable" | "html-from-request" => markup,
        "raw-sql-built-from-text" | "sql-from-request" => query,
        "redirect-from-request" => redirect,
        _ => return None,
    })
}

/// A text and the values put into it: constant pieces, and values between them.
enum Piece {
    Text(String),
    Value(String),
}

/// Takes a text apart that is put together with `f"…"`, `+`, `%` or `.format()`. `None` when it is not that, or holds
/// what we would have to guess about: widths, conversions, escapes.
fn pieces(sheet: Sheet<'_>, expr: &Expr, depth: usize) -> Option<Vec<Piece>> {
    let depth = depth.checked_sub(1)?;
    match expr {
        Expr::StringLiteral(_) => Some(vec![Piece::Text(unescaped(sheet, expr)?.to_owned())]),
        Expr::FString(text) => {
            let mut all = Vec::new();
            if text.value.iter().count() != 1 || sheet.source(expr).contains('\\') {
                return None;
            }
            for element in text.value.elements() {
                all.push(match element {
                    InterpolatedStringElement::Literal(literal) => Piece::Text(literal.value.to_string()),
                    InterpolatedStringElement::Interpolation(hole) => {
                        let is_plain = hole.format_spec.is_none()
                            && hole.debug_text.is_none()
                            && hole.conversion == ruff_python_ast::ConversionFlag::None;
                        is_plain.then_some(())?;
                        Piece::Value(sheet.source(&*hole.expression).to_owned())
                    }
                });
            }
            Some(all)
        }
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            let mut all = pieces(sheet, &sum.left, depth)?;
            all.extend(pieces(sheet, &sum.right, depth)?);
            Some(all)
        }
        Expr::BinOp(filled) if filled.op == Operator::Mod => {
            let text = unescaped(sheet, &filled.left)?;
            let values: Vec<&Expr> = match &*filled.right {
                Expr::Tuple(tuple) => tuple.elts.iter().collect(),
                Expr::Dict(_) => return None,
                other => vec![other],
            };
            percent(text, &values.iter().map(|value| sheet.source(*value)).collect::<Vec<_>>())
        }
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method)
                if method.attr.as_str() == "format" && matches!(*method.value, Expr::StringLiteral(_)) =>
            {
                let text = unescaped(sheet, &method.value)?;
                call.arguments.keywords.is_empty().then_some(())?;
                let values: Vec<&str> = call.arguments.args.iter().map(|value| sheet.source(value)).collect();
                braces(text, &values)
            }
            _ => Some(vec![Piece::Value(sheet.source(expr).to_owned())]),
        },
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => {
            Some(vec![Piece::Value(sheet.source(expr).to_owned())])
        }
        _ => None,
    }
}

/// A literal on one line without escapes, so that what it holds is what is written.
fn unescaped<'a>(sheet: Sheet<'_>, expr: &'a Expr) -> Option<&'a str> {
    let text = plain_text(sheet, expr)?;
    (!sheet.source(expr).contains(['\\', '\n'])).then_some(text)
}

/// `"…%s…" % (a, b)`.
fn percent(text: &str, values: &[&str]) -> Option<Vec<Piece>> {
    let mut all = Vec::new();
    let mut values = values.iter();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let next = rest[at + 1..].chars().next()?;
        match next {
            '%' => plain.push('%'),
            's' | 'd' => {
                all.push(Piece::Text(std::mem::take(&mut plain)));
                all.push(Piece::Value((*values.next()?).to_owned()));
            }
            _ => return None,
        }
        rest = &rest[at + 2..];
    }
    plain.push_str(rest);
    all.push(Piece::Text(plain));
    values.next().is_none().then_some(all)
}

/// `"…{}…".format(a, b)`.
fn braces(text: &str, values: &[&str]) -> Option<Vec<Piece>> {
    let mut all = Vec::new();
    let mut used = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        all.push(Piece::Text(rest[..at].to_owned()));
        let inside = rest[at..].strip_prefix('{')?;
        let (number, after) = inside.split_once('}')?;
        let index = if number.is_empty() { used } else { number.parse().ok()? };
        all.push(Piece::Value((*values.get(index)?).to_owned()));
        used += 1;
        rest = after;
    }
    all.push(Piece::Text(rest.to_owned()));
    (used == values.len()).then_some(all)
}

/// Markup put together from text: `format_html` escapes each value.
fn markup(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || -> Option<Vec<Edit>> {
        let place = span_of(finding)?;
        let sheet = bench.sheet(place.file)?;
        let call = call_at(sheet, place)?;
        let text = positional(call, 0)?;
        if matches!(text, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::StringLiteral(_)) {
            return None;
        }
        let all = pieces(sheet, text, 64)?;
        let quote = sheet.quote();
        let mut template = String::new();
        let mut values = Vec::new();
        for piece in all {
            match piece {
                Piece::Text(text) => template.push_str(&text.replace('{', "{{").replace('}', "}}")),
                Piece::Value(value) => {
                    template.push_str("{}");
                    values.push(value);
                }
            }
        }
        if values.is_empty() {
            return None;
        }
        let quote = match (template.contains(quote), template.contains(['"', '\''])) {
            (false, _) => quote,
            (true, _) if quote == '"' && !template.contains('\'') => '\'',
            (true, _) if quote == '\'' && !template.contains('"') => '"',
            _ => return None,
        };
        let (name, import) = import_name(sheet, "django.utils.html", "format_html")?;
        // Comments inside would be lost with the pieces they stand between.
        if holds_comment(sheet.source(text)) {
            return None;
        }
        let arguments = format!("{quote}{template}{quote}, {}", values.join(", "));
        let func = sheet.source(&*call.func);
        let marks = ["mark_safe", "SafeString", "SafeText"].iter().any(|word| func.ends_with(word));
        let is_format = func.ends_with("format_html");
        let mut edits = match (marks || is_format, call.arguments.args.len(), call.arguments.keywords.len()) {
            (true, 1, 0) => vec![sheet.replace(&*call.func, name), sheet.replace(text, arguments)],
            // Its own values follow those that stood in the text.
            (true, ..) if is_format => vec![sheet.replace(text, arguments)],
            (true, ..) => return None,
            (false, ..) => vec![sheet.replace(text, format!("{name}({arguments})"))],
        };
        if is_format && call.arguments.args.len() > 1 && holes_of_text(sheet, text) {
            return None;
        }
        edits.extend(import);
        Some(edits)
    };
    edit()
        .and_then(|edits| {
            fix("Build the markup with format_html, which escapes each value", NeedsReview, edits)
        })
        .into_iter()
        .collect()
}

/// Whether a piece of source may hold a comment; a `#` in a text of several lines counts as one.
fn holds_comment(source: &str) -> bool {
    source.contains('\n')
        && source.lines().any(|line| line.contains(" #") || line.trim_start().starts_with('#'))
}

/// Whether a text has holes of its own, which the values after it fill.
fn holes_of_text(sheet: Sheet<'_>, text: &Expr) -> bool {
    sheet.source(text).contains('{')
}

/// A query put together from text: each value becomes a parameter.
fn query(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || -> Option<Vec<Edit>> {
        let place = span_of(finding)?;
        let sheet = bench.sheet(place.file)?;
        if sheet.text().contains("sqlite3") {
            return None;
        }
        let call = call_at(sheet, place)?;
        let Expr::Attribute(method) = &*call.func else { return None };
        let is_query = matches!(method.attr.as_str(), "execute" | "raw");
        if !is_query || call.arguments.args.len() != 1 || !call.arguments.keywords.is_empty() {
            return None;
        }
        let written = positional(call, 0)?;
        if holds_comment(sheet.source(written)) {
            return None;
        }
        let all = pieces(sheet, written, 64)?;
        let (sql, values) = parameters(&all)?;
        let quote = if sql.contains('"') { '\'' } else { '"' };
        let quote = if sql.contains('\'') && quote == '\'' { return None } else { quote };
        let quote = if !sql.contains(['"', '\'']) { sheet.quote() } else { quote };
        let text = format!("{quote}{sql}{quote}, [{}]", values.join(", "));
        Some(vec![sheet.replace(written, text)])
    };
    edit().and_then(|edits| fix("Bind the values as parameters", NeedsReview, edits)).into_iter().collect()
}

/// The query with `%s` for each value. Only where a value can stand: in quotes of its own, or after an operator; names of
/// tables and columns cannot be parameters.
fn parameters(all: &[Piece]) -> Option<(String, Vec<String>)> {
    let mut sql = String::new();
    let mut values = Vec::new();
    let mut at = 0;
    while at < all.len() {
        match &all[at] {
            Piece::Text(text) => sql.push_str(&text.replace('%', "%%")),
            Piece::Value(value) => {
                let after = match all.get(at + 1) {
                    Some(Piece::Text(text)) => text.as_str(),
                    Some(Piece::Value(_)) => return None,
                    None => "",
                };
                let quoted = sql.ends_with('\'') && after.starts_with('\'');
                if quoted {
                    sql.pop();
                    sql.push_str("%s");
                    sql.push_str(&after[1..].replace('%', "%%"));
                    at += 1;
                } else {
                    let before = sql.trim_end().to_ascii_uppercase();
                    let takes_value = before.ends_with(['=', '<', '>'])
                        || [" LIKE", " ILIKE", " LIMIT", " OFFSET", " AND", " BETWEEN"]
                            .iter()
                            .any(|word| before.ends_with(word));
                    if !takes_value
                        || after
                            .starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '\'' || c == '"')
                    {
                        return None;
                    }
                    sql.push_str("%s");
                }
                values.push(value.clone());
            }
        }
        at += 1;
    }
    // A quote left open means that a value stands inside a longer text.
    (!values.is_empty() && sql.matches('\'').count().is_multiple_of(2)).then_some((sql, values))
}

/// A redirect behind Django's own check, with the site's root as the way out.
fn redirect(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || -> Option<Vec<Edit>> {
        let place = span_of(finding)?;
        let sheet = bench.sheet(place.file)?;
        let call = call_at(sheet, place)?;
        // Where Django redirects to what a method returned, no call takes the address.
        let callee = sheet.source(&*call.func).rsplit('.').next()?;
        callee.to_ascii_lowercase().contains("redirect").then_some(())?;
        let target = positional(call, 0)?;
        let request = request_near(sheet, place)?;
        let statement = innermost(sheet, place)?;
        let start = statement.start().to_usize();
        sheet.is_first_on_line(start).then_some(())?;
        let old = bench.project.django.is_known()
            && bench.project.django.possible().iter().all(|series| *series < Series::V3_0);
        let check = if old { "is_safe_url" } else { "url_has_allowed_host_and_scheme" };
        let (check, import) = import_name(sheet, "django.utils.http", check)?;
        let (indent, step) = (sheet.indentation(start).to_owned(), sheet.step());
        let mut lines = Vec::new();
        let name = match target {
            Expr::Name(name) => name.id.to_string(),
            _ => {
                // As it was written: only what is new follows the file's quotes.
                lines.push(format!("redirect_to = {}", sheet.source(target)));
                "redirect_to".to_owned()
            }
        };
        lines.push(format!("if not {check}({name}, allowed_hosts={{{request}.get_host()}}):"));
        lines.push(format!("{step}{name} = {}", sheet.in_style("\"/\"")));
        let newline = sheet.newline();
        let text: String = lines.iter().map(|line| format!("{line}{newline}{indent}")).collect();
        let mut edits = vec![sheet.insert(start, text)];
        if !matches!(target, Expr::Name(_)) {
            edits.push(sheet.replace(target, name));
        }
        edits.extend(import);
        Some(edits)
    };
    edit().and_then(|edits| fix("Send visitors to this site only", NeedsReview, edits)).into_iter().collect()
}

/// What the request is called where the call stands: a parameter of the function, or the view's attribute.
fn request_near(sheet: Sheet<'_>, place: Span) -> Option<&'static str> {
    let function = function_around(sheet, place)?;
    let parameters: Vec<&str> =
        function.parameters.iter().map(|parameter| parameter.name().as_str()).collect();
    if parameters.contains(&"request") {
        return Some("request");
    }
    let found = function_at(sheet, sheet.span(function.name.range()))?;
    (parameters.first() == Some(&"self") && found.class.is_some() && sheet.text().contains("self.request"))
        .then_some("self.request")
}

/// The innermost function around a place.
fn function_around(sheet: Sheet<'_>, place: Span) -> Option<&StmtFunctionDef> {
    struct Search<'a> {
        place: Span,
        found: Option<&'a StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Search<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if covers(statement, self.place) {
                if let Stmt::FunctionDef(function) = statement {
                    self.found = Some(function);
                }
                walk_stmt(self, statement);
            }
        }
    }
    let mut search = Search { place, found: None };
    search.visit_body(&sheet.syntax.body);
    search.found
}

/// The innermost statement around a place.
fn innermost(sheet: Sheet<'_>, place: Span) -> Option<&Stmt> {
    struct Search<'a> {
        place: Span,
        found: Option<&'a Stmt>,
    }
    impl<'a> Visitor<'a> for Search<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if covers(statement, self.place) {
                self.found = Some(statement);
                walk_stmt(self, statement);
            }
        }
    }
    let mut search = Search { place, found: None };
    search.visit_body(&sheet.syntax.body);
    // The head of an `elif` is no place for lines before it.
    search.found.filter(|statement| matches!(statement, Stmt::Return(_) | Stmt::Assign(_) | Stmt::Expr(_)))
}

fn covers(piece: &impl Ranged, place: Span) -> bool {
    piece.start().to_u32() <= place.start && place.end <= piece.end().to_u32()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(all: &[Piece]) -> Option<(String, Vec<String>)> {
        parameters(all)
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn value(name: &str) -> Piece {
        Piece::Value(name.to_owned())
    }

    #[test]
    fn values_become_parameters_and_names_do_not() {
        let query = [
            text("SELECT 1 WHERE a = '"),
            value("a"),
            text("' AND b > "),
            value("b"),
            text(" AND c LIKE '50%'"),
        ];
        let (built, values) = sql(&query).unwrap();
        assert_eq!(built, "SELECT 1 WHERE a = %s AND b > %s AND c LIKE '50%%'");
        assert_eq!(values, ["a", "b"]);
        assert!(sql(&[text("SELECT * FROM "), value("table")]).is_none());
        assert!(sql(&[text("SELECT 1 WHERE a LIKE '%"), value("a"), text("%'")]).is_none());
        assert!(sql(&[text("SELECT 1 WHERE a = "), value("prefix"), text("_name")]).is_none());
    }

    #[test]
    fn percent_and_braces_are_taken_apart_only_when_plain() {
        let shape = |pieces: Option<Vec<Piece>>| {
            pieces.map(|pieces| {
                let shown = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Value(value) => format!("<{value}>"),
                });
                shown.collect::<String>()
            })
        };
        assert_eq!(shape(percent("a %s 100%% %d", &["x", "y"])).unwrap(), "a <x> 100% <y>");
        assert_eq!(shape(braces("a {} {1}", &["x", "y"])).unwrap(), "a <x> <y>");
        assert!(percent("%5.2f", &["x"]).is_none());
        assert!(percent("%s %s", &["x"]).is_none());
        assert!(braces("{:>4}", &["x"]).is_none());
        assert!(braces("{name}", &["x"]).is_none());
    }
}
