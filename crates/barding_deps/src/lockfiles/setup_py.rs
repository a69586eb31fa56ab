//! `setup.py`, read and never run: literal lists in the call of `setup()`, directly or through a name that is assigned
//! once at module level.

use super::Format;
use super::requirements::is_development_word;
use crate::Group;
use crate::manifest::{Reading, Role};
use crate::requirement;
use barding_source::SourceFile;
use camino::Utf8Path;
use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_text_size::Ranged;
use std::collections::BTreeMap;

pub(crate) static FORMAT: Format = Format { name: "setup.py", role: Role::Wishes, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["setup.py"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    // Django projects have modules called setup.py that set up something else.
    if !file.text.contains("setup(") {
        return;
    }
    // A hostile file could nest deeper than a walk of its tree, or dropping it, has stack for.
    if nesting(&file.text) > 200 || file.text.len() > 1_000_000 {
        reading.problem(0, 0, "too deeply nested or too long to be read");
        return;
    }
    let parsed = ruff_python_parser::parse_unchecked(
        &file.text,
        ruff_python_parser::ParseOptions::from(ruff_python_parser::Mode::Module),
    );
    let ruff_python_ast::Mod::Module(module) = parsed.syntax() else { return };
    let names = assigned_once(module);
    for statement in &module.body {
        setup_call(statement, &names, &file.text, reading, 0);
    }
}

fn nesting(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut run = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // Chains of unary or binary operators and attributes nest as well.
        run = match byte {
            b'-' | b'~' | b'+' | b'.' | b'*' => run + 1,
            b'\n' => 0,
            _ => run,
        };
        deepest = deepest.max(depth).max(run / 20);
    }
    deepest
}

type Names<'a> = BTreeMap<&'a str, &'a Expr>;

fn assigned_once(module: &ModModule) -> Names<'_> {
    let mut names = Names::new();
    let mut twice = Vec::new();
    for statement in &module.body {
        let (target, value) = match statement {
            Stmt::Assign(assign) if assign.targets.len() == 1 => (&assign.targets[0], &*assign.value),
            Stmt::AnnAssign(assign) => match &assign.value {
                Some(value) => (&*assign.target, &**value),
                None => continue,
            },
            _ => continue,
        };
        if let Expr::Name(name) = target
            && names.insert(name.id.as_str(), value).is_some()
        {
            twice.push(name.id.as_str());
        }
    }
    for name in twice {
        names.remove(name);
    }
    names
}

fn setup_call(statement: &Stmt, names: &Names<'_>, text: &str, reading: &mut Reading, depth: usize) {
    match statement {
        Stmt::Expr(expression) => {
            let Expr::Call(call) = &*expression.value else { return };
            let is_setup = match &*call.func {
                Expr::Name(name) => name.id == "setup",
                Expr::Attribute(attribute) => attribute.attr.as_str() == "setup",
                _ => false,
            };
            if !is_setup {
                return;
            }
            for keyword in &call.arguments.keywords {
                let Some(name) = &keyword.arg else { continue };
                let group = match name.as_str() {
                    "install_requires" => Group::Main,
                    "setup_requires" => Group::Development("build".to_owned()),
                    "tests_require" => Group::Development("test".to_owned()),
                    "extras_require" => {
                        extras(&keyword.value, names, text, reading);
                        continue;
                    }
                    _ => continue,
                };
                list(&keyword.value, &group, names, text, reading, 0);
            }
        }
        Stmt::If(branch) if depth < 5 => {
            for statement in &branch.body {
                setup_call(statement, names, text, reading, depth + 1);
            }
        }
        Stmt::FunctionDef(function) if depth < 5 => {
            for statement in &function.body {
                setup_call(statement, names, text, reading, depth + 1);
            }
        }
        _ => {}
    }
}

fn extras(value: &Expr, names: &Names<'_>, text: &str, reading: &mut Reading) {
    let value = match value {
        Expr::Name(name) => names.get(name.id.as_str()).copied().unwrap_or(value),
        other => other,
    };
    let Expr::Dict(dict) = value else { return };
    for item in &dict.items {
        let Some(Expr::StringLiteral(key)) = &item.key else { continue };
        let name = key.value.to_str();
        let group = if is_development_word(&name.to_ascii_lowercase()) {
            Group::Development(name.to_owned())
        } else {
            Group::Optional(name.to_owned())
        };
        list(&item.value, &group, names, text, reading, 0);
    }
}

fn list(value: &Expr, group: &Group, names: &Names<'_>, text: &str, reading: &mut Reading, depth: usize) {
    if depth > 10 {
        return;
    }
    match value {
        Expr::Name(name) => {
            if let Some(value) = names.get(name.id.as_str()) {
                list(value, group, names, text, reading, depth + 1);
            } else {
                not_literal(value, reading);
            }
        }
        Expr::List(items) => items.elts.iter().for_each(|item| one(item, group, text, reading)),
        Expr::Tuple(items) => items.elts.iter().for_each(|item| one(item, group, text, reading)),
        Expr::BinOp(sum) => {
            list(&sum.left, group, names, text, reading, depth + 1);
            list(&sum.right, group, names, text, reading, depth + 1);
        }
        Expr::StringLiteral(_) => one(value, group, text, reading),
        _ => not_literal(value, reading),
    }
}

fn not_literal(value: &Expr, reading: &mut Reading) {
    let range = value.range();
    reading.problem(
        range.start().to_u32(),
        range.end().to_u32(),
        "these requirements are computed when setup.py runs, so they were not read",
    );
}

fn one(item: &Expr, group: &Group, text: &str, reading: &mut Reading) {
    let Expr::StringLiteral(literal) = item else {
        not_literal(item, reading);
        return;
    };
    let range = item.range();
    let value = literal.value.to_str();
    let start = range.start().to_u32();
    let raw = text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
    for line in value.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let lead = raw.find(line);
        match requirement::read(line, reading.manifest.file, start + lead.unwrap_or(0) as u32) {
            Some(mut package) => {
                if lead.is_none() {
                    package.version_place = None;
                }
                package.place = reading.span(start, range.end().to_u32());
                package.group = group.clone();
                package.direct = Some(true);
                reading.add(package);
            }
            None => {
                let shown: String = line.chars().take(60).collect();
                reading.problem(
                    start,
                    range.end().to_u32(),
                    format!("`{shown}` is not a requirement (PEP 508)"),
                );
            }
        }
    }
}
