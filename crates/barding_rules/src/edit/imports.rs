//! Imports: reused where they are there, and put where they belong where they are not.

use super::{Sequence, Sheet};
use barding_finding::Edit;
use ruff_python_ast::{Expr, Stmt, StmtImportFrom};
use ruff_text_size::Ranged;
use std::ops::Range;

/// What `import module` is called in this file, and the edit that brings it when it is not imported yet. `None` when the
/// name means something else here.
pub(crate) fn import_module(sheet: Sheet<'_>, module: &str) -> Option<(String, Option<Edit>)> {
    for statement in leading(sheet) {
        let Stmt::Import(import) = statement else { continue };
        for alias in &import.names {
            if alias.name.as_str() == module {
                let name = alias.asname.as_ref().map_or(module, |name| name.as_str());
                return Some((name.to_owned(), None));
            }
        }
    }
    if is_bound(sheet, module.split('.').next().unwrap_or(module)) {
        return None;
    }
    Some((module.to_owned(), Some(new_import(sheet, module, &format!("import {module}"), true))))
}

/// What `from module import name` is called in this file, and the edit that brings it when it is not imported yet. `None`
/// when the name means something else here.
pub(crate) fn import_name(sheet: Sheet<'_>, module: &str, name: &str) -> Option<(String, Option<Edit>)> {
    let from = leading(sheet).filter_map(|statement| match statement {
        Stmt::ImportFrom(from) if from.level == 0 && from.module.as_deref() == Some(module) => Some(from),
        _ => None,
    });
    let mut extended = None;
    for from in from {
        for alias in &from.names {
            if alias.name.as_str() == name {
                let known = alias.asname.as_ref().unwrap_or(&alias.name);
                return Some((known.to_string(), None));
            }
        }
        if extended.is_none() && from.names.iter().all(|alias| alias.name.as_str() != "*") {
            extended = Some(from);
        }
    }
    // `from django.utils import html` gives `html.format_html` as well.
    if let Some((parent, last)) = module.rsplit_once('.') {
        for statement in leading(sheet) {
            let Stmt::ImportFrom(from) = statement else { continue };
            if from.level == 0
                && from.module.as_deref() == Some(parent)
                && let Some(alias) = from.names.iter().find(|alias| alias.name.as_str() == last)
            {
                let known = alias.asname.as_ref().unwrap_or(&alias.name);
                return Some((format!("{known}.{name}"), None));
            }
        }
    }
    if is_bound(sheet, name) {
        return None;
    }
    let edit = extended
        .and_then(|from| extend(sheet, from, name))
        .unwrap_or_else(|| new_import(sheet, module, &format!("from {module} import {name}"), false));
    Some((name.to_owned(), Some(edit)))
}

/// The imports a file begins with, past its docstring, also those after a first constant or condition.
fn leading<'a>(sheet: Sheet<'a>) -> impl Iterator<Item = &'a Stmt> {
    sheet.syntax.body.iter().filter(|statement| matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_)))
}

/// Whether the module gives the name a meaning of its own at its top.
fn is_bound(sheet: Sheet<'_>, name: &str) -> bool {
    sheet.syntax.body.iter().any(|statement| match statement {
        Stmt::FunctionDef(function) => function.name.as_str() == name,
        Stmt::ClassDef(class) => class.name.as_str() == name,
        Stmt::Assign(assign) => {
            assign.targets.iter().any(|target| matches!(target, Expr::Name(own) if own.id == name))
        }
        Stmt::AnnAssign(assign) => matches!(&*assign.target, Expr::Name(own) if own.id == name),
        Stmt::Import(import) => import.names.iter().any(|alias| match &alias.asname {
            Some(own) => own.as_str() == name,
            None => alias.name.split('.').next() == Some(name),
        }),
        Stmt::ImportFrom(from) => {
            from.names.iter().any(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str() == name)
        }
        _ => false,
    })
}

/// Adds a name to an import of the same module: in its order when it has one, else at the end.
fn extend(sheet: Sheet<'_>, from: &StmtImportFrom, name: &str) -> Option<Edit> {
    const LONGEST_LINE: usize = 88;
    let items: Vec<Range<usize>> =
        from.names.iter().map(|alias| alias.start().to_usize()..alias.end().to_usize()).collect();
    let names: Vec<&str> = from.names.iter().map(|alias| alias.name.as_str()).collect();
    let sorted = names.is_sorted_by_key(|name| name.to_lowercase());
    let index = match sorted {
        true => names.iter().filter(|own| own.to_lowercase() < name.to_lowercase()).count(),
        false => names.len(),
    };
    let end = from.end().to_usize();
    if sheet.text()[..end].ends_with(')') {
        let first = items.first()?.start;
        let open = sheet.text()[..first].rfind('(')? + 1;
        let mut edits = Sequence::of_names(sheet, open, end - 1, items)?.insert(index, name);
        return if edits.len() == 1 { edits.pop() } else { None };
    }
    let line = sheet.line_end(end) - sheet.line_start(from.start().to_usize());
    if line + name.len() + 2 > LONGEST_LINE {
        return None;
    }
    Some(match index {
        0 => sheet.insert(items.first()?.start, format!("{name}, ")),
        _ => sheet.insert(items[index - 1].end, format!(", {name}")),
    })
}

