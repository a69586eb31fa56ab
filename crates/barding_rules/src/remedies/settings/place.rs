//! Where a setting is changed: at the line that decides it, in the production module when others share that line, or as a
//! new line of the production module.

use super::super::bench::Bench;
use super::environment::imported;
use crate::edit::{Assigned, Sheet, append_statement, assignment, remove};
use barding_finding::Edit;
use barding_project::{SettingsModule, SettingsRole};
use barding_source::{FileId, Span};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;
use std::collections::BTreeSet;

/// The simple assignment that decides a setting, with the file it stands in.
pub(in super::super) fn decided<'b>(
    bench: &'b Bench<'_>,
    settings: &SettingsModule,
    name: &str,
) -> Option<(Sheet<'b>, Assigned<'b>)> {
    let place = settings.values.get(name)?.decided_at()?.place;
    let sheet = bench.sheet(place.file)?;
    let assigned = assignment(sheet, place, name)?;
    Some((sheet, assigned))
}

/// Every simple assignment in the history of a setting, the deciding one first.
pub(in super::super) fn history<'b>(
    bench: &'b Bench<'_>,
    settings: &SettingsModule,
    name: &str,
) -> Vec<(Sheet<'b>, Assigned<'b>)> {
    let Some(set) = settings.values.get(name) else { return Vec::new() };
    let mut places: Vec<Span> = set.history.iter().rev().map(|line| line.place).collect();
    places.dedup();
    places
        .into_iter()
        .take(16)
        .filter_map(|place| {
            let sheet = bench.sheet(place.file)?;
            Some((sheet, assignment(sheet, place, name)?))
        })
        .collect()
}

/// Whether a development or test module reads the file too, so that a change there would reach it.
fn is_shared(bench: &Bench<'_>, settings: &SettingsModule, place: Span) -> bool {
    if place.file == settings.file {
        return false;
    }
    // An audit evaluates only the modules it judges, so the imports of the others are followed here.
    bench.project.discovery.modules.iter().any(|other| {
        matches!(other.role, SettingsRole::Development | SettingsRole::Test)
            && other.name != settings.name
            && (other.file == place.file || reads(bench, other.file, place.file))
    })
}

/// Whether a file takes all of another's names, by way of star imports.
fn reads(bench: &Bench<'_>, file: FileId, wanted: FileId) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        if !seen.insert(file) {
            continue;
        }
        let Some(sheet) = bench.sheet(file) else { continue };
        for statement in &sheet.syntax.body {
            let Stmt::ImportFrom(from) = statement else { continue };
            let is_star = from.names.first().is_some_and(|alias| alias.name.as_str() == "*");
            if let Some(found) = imported(bench, sheet, from).filter(|_| is_star) {
                open.push(found);
            }
        }
    }
    file != wanted && seen.contains(&wanted)
}

/// Gives a setting a value. `code` is Python in double quotes.
pub(in super::super) fn set(
    bench: &Bench<'_>,
    settings: &SettingsModule,
    name: &str,
    code: &str,
) -> Option<Vec<Edit>> {
    let place = settings.values.get(name).and_then(|value| value.decided_at()).map(|line| line.place);
    if let Some(place) = place
        && !is_shared(bench, settings, place)
        && let Some((sheet, assigned)) = decided(bench, settings, name)
    {
        return Some(vec![sheet.replace(assigned.value, indented(sheet, assigned.statement, code))]);
    }
    add(bench, settings, &format!("{name} = {code}"))
}

/// Adds lines to a settings module: at the end of the file, or of the class for django-configurations.
pub(in super::super) fn add(bench: &Bench<'_>, settings: &SettingsModule, code: &str) -> Option<Vec<Edit>> {
    let sheet = bench.sheet(settings.file)?;
    let Some((_, class)) = settings.name.split_once(':') else {
        return Some(vec![append_statement(sheet, code)]);
    };
    let class = sheet.syntax.body.iter().find_map(|statement| match statement {
        Stmt::ClassDef(found) if found.name.as_str() == class => Some(found),
        _ => None,
    })?;
    let last = class.body.last()?;
    let indent = sheet.indentation(class.body.first()?.start().to_usize());
    let end = sheet.line_end(last.end().to_usize());
    let lines: String =
        sheet.in_style(code).lines().map(|line| format!("{}{indent}{line}", sheet.newline())).collect();
    Some(vec![sheet.insert(end, lines)])
}

/// Takes a setting back to Django's default: its line goes when it is the only one and nobody shares it; otherwise the
/// default is written out.
pub(in super::super) fn reset(
    bench: &Bench<'_>,
    settings: &SettingsModule,
    name: &str,
    default: Option<&str>,
) -> Option<Vec<Edit>> {
    let value = settings.values.get(name)?;
    let place = value.decided_at()?.place;
    if value.history.len() == 1
        && !is_shared(bench, settings, place)
        && let Some((sheet, assigned)) = decided(bench, settings, name)
        && !is_read(sheet, name, assigned.statement)
    {
        return Some(vec![remove(sheet, &assigned)?]);
    }
    set(bench, settings, name, default?)
}

/// Whether something else in the file reads the name, so that its line cannot simply go.
fn is_read(sheet: Sheet<'_>, name: &str, statement: &Stmt) -> bool {
    let text = sheet.text();
    let range = statement.range();
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    text.match_indices(name).any(|(at, _)| {
        let bytes = text.as_bytes();
        let alone = !is_word(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_word(bytes.get(at + name.len()));
        alone && !(range.start().to_usize() <= at && at < range.end().to_usize())
    })
}

/// Code of several lines, moved in as far as the statement it goes into.
pub(in super::super) fn indented(sheet: Sheet<'_>, statement: &Stmt, code: &str) -> String {
    let indent = sheet.indentation(statement.start().to_usize());
    sheet.in_style(&code.replace('\n', &format!("\n{indent}")))
}

/// The text of a string literal that is one piece, without prefix.
pub(in super::super) fn plain_text<'a>(sheet: Sheet<'_>, expr: &'a Expr) -> Option<&'a str> {
    let Expr::StringLiteral(literal) = expr else { return None };
    let source = sheet.source(expr);
    (source.starts_with(['"', '\'']) && literal.value.iter().count() == 1).then(|| literal.value.to_str())
}

/// A string literal with another text, in its own quotes.
pub(in super::super) fn retext(sheet: Sheet<'_>, expr: &Expr, text: &str) -> Option<Edit> {
    plain_text(sheet, expr)?;
    let source = sheet.source(expr);
    let quote = source.chars().next()?;
    if source.starts_with("\"\"\"") || source.starts_with("'''") || text.contains([quote, '\\', '\n']) {
        return None;
    }
    Some(sheet.replace(expr, format!("{quote}{text}{quote}")))
}
