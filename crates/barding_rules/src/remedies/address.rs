//! The remedy for the address that every robot knows: the admin's, moved to the environment.

use super::Remedy;
use super::bench::{Bench, fix, span_of};
use super::settings::environment::{Reader, example, variable};
use crate::edit::{argument, call_at, positional};
use barding_finding::FixSafety::NeedsReview;
use barding_finding::{Finding, Fix};
use barding_project::Value;
use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    (rule == "admin-at-default-url").then_some(admin)
}

/// What holds where the environment names no address.
const OTHER: &str = "backstage/";

/// The pattern comes from the environment. Nothing is done where a setting names the old address, for it would lead nowhere.
fn admin(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edits = || {
        let is_named = ["LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL"].into_iter().any(|name| {
            bench.project.settings.iter().any(|settings| {
                let value = settings.get(name).value().and_then(Value::text);
                value.is_some_and(|address| address.starts_with("/admin"))
            })
        });
        let place = span_of(finding).filter(|_| !is_named)?;
        let sheet = bench.sheet(place.file)?;
        let call = call_at(sheet, place)?;
        let pattern =
            positional(call, 0).or_else(|| argument(call, "route")).or_else(|| argument(call, "regex"))?;
        let Expr::StringLiteral(text) = pattern else { return None };
        let before = match text.value.to_str() {
            "admin/" => "",
            "^admin/" => "\"^\" + ",
            _ => return None,
        };
        let statement =
            sheet.syntax.body.iter().find(|statement| statement.range().contains_range(call.range()))?;
        let reader = Reader::of(bench, sheet, statement.start().to_usize())?;
        let name = variable(bench.project.settings.first(), "ADMIN_PATH");
        let code = format!("{before}{}", reader.text_or(&name, OTHER));
        let mut edits = vec![sheet.replace(pattern, sheet.in_style(&code))];
        let comment = "Where the admin answers: an address of your own, with `/` at its end";
        edits.extend(example(bench, sheet.file.id, &name, OTHER, comment));
        edits.extend(reader.import());
        Some(edits)
    };
    let title = "Read the admin's address from the environment; bookmarks and links written as /admin/ end";
    edits().and_then(|edits| fix(title, NeedsReview, edits)).into_iter().collect()
}