/// The three sections of imports, in their usual order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Future,
    Standard,
    Others,
    Local,
}

fn section(module: &str, level: u32) -> Section {
    const STANDARD: &[&str] = &[
        "abc",
        "argparse",
        "ast",
        "asyncio",
        "base64",
        "collections",
        "concurrent",
        "configparser",
        "contextlib",
        "copy",
        "csv",
        "dataclasses",
        "datetime",
        "decimal",
        "email",
        "enum",
        "functools",
        "glob",
        "hashlib",
        "hmac",
        "html",
        "http",
        "importlib",
        "inspect",
        "io",
        "ipaddress",
        "itertools",
        "json",
        "locale",
        "logging",
        "math",
        "mimetypes",
        "multiprocessing",
        "operator",
        "os",
        "pathlib",
        "pickle",
        "platform",
        "pprint",
        "queue",
        "random",
        "re",
        "secrets",
        "shlex",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlite3",
        "ssl",
        "stat",
        "string",
        "struct",
        "subprocess",
        "sys",
        "tempfile",
        "textwrap",
        "threading",
        "time",
        "traceback",
        "types",
        "typing",
        "unittest",
        "urllib",
        "uuid",
        "warnings",
        "xml",
        "zipfile",
        "zoneinfo",
    ];
    let first = module.split('.').next().unwrap_or(module);
    match (level, first) {
        (1.., _) => Section::Local,
        (_, "__future__") => Section::Future,
        _ if STANDARD.contains(&first) => Section::Standard,
        _ => Section::Others,
    }
}

/// A new line with an import, in its section and in order: plain imports before `from`, by name.
fn new_import(sheet: Sheet<'_>, module: &str, line: &str, is_plain: bool) -> Edit {
    let newline = sheet.newline();
    let own = (section(module, 0), !is_plain, module.to_lowercase());
    // Only the block of imports at the beginning: later ones stand there for a reason.
    let mut body = sheet.syntax.body.iter().peekable();
    while body.next_if(|statement| is_docstring(statement)).is_some() {}
    let after_docstring = sheet.syntax.body.iter().take_while(|statement| is_docstring(statement)).last();
    let mut block: Vec<((Section, bool, String), &Stmt)> = Vec::new();
    for statement in body {
        let key = match statement {
            Stmt::Import(import) => {
                let name = import.names.first().map_or("", |alias| alias.name.as_str());
                (section(name, 0), false, name.to_lowercase())
            }
            Stmt::ImportFrom(from) => {
                let name = from.module.as_deref().unwrap_or_default();
                (section(name, from.level), true, name.to_lowercase())
            }
            _ => break,
        };
        block.push((key, statement));
    }
    let after = block.iter().rev().find(|(key, _)| *key < own);
    let after = match after {
        Some((key, _)) if key.0 == own.0 => after,
        // No lesser one in the section: in front of the section's first, or behind the last lesser section.
        _ => match block.iter().find(|(key, _)| key.0 == own.0) {
            Some((_, first)) => {
                return sheet.insert(sheet.line_start(first.start().to_usize()), format!("{line}{newline}"));
            }
            None => after,
        },
    };
    match (after, block.first(), after_docstring) {
        (Some((key, last)), _, _) => {
            let at = sheet.next_line(last.end().to_usize());
            let gap = if key.0 == own.0 { "" } else { newline };
            let first = if sheet.text()[..at].ends_with('\n') { "" } else { newline };
            sheet.insert(at, format!("{first}{gap}{line}{newline}"))
        }
        (None, Some((key, first)), _) => {
            let gap = if key.0 == own.0 { "" } else { newline };
            sheet.insert(sheet.line_start(first.start().to_usize()), format!("{line}{newline}{gap}"))
        }
        (None, None, Some(docstring)) => {
            let at = sheet.next_line(docstring.end().to_usize());
            sheet.insert(at, format!("{newline}{line}{newline}"))
        }
        (None, None, None) => {
            let mut at = 0;
            // Comments at the very top (the encoding, a licence) stay on top.
            while sheet.text()[at..].starts_with('#') {
                at = sheet.next_line(at);
            }
            let gap = match sheet.syntax.body.first() {
                Some(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) => format!("{newline}{newline}"),
                _ => newline.to_owned(),
            };
            sheet.insert(at, format!("{line}{newline}{gap}"))
        }
    }
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(expression) if matches!(*expression.value, Expr::StringLiteral(_)))
}
