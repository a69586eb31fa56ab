//! Templates: what they print, where on the page it stands, and whether it is escaped there.
//!
//! What comes in: the project's files. What goes out: [`Templates`], one [`Template`] each with its variables, tags and
//! elements. It knows Django's template language and Jinja2, and enough HTML and JavaScript to name the context of each
//! hole; it knows no views and judges nothing.

mod expression;
mod holes;
mod html;
mod lex;
mod place;
mod read;

pub use expression::{Expression, Filter};
pub use holes::Hole;
pub use html::{
    Attribute, AttributeContext, AttributeKind, Element, HtmlContext, Quote, ScriptContent, ScriptContext,
    attribute_kind,
};

use barding_source::{FileId, SourceFile, Sources, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The language a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Django's own.
    Django,
    /// Jinja2.
    Jinja2,
}

/// What a template renders to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateContent {
    /// A page, a part of one, or an HTML mail.
    Html,
    /// A script.
    JavaScript,
    /// A style sheet.
    Css,
    /// Something no browser renders: a text mail, a configuration file, a project skeleton.
    Other,
}

/// Whether what a hole prints is escaped for HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escaping {
    /// It is.
    On,
    /// `{% autoescape off %}` is in force.
    Off,
    /// The Jinja2 environment decides, and we did not see it.
    Unknown,
}

/// A template, read.
#[derive(Debug)]
pub struct Template {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The name it is loaded by, such as `shop/cart.html`, when it lies in a folder of templates.
    pub name: Option<String>,
    /// Its language.
    pub language: Language,
    /// What it renders to.
    pub content: TemplateContent,
    /// Whether it belongs to tests, documentation or examples.
    pub is_live: bool,
    /// The names it extends, as written; empty when a variable decides.
    pub extends: Option<String>,
    /// What it prints, in order.
    pub variables: Vec<Variable>,
    /// Its tags, in order.
    pub tags: Vec<Tag>,
    /// The start tags of its HTML, in order.
    pub elements: Vec<Element>,
}

/// `{{ … }}`.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The whole, brackets included.
    pub place: Span,
    /// What is printed.
    pub expression: Expression,
    /// Where the operand comes from once `for`, `with` and `set` are undone: `form.errors.*` for the `e` of
    /// `{% for e in form.errors %}`. The same as the operand when nothing binds it here.
    pub origin: String,
    /// Filters that the binding tag applied already: `{% with x=y|safe %}{{ x }}`.
    pub bound_filters: Vec<Filter>,
    /// Where on the page.
    pub context: HtmlContext,
    /// Whether it is escaped.
    pub escaping: Escaping,
    /// Whether a `{% filter … %}` block around it escapes what it prints.
    pub filtered: bool,
}

/// `{% … %}`.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The whole, brackets included.
    pub place: Span,
    /// Its name.
    pub name: String,
    /// Its arguments, as written.
    pub arguments: Vec<String>,
    /// Where on the page.
    pub context: HtmlContext,
}

impl Tag {
    /// The values among its arguments: `x|safe` of `with a=x|safe`.
    pub fn values(&self, language: Language) -> impl Iterator<Item = Expression> {
        self.arguments.iter().map(move |argument| {
            let value = match argument.split_once('=') {
                Some((name, value)) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => value,
                _ => argument,
            };
            Expression::parse(value, language)
        })
    }
}

impl Template {
    /// The text between two offsets.
    pub fn text(&self, start: usize, end: usize) -> &str {
        self.file.text.get(start..end).unwrap_or_default()
    }

    /// A place in this template.
    pub fn place(&self, start: usize, end: usize) -> Span {
        Span::new(self.file.id, start as u32, end as u32)
    }
}

/// All templates of a project.
#[derive(Debug, Default)]
pub struct Templates {
    list: Vec<Template>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_file: BTreeMap<FileId, usize>,
}

impl Templates {
    /// Finds and reads every template among the files.
    pub fn read(sources: &Sources<'_>) -> Self {
        read::read(sources)
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The templates that may be meant by a name: several apps may have one each.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Template> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.list[*index])
    }

    /// The template in a file.
    pub fn of_file(&self, file: FileId) -> Option<&Template> {
        self.by_file.get(&file).map(|index| &self.list[*index])
    }

    /// The templates that extend `template`, directly or not.
    pub fn children<'a>(&'a self, template: &'a Template) -> Vec<&'a Template> {
        let mut found: Vec<&Template> = Vec::new();
        let mut names: Vec<&str> = template.name.as_deref().into_iter().collect();
        while let Some(name) = names.pop() {
            for child in self.list.iter().filter(|child| child.extends.as_deref() == Some(name)) {
                let known = |other: &&Template| other.file.id == child.file.id;
                if child.file.id != template.file.id && !found.iter().any(known) && found.len() < 1000 {
                    found.push(child);
                    names.extend(child.name.as_deref());
                }
            }
        }
        found
    }
}
