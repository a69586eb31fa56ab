//! From files to templates: pieces, the HTML around them, and the regions and bindings that each variable stands in.

use super::expression::{unquoted, words};
use super::html::{Start, TagEffect, follow};
use super::lex::{Piece, PieceKind, pieces};
use super::place;
use super::{
    Escaping, Expression, Filter, HtmlContext, Language, Tag, Template, TemplateContent, Templates, Variable,
};
use barding_source::{FileId, FileKind, SourceFile, Sources, Span};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many templates deep inheritance is followed.
const DEEPEST_INHERITANCE: usize = 12;

struct Lexed {
    file: Arc<SourceFile>,
    location: place::Location,
    content: TemplateContent,
    pieces: Vec<Piece>,
    extends: Option<String>,
}

pub(super) fn read(sources: &Sources<'_>) -> Templates {
    let candidates: Vec<(usize, place::Location)> = sources
        .paths()
        .iter()
        .enumerate()
        .filter(|(at, _)| sources.kind(FileId(*at as u32)) != Some(FileKind::Python))
        .filter_map(|(at, path)| Some((at, place::location(path)?)))
        .collect();
    let mut lexed: Vec<Option<Lexed>> = candidates
        .into_par_iter()
        .map(|(at, location)| lex(sources.file(FileId(at as u32))?, location))
        .collect::<Vec<_>>()
        .into_iter()
        .filter(Option::is_some)
        .collect();
    let by_name = index(&lexed);
    let mut done: Vec<Option<Template>> = lexed.iter().map(|_| None).collect();
    // Parents first: a block's content starts in the context where the parent has the block.
    for _ in 0..DEEPEST_INHERITANCE {
        let ready: Vec<(usize, Lexed, Option<usize>)> = (0..lexed.len())
            .filter_map(|at| {
                let parent = parent_of(lexed[at].as_ref()?, at, &by_name);
                if parent.is_some_and(|parent| done[parent].is_none()) {
                    return None;
                }
                Some((at, lexed[at].take()?, parent))
            })
            .collect();
        if ready.is_empty() {
            break;
        }
        let read: Vec<(usize, Template)> = ready
            .into_par_iter()
            .map(|(at, lexed, parent)| (at, build(lexed, parent.and_then(|parent| done[parent].as_ref()))))
            .collect();
        for (at, template) in read {
            done[at] = Some(template);
        }
    }
    // What is left extends itself in a circle; Django refuses to render it.
    for (at, lexed) in lexed.into_iter().enumerate() {
        if let Some(lexed) = lexed {
            done[at] = Some(build(lexed, None));
        }
    }
    let list: Vec<Template> = done.into_iter().flatten().collect();
    let by_file = list.iter().enumerate().map(|(at, template)| (template.file.id, at)).collect();
    Templates { list, by_name, by_file }
}

fn lex(file: Arc<SourceFile>, location: place::Location) -> Option<Lexed> {
    if file.text.as_bytes().contains(&0) {
        return None;
    }
    let brackets = file.text.contains("{%") || file.text.contains("{{") && location.in_folder;
    if !brackets && !location.in_folder {
        return None;
    }
    let pieces = pieces(&file.text, location.language);
    let content = place::content(&file.path, &file.text);
    let extends = pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Tag)
        .map(|piece| words(&file.text[piece.inner.0..piece.inner.1]))
        .find(|words| words.first() == Some(&"extends"))
        .and_then(|words| words.get(1).and_then(|name| unquoted(name)).map(str::to_owned));
    Some(Lexed { file, location, content, pieces, extends })
}

fn index(lexed: &[Option<Lexed>]) -> BTreeMap<String, Vec<usize>> {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, lexed) in lexed.iter().enumerate() {
        if let Some(name) = lexed.as_ref().and_then(|lexed| lexed.location.name.clone()) {
            by_name.entry(name).or_default().push(at);
        }
    }
    by_name
}

fn parent_of(lexed: &Lexed, at: usize, by_name: &BTreeMap<String, Vec<usize>>) -> Option<usize> {
    let name = lexed.extends.as_ref()?;
    by_name.get(name)?.iter().copied().find(|parent| *parent != at)
}

