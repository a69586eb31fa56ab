//! Secrets in the settings, moved to the environment.

use super::super::Remedy;
use super::super::bench::{Bench, fix, span_of};
use super::dictionary::entry;
use super::environment::{Reader, example, variable};
use super::place::{decided, history, plain_text};
use super::table::found_setting;
use super::values::in_each;
use crate::edit::{Sheet, append_statement};
use barding_finding::FixSafety::NeedsReview;
use barding_finding::{Edit, Finding, Fix};
use barding_project::SettingsModule;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "secret-key-hardcoded" | "secret-key-weak" => secret_key,
        "credential-hardcoded" => credential,
        "database-password-hardcoded" => database_password,
        "secret-in-source" => in_source,
        _ => return None,
    })
}

const KEY: &str = "A key of its own for each site; `barding generate secret-key` makes one";
const CREDENTIAL: &str = "A secret: replace the one that stood in the source, which stays in the history";

fn secret_key(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Read SECRET_KEY from the environment", |settings| {
        let lines = history(bench, settings, "SECRET_KEY");
        match lines.into_iter().find(|(sheet, line)| literal_in(*sheet, line.value).is_some()) {
            Some((sheet, line)) => {
                // A default of a reader is replaced with the reader; a literal alone as well.
                moved(
                    bench,
                    Some(settings),
                    sheet,
                    line.value,
                    line.value.start().to_usize(),
                    "SECRET_KEY",
                    KEY,
                )
            }
            None if !settings.values.contains_key("SECRET_KEY") => {
                let sheet = bench.sheet(settings.file)?;
                let reader = Reader::of(bench, sheet, sheet.text().len())?;
                let name = variable(Some(settings), "SECRET_KEY");
                let mut edits =
                    vec![append_statement(sheet, &format!("SECRET_KEY = {}", reader.text(&name)))];
                edits.extend(example(bench, sheet.file.id, &name, "", KEY));
                edits.extend(reader.import());
                Some(edits)
            }
            None => None,
        }
    })
}

fn credential(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let modules = bench.settings_of(finding);
    let name =
        modules.first().and_then(|settings| found_setting(finding, settings)).unwrap_or("the credential");
    in_each(finding, bench, &format!("Read {name} from the environment"), |settings| {
        let name = found_setting(finding, settings)?;
        let (sheet, line) = decided(bench, settings, name)?;
        literal_in(sheet, line.value)?;
        moved(bench, Some(settings), sheet, line.value, line.value.start().to_usize(), name, CREDENTIAL)
    })
}

/// The text a value is, or the text a reader of the environment falls back to.
fn literal_in<'a>(sheet: Sheet<'_>, value: &'a Expr) -> Option<&'a Expr> {
    match value {
        Expr::StringLiteral(_) => Some(value),
        Expr::Call(call) => {
            let func = sheet.source(&*call.func);
            let is_reader = ["environ", "getenv", "env", "config"]
                .iter()
                .any(|word| func.to_ascii_lowercase().contains(word));
            let default = crate::edit::argument(call, "default").or_else(|| crate::edit::positional(call, 1));
            default.filter(|default| is_reader && matches!(default, Expr::StringLiteral(_)))
        }
        _ => None,
    }
}

/// The name of the variable that a reader asks for, so that it stays the same.
fn asked_for(sheet: Sheet<'_>, value: &Expr) -> Option<String> {
    let Expr::Call(call) = value else { return None };
    crate::edit::positional(call, 0).and_then(|name| plain_text(sheet, name)).map(str::to_owned)
}

/// Puts the reading of a variable in the place of a value.
fn moved(
    bench: &Bench<'_>,
    settings: Option<&SettingsModule>,
    sheet: Sheet<'_>,
    value: &Expr,
    at: usize,
    name: &str,
    comment: &str,
) -> Option<Vec<Edit>> {
    let reader = Reader::of(bench, sheet, at)?;
    let name = asked_for(sheet, value).unwrap_or_else(|| variable(settings, name));
    let mut edits = vec![sheet.replace(value, sheet.in_style(&reader.text(&name)))];
    edits.extend(example(bench, sheet.file.id, &name, "", comment));
    edits.extend(reader.import());
    Some(edits)
}

