//! The holes of templates that print a value unescaped, by the name a view renders them under: those of the template
//! itself, of the templates it includes and of those it extends. The flows ask what views put into them.

use super::expression::unquoted;
use super::{Escaping, HtmlContext, Template, TemplateContent, Templates, Variable};
use barding_source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A place where a template prints a value as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hole {
    /// `{{ … }}`
    pub place: Span,
    /// What it prints, as a path into the context: `form.title`, `items.*.name`.
    pub path: String,
}

/// How many templates deep includes and inheritance are followed.
const DEEPEST: usize = 5;
/// More holes under one name are not followed.
const MOST_HOLES: usize = 256;

impl Templates {
    /// The raw holes that rendering a template fills, by the template's name.
    pub fn raw_holes(&self) -> BTreeMap<String, Vec<Hole>> {
        let mut holes = BTreeMap::new();
        for (name, indices) in &self.by_name {
            let mut found = BTreeSet::new();
            for index in indices {
                self.collect(&self.list[*index], &BTreeMap::new(), DEEPEST, &mut found);
            }
            if !found.is_empty() {
                holes.insert(name.clone(), found.into_iter().collect());
            }
        }
        holes
    }

    fn collect(
        &self,
        template: &Template,
        renamed: &BTreeMap<String, Option<String>>,
        depth: usize,
        found: &mut BTreeSet<Hole>,
    ) {
        if template.content == TemplateContent::Html && template.is_live {
            for variable in template.variables.iter().filter(|variable| is_printed_raw(variable)) {
                if let Some(path) = rename(&variable.origin, renamed)
                    && found.len() < MOST_HOLES
                {
                    found.insert(Hole { place: variable.place, path });
                }
            }
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        if let Some(parent) = &template.extends {
            for parent in self.named(parent).filter(|parent| parent.file.id != template.file.id) {
                self.collect(parent, renamed, depth, found);
            }
        }
        for tag in template.tags.iter().filter(|tag| tag.name == "include") {
            let Some(name) = tag.arguments.first().and_then(|name| unquoted(name)) else { continue };
            let mut inner = renamed.clone();
            for argument in &tag.arguments[1..] {
                if let Some((name, value)) = argument.split_once('=') {
                    // A value that runs through filters is not what the view put there.
                    let plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                    let value = plain.then(|| rename(value, renamed)).flatten();
                    inner.insert(name.to_owned(), value);
                }
            }
            for included in self.named(name).filter(|included| included.file.id != template.file.id) {
                self.collect(included, &inner, depth, found);
            }
        }
    }
}

/// A path with its first name as the including template knows it.
fn rename(path: &str, renamed: &BTreeMap<String, Option<String>>) -> Option<String> {
    let (head, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    match renamed.get(head) {
        None => Some(path.to_owned()),
        Some(None) => None,
        Some(Some(known)) => Some(format!("{known}{rest}")),
    }
}

/// Whether what is printed reaches the page as it is, and the page takes it for markup.
fn is_printed_raw(variable: &Variable) -> bool {
    if variable.filtered || !matches!(variable.context, HtmlContext::Text | HtmlContext::Attribute(_)) {
        return false;
    }
    let mut raw = variable.escaping == Escaping::Off;
    for filter in variable.bound_filters.iter().chain(&variable.expression.filters) {
        match filter.name.as_str() {
            "safe" => raw = true,
            "default" | "default_if_none" | "d" | "trim" | "truncatewords" | "truncatechars" | "lower"
            | "capfirst" | "first" | "last" | "linebreaks" | "linebreaksbr" => {}
            // Whatever it does, it is no longer the view's own value.
            _ => return false,
        }
    }
    raw
}