fn build(lexed: Lexed, parent: Option<&Template>) -> Template {
    let Lexed { file, location, content, pieces, extends } = lexed;
    let language = location.language;
    let text = Arc::clone(&file.text);
    let closed: BTreeSet<&str> =
        tag_names(&text, &pieces).filter_map(|name| name.strip_prefix("end")).collect();
    let start = match content {
        TemplateContent::Html => Start::Html,
        TemplateContent::JavaScript => Start::JavaScript,
        TemplateContent::Css => Start::Css,
        TemplateContent::Other => Start::NotHtml,
    };
    let followed = follow(&text, &pieces, start, |index| {
        let piece = &pieces[index];
        let words = words(&text[piece.inner.0..piece.inner.1]);
        let name = words.first().copied().unwrap_or_default();
        if name == "block" && extends.is_some() {
            let context = words.get(1).and_then(|block| block_context(parent?, block));
            return TagEffect::Restarts(context.unwrap_or(start));
        }
        effect(name, &words, &closed)
    });
    let mut template = Template {
        name: location.name,
        language,
        content,
        is_live: location.is_live,
        extends,
        variables: Vec::new(),
        tags: Vec::new(),
        elements: followed.elements,
        file,
    };
    let mut regions = Regions::new(language);
    for (piece, context) in pieces.iter().zip(followed.contexts) {
        let place = Span::new(template.file.id, piece.start as u32, piece.end as u32);
        let inner = &text[piece.inner.0..piece.inner.1];
        match piece.kind {
            PieceKind::Variable => {
                let expression = Expression::parse(inner, language);
                let (origin, bound_filters) = regions.origin(&expression.operand);
                template.variables.push(Variable {
                    place,
                    origin,
                    bound_filters,
                    expression,
                    context,
                    escaping: regions.escaping(),
                    filtered: regions.filtered > 0,
                });
            }
            PieceKind::Tag => {
                let mut words = words(inner).into_iter();
                let Some(name) = words.next() else { continue };
                let arguments: Vec<String> = words.map(str::to_owned).collect();
                regions.tag(name, &arguments, inner);
                template.tags.push(Tag { place, name: name.to_owned(), arguments, context });
            }
            PieceKind::Text | PieceKind::Comment => {}
        }
    }
    template
}

fn tag_names<'t>(text: &'t str, pieces: &'t [Piece]) -> impl Iterator<Item = &'t str> {
    pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Tag)
        .filter_map(|piece| text[piece.inner.0..piece.inner.1].split_ascii_whitespace().next())
}

/// Where the parent (or its own parents, whose blocks it inherited) has the block.
fn block_context(parent: &Template, block: &str) -> Option<Start> {
    let tag = parent
        .tags
        .iter()
        .find(|tag| tag.name == "block" && tag.arguments.first().is_some_and(|name| name == block))?;
    match &tag.context {
        HtmlContext::Script(_) => Some(Start::JavaScript),
        HtmlContext::Style => Some(Start::Css),
        _ => None,
    }
}

fn effect(name: &str, words: &[&str], closed: &BTreeSet<&str>) -> TagEffect {
    if name == "for" || (name.starts_with("if") && closed.contains(name)) {
        return TagEffect::Opens;
    }
    if matches!(name, "else" | "elif" | "elseif" | "empty") {
        return TagEffect::Next;
    }
    if name == "endfor" || name.starts_with("endif") {
        return TagEffect::Closes;
    }
    const SILENT: &[&str] = &[
        "block",
        "with",
        "load",
        "autoescape",
        "extends",
        "spaceless",
        "set",
        "macro",
        "call",
        "import",
        "from",
        "filter",
        "cache",
        "language",
        "localize",
        "localtime",
        "timezone",
        "regroup",
        "verbatim",
        "raw",
        "comment",
        "compress",
        "do",
        "resetcycle",
        "partialdef",
    ];
    let assigns = words.len() >= 3 && words[words.len() - 2] == "as";
    if name.starts_with("end") || SILENT.contains(&name) || assigns {
        TagEffect::Silent
    } else {
        TagEffect::Output
    }
}

/// What is in force at a place of the template: escape regions and the names that tags have bound.
struct Regions {
    language: Language,
    escape: Vec<bool>,
    filtered: usize,
    filters: Vec<bool>,
    /// Scopes of `for`, `with`, `blocktranslate`, `macro`: the closing tag and the names.
    scopes: Vec<(&'static str, Vec<Binding>)>,
    /// Names that `{% set %}` has bound for the rest of the template.
    set: BTreeMap<String, (String, Vec<Filter>)>,
}

struct Binding {
    name: String,
    origin: String,
    filters: Vec<Filter>,
}

const DEEPEST_SCOPE: usize = 60;
const LONGEST_ORIGIN: usize = 300;

impl Regions {
    fn new(language: Language) -> Self {
        Self {
            language,
            escape: Vec::new(),
            filtered: 0,
            filters: Vec::new(),
            scopes: Vec::new(),
            set: BTreeMap::new(),
        }
    }

    fn escaping(&self) -> Escaping {
        match (self.escape.last(), self.language) {
            (Some(true), _) | (None, Language::Django) => Escaping::On,
            (Some(false), _) => Escaping::Off,
            (None, Language::Jinja2) => Escaping::Unknown,
        }
    }