/// The passwords of every database that is written out.
fn database_password(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    in_each(finding, bench, "Read the database password from the environment", |settings| {
        let mut edits = Vec::new();
        for (sheet, line) in history(bench, settings, "DATABASES") {
            let Expr::Dict(databases) = line.value else { continue };
            for item in &databases.items {
                let Expr::Dict(database) = &item.value else { continue };
                let alias = item.key.as_ref().and_then(|key| plain_text(sheet, key)).unwrap_or("default");
                let Some((_, password)) = entry(sheet, database, "PASSWORD") else { continue };
                let is_written = literal_in(sheet, password).is_some_and(|text| sheet.source(text).len() > 2);
                if is_written {
                    let name = match alias {
                        "default" => "DATABASE_PASSWORD".to_owned(),
                        alias => format!("DATABASE_{}_PASSWORD", word(alias)),
                    };
                    let at = line.value.start().to_usize();
                    edits.extend(moved(bench, Some(settings), sheet, password, at, &name, CREDENTIAL)?);
                }
            }
        }
        Some(edits)
    })
}

/// A secret anywhere in the code: the literal that holds it, when it is all that the literal is and has a name.
fn in_source(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || -> Option<Fix> {
        let place = span_of(finding)?;
        let sheet = bench.sheet(place.file)?;
        let (value, name) = named_literal(&sheet.syntax.body, place.start, place.end)?;
        plain_text(sheet, value)?;
        let name = word(&name);
        let statement =
            sheet.syntax.body.iter().find(|statement| statement.range().contains_range(value.range()))?;
        let settings = bench.project.settings.iter().find(|settings| settings.file == place.file);
        let edits = moved(bench, settings, sheet, value, statement.start().to_usize(), &name, CREDENTIAL)?;
        fix(format!("Read {name} from the environment"), NeedsReview, edits)
    };
    edit().into_iter().collect()
}

/// The string literal over those bytes and what it is called: the name it is assigned to, its key, or its argument.
fn named_literal(block: &[Stmt], start: u32, end: u32) -> Option<(&Expr, String)> {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_keyword, walk_stmt};
    struct Search<'a> {
        start: u32,
        end: u32,
        name: Option<String>,
        found: Option<(&'a Expr, String)>,
    }
    impl<'a> Visitor<'a> for Search<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            let target = match statement {
                Stmt::Assign(assign) => assign.targets.first(),
                Stmt::AnnAssign(assign) => Some(&*assign.target),
                _ => None,
            };
            self.name = match target {
                Some(Expr::Name(name)) => Some(name.id.to_string()),
                Some(Expr::Attribute(attribute)) => Some(attribute.attr.to_string()),
                _ => None,
            };
            walk_stmt(self, statement);
        }

        fn visit_keyword(&mut self, keyword: &'a ruff_python_ast::Keyword) {
            let outer = self.name.clone();
            if let Some(name) = &keyword.arg {
                self.name = Some(name.to_string());
            }
            walk_keyword(self, keyword);
            self.name = outer;
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            if self.found.is_some() {
                return;
            }
            if let Expr::Dict(dict) = expr {
                let outer = self.name.clone();
                for item in &dict.items {
                    if let Some(Expr::StringLiteral(key)) = &item.key {
                        self.name = Some(key.value.to_str().to_owned());
                    }
                    self.visit_expr(&item.value);
                    self.name.clone_from(&outer);
                }
                return;
            }
            if let Expr::Call(call) = expr
                && let [Expr::StringLiteral(_), rest @ ..] = &*call.arguments.args
                && rest.iter().any(|argument| {
                    argument.start().to_u32() <= self.start && self.end <= argument.end().to_u32()
                })
            {
                // What a reader of the project's own falls back to: only the project knows what it is without.
                return;
            }
            let covers = expr.start().to_u32() <= self.start && self.end <= expr.end().to_u32();
            if matches!(expr, Expr::StringLiteral(_)) && covers {
                // A part of a longer text is not the secret alone.
                let rest = (self.start - expr.start().to_u32()) + (expr.end().to_u32() - self.end);
                if rest <= 6
                    && let Some(name) = &self.name
                {
                    self.found = Some((expr, name.clone()));
                }
                return;
            }
            walk_expr(self, expr);
        }
    }
    let mut search = Search { start, end, name: None, found: None };
    search.visit_body(block);
    search.found
}

/// A name as variables are spelled.
fn word(name: &str) -> String {
    let word: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("SECRET_{word}") } else { word }
}