    /// Undoes bindings: the operand with its first name replaced by what it is bound to.
    fn origin(&self, operand: &str) -> (String, Vec<Filter>) {
        let end = operand.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(operand.len());
        let (head, rest) = operand.split_at(end);
        let bound =
            self.scopes.iter().rev().flat_map(|(_, names)| names).find(|binding| binding.name == head);
        let (origin, filters) = match (bound, self.set.get(head)) {
            (Some(binding), _) => (binding.origin.as_str(), &binding.filters),
            (None, Some((origin, filters))) => (origin.as_str(), filters),
            (None, None) => return (operand.to_owned(), Vec::new()),
        };
        if origin.len() + rest.len() > LONGEST_ORIGIN {
            return (operand.to_owned(), Vec::new());
        }
        // An attribute of a safe string is another string; the filters hold for the whole value alone.
        let filters = if rest.is_empty() { filters.clone() } else { Vec::new() };
        (format!("{origin}{rest}"), filters)
    }

    fn bind(&self, name: &str, value: &str, suffix: &str) -> Binding {
        let expression = Expression::parse(value, self.language);
        let (origin, mut filters) = self.origin(&expression.operand);
        filters.extend(expression.filters);
        if !suffix.is_empty() {
            filters.clear();
        }
        Binding { name: name.trim().to_owned(), origin: format!("{origin}{suffix}"), filters }
    }

    fn open(&mut self, closed_by: &'static str, names: Vec<Binding>) {
        if self.scopes.len() < DEEPEST_SCOPE {
            self.scopes.push((closed_by, names));
        }
    }

    fn close(&mut self, name: &str) {
        if self.scopes.last().is_some_and(|(closed_by, _)| *closed_by == name) {
            self.scopes.pop();
        }
    }

    fn tag(&mut self, name: &str, arguments: &[String], inner: &str) {
        match name {
            "autoescape" => {
                let off =
                    arguments.first().is_some_and(|mode| matches!(mode.as_str(), "off" | "false" | "False"));
                self.escape.push(!off);
            }
            "endautoescape" => {
                self.escape.pop();
            }
            "filter" => {
                let escapes = ["escape", "force_escape", "escapejs", "e", "forceescape"]
                    .iter()
                    .any(|filter| inner.split(['|', ' ']).any(|word| word == *filter));
                self.filters.push(escapes);
                self.filtered += usize::from(escapes);
            }
            "endfilter" => {
                if self.filters.pop() == Some(true) {
                    self.filtered -= 1;
                }
            }
            "for" => {
                let names = match inner.split_once(" in ") {
                    Some((names, over)) => {
                        let over = over.trim().trim_end_matches(" reversed").trim();
                        let over = over.split(" if ").next().unwrap_or(over);
                        let names = names.trim_start_matches("for").split(',').take(20);
                        names.map(|name| self.bind(name, over, ".*")).collect()
                    }
                    None => Vec::new(),
                };
                self.open("endfor", names);
            }
            "with" => {
                let names = self.with(arguments);
                self.open("endwith", names);
            }
            "blocktranslate" | "blocktrans" => {
                let names = self.with(arguments);
                self.open(if name == "blocktrans" { "endblocktrans" } else { "endblocktranslate" }, names);
            }
            "macro" => {
                let names = inner.split_once('(').map_or("", |(_, rest)| rest);
                let names = names
                    .split(',')
                    .take(40)
                    .map(|name| name.split('=').next().unwrap_or_default().trim_matches([')', ' ']))
                    .filter(|name| !name.is_empty())
                    .map(|name| Binding {
                        name: name.to_owned(),
                        origin: format!("{name}()"),
                        filters: Vec::new(),
                    })
                    .collect();
                self.open("endmacro", names);
            }
            "set" => {
                if let Some((names, value)) = inner.trim_start_matches("set").split_once('=')
                    && self.set.len() < 1000
                {
                    let bound = self.bind(names, value, "");
                    self.set.insert(bound.name, (bound.origin, bound.filters));
                }
            }
            _ => self.close(name),
        }
    }

    /// `a=b c=d` and the older `b as a`.
    fn with(&self, arguments: &[String]) -> Vec<Binding> {
        let mut names = Vec::new();
        for (at, argument) in arguments.iter().enumerate().take(60) {
            if let Some((name, value)) = argument.split_once('=') {
                names.push(self.bind(name, value, ""));
            } else if argument == "as"
                && let (Some(value), Some(name)) =
                    (at.checked_sub(1).map(|i| &arguments[i]), arguments.get(at + 1))
            {
                names.push(self.bind(name, value, ""));
            }
        }
        names
    }
}
