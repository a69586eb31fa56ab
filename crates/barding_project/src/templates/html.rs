//! Follows the HTML around the holes of a template, so that each hole knows where its text will stand: in text, in a
//! quoted or unquoted attribute, in a script, a style or a comment. Works like a browser's tokenizer on the literal
//! text; a hole counts as text of unknown content.

use super::lex::{Piece, PieceKind};

/// Where in the page something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HtmlContext {
    /// Between tags, also in `<title>` and `<textarea>`.
    Text,
    /// In the name of an element.
    TagName,
    /// Where attributes stand, or in the name of one.
    AttributeName,
    /// In the value of an attribute.
    Attribute(AttributeContext),
    /// In the content of `<script>`, or in a JavaScript file.
    Script(ScriptContext),
    /// In the content of `<style>`, or in a CSS file.
    Style,
    /// In `<!-- … -->`.
    Comment,
    /// Not in HTML at all: a text mail, say.
    NotHtml,
}

/// Where in an attribute's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeContext {
    /// The element, in lower case.
    pub element: String,
    /// The attribute, in lower case.
    pub attribute: String,
    /// The quotes around the value.
    pub quote: Quote,
    /// What stands in the value before this place; holes are shown as `\u{fffc}`.
    pub before: String,
}

/// The quotes around an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// `"…"`.
    Double,
    /// `'…'`.
    Single,
    /// None: white space ends the value.
    None,
}

/// What reads an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// Nothing that runs or fetches.
    Plain,
    /// Followed as a link: `javascript:` runs when the visitor clicks or the page loads.
    Link,
    /// Fetched and run: a script's or a plug-in's source.
    Code,
    /// Fetched, but not run: an image.
    Fetched,
    /// JavaScript.
    EventHandler,
    /// CSS.
    Style,
    /// HTML once more.
    Srcdoc,
    /// A front-end library reads it as an expression.
    FrontEndExpression,
}

impl AttributeContext {
    /// What reads the value.
    pub fn kind(&self) -> AttributeKind {
        attribute_kind(&self.element, &self.attribute)
    }
}

/// What reads the value of an element's attribute.
pub fn attribute_kind(element: &str, attribute: &str) -> AttributeKind {
    use AttributeKind::*;
    match attribute {
        "style" => Style,
        "srcdoc" => Srcdoc,
        "formaction" | "xlink:href" => Link,
        "action" if element == "form" => Link,
        "href" if matches!(element, "a" | "area" | "base" | "use" | "animate") => Link,
        "href" if element == "link" => Fetched,
        "src" if matches!(element, "iframe" | "frame" | "embed") => Link,
        "src" if element == "script" => Code,
        "data" if element == "object" => Code,
        "src" | "srcset" | "poster" | "background" => Fetched,
        "v-html" | "x-html" | "x-data" | "x-init" | "ng-bind-html" | "ng-init" | "ng-click" | "v-on"
        | "x-show" | "x-text" | "x-effect" | "hx-on" => FrontEndExpression,
        _ if attribute.starts_with("on")
            && attribute.len() > 3
            && attribute.bytes().all(|b| b.is_ascii_alphabetic()) =>
        {
            EventHandler
        }
        _ if attribute.starts_with('@')
            || attribute.starts_with("v-on:")
            || attribute.starts_with("x-on:")
            || attribute.starts_with("hx-on:") =>
        {
            FrontEndExpression
        }
        _ => Plain,
    }
}

/// Where in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptContext {
    /// What the script element holds.
    pub content: ScriptContent,
    /// The quote of the string literal around it: `"`, `'` or a backquote.
    pub string: Option<char>,
    /// Whether it stands in a comment of the script.
    pub comment: bool,
}

/// What a script element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptContent {
    /// JavaScript.
    JavaScript,
    /// JSON, also import maps and linked data.
    Json,
    /// A template for a front-end library.
    Other,
}

/// A start tag.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name, in lower case.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
    /// The first byte.
    pub start: usize,
    /// One past the last byte of the start tag.
    pub end: usize,
    /// Where its content ends, for forms, scripts and links: the end tag, or the end of the file.
    pub content_end: usize,
}

/// An attribute of a start tag.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name, in lower case.
    pub name: String,
    /// Its value as written, template brackets included; empty when it has none.
    pub value: String,
    /// The first byte of its name.
    pub start: usize,
    /// Whether the value holds a variable or a tag.
    pub has_holes: bool,
}

impl Element {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether an attribute's name starts so.
    pub fn has_attribute_starting(&self, prefix: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.name.starts_with(prefix))
    }
}

/// What a tag of the template language does to the page around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagEffect {
    /// Prints something, as a variable does.
    Output,
    /// Prints nothing.
    Silent,
    /// Opens alternatives: `{% if %}`.
    Opens,
    /// The next alternative: `{% else %}`.
    Next,
    /// Closes alternatives: `{% endif %}`.
    Closes,
    /// Its content is put elsewhere, where the page is in this state: a `{% block %}` of a child template.
    Restarts(Start),
}

/// What the file as a whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Html,
    JavaScript,
    Css,
    NotHtml,
}

/// The context of every piece (by index) and every start tag.
pub(super) struct Followed {
    pub(super) contexts: Vec<HtmlContext>,
    pub(super) elements: Vec<Element>,
}

/// Follows the page through `pieces`. `effect` says what a tag does.
pub(super) fn follow(
    text: &str,
    pieces: &[Piece],
    start: Start,
    mut effect: impl FnMut(usize) -> TagEffect,
) -> Followed {
    let state = State::at(start);
    let mut machine = Machine { text, state, elements: Vec::new(), open: Vec::new(), branches: Vec::new() };
    let mut contexts = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        contexts.push(machine.context());
        match piece.kind {
            PieceKind::Text => machine.literal(piece.start, piece.end),
            PieceKind::Variable => machine.hole(piece),
            PieceKind::Comment => {}
            PieceKind::Tag => match effect(index) {
                TagEffect::Output => machine.hole(piece),
                TagEffect::Silent => machine.silent_hole(),
                TagEffect::Opens => {
                    if machine.branches.len() < DEEPEST_BRANCH {
                        machine.branches.push(machine.state.clone());
                    }
                }
                TagEffect::Next => {
                    if let Some(state) = machine.branches.last() {
                        machine.state = state.clone();
                    }
                }
                TagEffect::Closes => {
                    machine.branches.pop();
                }
                // A block inside a block of the same child stands where it is written.
                TagEffect::Restarts(start) => {
                    if matches!(machine.state, State::Text) || start != Start::Html {
                        machine.state = State::at(start);
                    }
                }
            },
        }
    }
    let end = text.len();
    for element in &mut machine.elements {
        if element.content_end == usize::MAX {
            element.content_end = end;
        }
    }
    Followed { contexts, elements: machine.elements }
}

/// Alternatives nested deeper are followed as if they stood one after the other.
const DEEPEST_BRANCH: usize = 60;
/// Attributes past this many are not kept.
const MOST_ATTRIBUTES: usize = 200;
/// How much of a value before a hole is kept.
const LONGEST_BEFORE: usize = 400;
/// Stands for a hole in [`AttributeContext::before`].
const HOLE: char = '\u{fffc}';

#[derive(Clone, Debug)]
enum State {
    Text,
    NotHtml,
    Tag(Box<OpenTag>),
    EndTag,
    Raw(RawText),
    /// `<style>`, with the element's name (empty for a CSS file).
    Style(String),
    /// `<title>` and `<textarea>`: text until the end tag.
    Escapable(&'static str),
    Comment,
    /// `<!DOCTYPE …>` and `<? … >`.
    Declaration,
}

impl State {
    fn at(start: Start) -> Self {
        match start {
            Start::Html => Self::Text,
            Start::JavaScript => Self::Raw(RawText::new("", ScriptContent::JavaScript)),
            Start::Css => Self::Style(String::new()),
            Start::NotHtml => Self::NotHtml,
        }
    }
}

#[derive(Clone, Debug)]
struct OpenTag {
    start: usize,
    name: String,
    attributes: Vec<Attribute>,
    at: InTag,
}

#[derive(Clone, Debug)]
enum InTag {
    Name,
    Between,
    AttributeName { start: usize, name: String },
    AfterName { start: usize, name: String },
    BeforeValue { start: usize, name: String },
    Value { start: usize, name: String, quote: Quote, from: usize, before: String, holes: bool },
}

#[derive(Clone, Debug)]
struct RawText {
    element: String,
    content: ScriptContent,
    string: Option<char>,
    comment: Option<JsComment>,
    escaped: bool,
    before: u8,
    /// How deep `${` of a template literal nests; a hole there is code again.
    substitutions: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum JsComment {
    Line,
    Block,
}

impl RawText {
    fn new(element: &str, content: ScriptContent) -> Self {
        Self {
            element: element.to_owned(),
            content,
            string: None,
            comment: None,
            escaped: false,
            before: 0,
            substitutions: 0,
        }
    }

    /// One byte of JavaScript: strings, comments, template literals. Regular expression literals are not told from
    /// division; a string that they seem to open ends with the line.
    fn step(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
            self.before = 0;
            return;
        }
        match (self.comment, self.string) {
            (Some(JsComment::Line), _) => {
                if byte == b'\n' {
                    self.comment = None;
                }
            }
            (Some(JsComment::Block), _) => {
                if self.before == b'*' && byte == b'/' {
                    self.comment = None;
                }
            }
            (None, Some(open)) => match byte {
                b'\\' => self.escaped = true,
                b'\n' if open != '`' => self.string = None,
                b'{' if open == '`' && self.before == b'$' => {
                    self.substitutions += 1;
                    self.string = None;
                }
                _ if byte as char == open => self.string = None,
                _ => {}
            },
            (None, None) => match byte {
                b'"' | b'\'' | b'`' => self.string = Some(byte as char),
                b'/' if self.before == b'/' => self.comment = Some(JsComment::Line),
                b'*' if self.before == b'/' => self.comment = Some(JsComment::Block),
                b'}' if self.substitutions > 0 => {
                    self.substitutions -= 1;
                    self.string = Some('`');
                }
                _ => {}
            },
        }
        self.before = byte;
    }
}

struct Machine<'t> {
    text: &'t str,
    state: State,
    elements: Vec<Element>,
    /// Indexes of elements whose end tag is awaited.
    open: Vec<usize>,
    branches: Vec<State>,
}

impl Machine<'_> {
    fn context(&self) -> HtmlContext {
        match &self.state {
            State::Text | State::Escapable(_) | State::EndTag => HtmlContext::Text,
            State::Declaration => HtmlContext::Text,
            State::NotHtml => HtmlContext::NotHtml,
            State::Comment => HtmlContext::Comment,
            State::Style(_) => HtmlContext::Style,
            State::Raw(raw) => HtmlContext::Script(ScriptContext {
                content: raw.content,
                string: raw.string,
                comment: raw.comment.is_some(),
            }),
            State::Tag(tag) => match &tag.at {
                InTag::Name => HtmlContext::TagName,
                InTag::Between | InTag::AttributeName { .. } | InTag::AfterName { .. } => {
                    HtmlContext::AttributeName
                }
                InTag::BeforeValue { name, .. } => HtmlContext::Attribute(AttributeContext {
                    element: tag.name.clone(),
                    attribute: name.clone(),
                    quote: Quote::None,
                    before: String::new(),
                }),
                InTag::Value { name, quote, before, .. } => HtmlContext::Attribute(AttributeContext {
                    element: tag.name.clone(),
                    attribute: name.clone(),
                    quote: *quote,
                    before: before.clone(),
                }),
            },
        }
    }

    /// A hole that prints something.
    fn hole(&mut self, piece: &Piece) {
        match &mut self.state {
            State::Tag(tag) => match &mut tag.at {
                InTag::Value { before, holes, .. } => {
                    *holes = true;
                    if before.len() < LONGEST_BEFORE {
                        before.push(HOLE);
                    }
                }
                InTag::BeforeValue { start, name } => {
                    tag.at = InTag::Value {
                        start: *start,
                        name: std::mem::take(name),
                        quote: Quote::None,
                        from: piece.start,
                        before: HOLE.to_string(),
                        holes: true,
                    };
                }
                InTag::AttributeName { name, .. } if name.len() < LONGEST_BEFORE => name.push(HOLE),
                InTag::Name if tag.name.len() < LONGEST_BEFORE => tag.name.push(HOLE),
                InTag::AfterName { .. } => tag.close_name(),
                _ => {}
            },
            State::Raw(raw) => raw.before = 0,
            _ => {}
        }
    }

    /// A tag that prints nothing itself but whose presence makes a value not constant.
    fn silent_hole(&mut self) {
        if let State::Tag(tag) = &mut self.state
            && let InTag::Value { holes, .. } = &mut tag.at
        {
            *holes = true;
        }
    }

    fn literal(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < end {
            at = match &mut self.state {
                State::NotHtml => end,
                State::Text => match memchr::memchr(b'<', &bytes[at..end]) {
                    None => end,
                    Some(found) => self.open_bracket(at + found, end),
                },
                State::Escapable(name) => {
                    let name = *name;
                    match find_end_tag(bytes, at, end, name) {
                        None => end,
                        Some(found) => {
                            self.state = State::EndTag;
                            found + 2 + name.len()
                        }
                    }
                }
                State::EndTag | State::Declaration => match memchr::memchr(b'>', &bytes[at..end]) {
                    None => end,
                    Some(found) => {
                        self.state = State::Text;
                        at + found + 1
                    }
                },
                State::Comment => match memchr::memmem::find(&bytes[at..end], b"-->") {
                    None => end,
                    Some(found) => {
                        self.state = State::Text;
                        at + found + 3
                    }
                },
                State::Style(name) if name.is_empty() => end,
                State::Style(_) => self.leave_raw_or(at, end, "style"),
                State::Raw(raw) => {
                    if !raw.element.is_empty() && is_end_tag(bytes, at, end, &raw.element) {
                        let length = raw.element.len();
                        self.end_element("script", at);
                        self.state = State::EndTag;
                        at + 2 + length
                    } else {
                        raw.step(bytes[at]);
                        at + 1
                    }
                }
                State::Tag(_) => self.in_tag(at),
            };
        }
    }

    fn leave_raw_or(&mut self, at: usize, end: usize, name: &str) -> usize {
        match find_end_tag(self.text.as_bytes(), at, end, name) {
            None => end,
            Some(found) => {
                self.state = State::EndTag;
                found + 2 + name.len()
            }
        }
    }

    /// At `<` in text.
    fn open_bracket(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.text.as_bytes()[at..end];
        if rest.starts_with(b"<!--") {
            self.state = State::Comment;
            return at + 4;
        }
        match rest.get(1) {
            Some(b'!' | b'?') => {
                self.state = State::Declaration;
                at + 2
            }
            Some(b'/') => {
                let name: String = rest[2..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
                    .map(|byte| byte.to_ascii_lowercase() as char)
                    .collect();
                self.end_element(&name, at);
                self.state = State::EndTag;
                at + 2
            }
            Some(byte) if byte.is_ascii_alphabetic() => {
                self.tag(at);
                at + 1
            }
            // `<` at the end of a literal: a hole follows, which may print the element's name.
            None => {
                self.tag(at);
                at + 1
            }
            _ => at + 1,
        }
    }

    fn tag(&mut self, start: usize) {
        self.state = State::Tag(Box::new(OpenTag {
            start,
            name: String::new(),
            attributes: Vec::new(),
            at: InTag::Name,
        }));
    }

    fn end_element(&mut self, name: &str, at: usize) {
        if let Some(position) = self.open.iter().rposition(|index| self.elements[*index].name == name) {
            let index = self.open.remove(position);
            self.elements[index].content_end = at;
        }
    }

    /// One byte inside a start tag.
    fn in_tag(&mut self, at: usize) -> usize {
        let byte = self.text.as_bytes()[at];
        let State::Tag(tag) = &mut self.state else { return at + 1 };
        let white = byte.is_ascii_whitespace();
        match &mut tag.at {
            InTag::Name => {
                if white || byte == b'/' {
                    tag.at = InTag::Between;
                } else if byte == b'>' {
                    self.finish_tag(at);
                } else if byte.is_ascii() && tag.name.len() < 60 {
                    tag.name.push(byte.to_ascii_lowercase() as char);
                }
            }
            InTag::Between => {
                if byte == b'>' {
                    self.finish_tag(at);
                } else if !white && byte != b'/' {
                    let name = (byte.to_ascii_lowercase() as char).to_string();
                    tag.at = InTag::AttributeName { start: at, name };
                }
            }
            InTag::AttributeName { start, name } => {
                if byte == b'=' {
                    tag.at = InTag::BeforeValue { start: *start, name: std::mem::take(name) };
                } else if white {
                    tag.at = InTag::AfterName { start: *start, name: std::mem::take(name) };
                } else if byte == b'>' || byte == b'/' {
                    tag.close_name();
                    if byte == b'>' {
                        self.finish_tag(at);
                    }
                } else if byte.is_ascii() && name.len() < 100 {
                    name.push(byte.to_ascii_lowercase() as char);
                }
            }
            InTag::AfterName { start, name } => {
                if byte == b'=' {
                    tag.at = InTag::BeforeValue { start: *start, name: std::mem::take(name) };
                } else if byte == b'>' {
                    tag.close_name();
                    self.finish_tag(at);
                } else if !white {
                    tag.close_name();
                    return at;
                }
            }
            InTag::BeforeValue { start, name } => {
                if white {
                    return at + 1;
                }
                if byte == b'>' {
                    tag.close_name();
                    self.finish_tag(at);
                    return at + 1;
                }
                let quote = match byte {
                    b'"' => Quote::Double,
                    b'\'' => Quote::Single,
                    _ => Quote::None,
                };
                let from = if quote == Quote::None { at } else { at + 1 };
                tag.at = InTag::Value {
                    start: *start,
                    name: std::mem::take(name),
                    quote,
                    from,
                    before: String::new(),
                    holes: false,
                };
                return from.max(at);
            }
            InTag::Value { quote, before, .. } => {
                let ends = match quote {
                    Quote::Double => byte == b'"',
                    Quote::Single => byte == b'\'',
                    Quote::None => white || byte == b'>',
                };
                if ends {
                    let unquoted = *quote == Quote::None;
                    tag.close_value(self.text, at);
                    if unquoted && byte == b'>' {
                        self.finish_tag(at);
                    }
                } else if before.len() < LONGEST_BEFORE {
                    before.push(if byte.is_ascii() { byte as char } else { '?' });
                }
            }
        }
        at + 1
    }

    fn finish_tag(&mut self, at: usize) {
        let State::Tag(tag) = std::mem::replace(&mut self.state, State::Text) else { return };
        let element = Element {
            name: tag.name,
            attributes: tag.attributes,
            start: tag.start,
            end: at + 1,
            content_end: at + 1,
        };
        self.state = match element.name.as_str() {
            "script" => State::Raw(RawText::new("script", script_content(&element))),
            "style" => State::Style("style".to_owned()),
            "title" => State::Escapable("title"),
            "textarea" => State::Escapable("textarea"),
            _ => State::Text,
        };
        let awaits_end = matches!(element.name.as_str(), "form" | "script");
        self.elements.push(element);
        if awaits_end && self.open.len() < 1000 {
            let index = self.elements.len() - 1;
            self.elements[index].content_end = usize::MAX;
            self.open.push(index);
        }
    }
}

impl OpenTag {
    /// The attribute whose name has been read has no value.
    fn close_name(&mut self) {
        let (InTag::AttributeName { start, name }
        | InTag::AfterName { start, name }
        | InTag::BeforeValue { start, name }) = &mut self.at
        else {
            return;
        };
        let attribute =
            Attribute { name: std::mem::take(name), value: String::new(), start: *start, has_holes: false };
        self.push(attribute);
    }

    fn close_value(&mut self, text: &str, end: usize) {
        let InTag::Value { start, name, from, holes, .. } = &mut self.at else { return };
        let attribute = Attribute {
            name: std::mem::take(name),
            value: text.get(*from..end).unwrap_or_default().to_owned(),
            start: *start,
            has_holes: *holes,
        };
        self.push(attribute);
    }

    fn push(&mut self, attribute: Attribute) {
        if self.attributes.len() < MOST_ATTRIBUTES {
            self.attributes.push(attribute);
        }
        self.at = InTag::Between;
    }
}

fn script_content(element: &Element) -> ScriptContent {
    let Some(kind) = element.attribute("type") else { return ScriptContent::JavaScript };
    let kind = kind.value.trim().to_ascii_lowercase();
    if kind.is_empty() || kind == "module" || kind.contains("javascript") || kind.contains("ecmascript") {
        ScriptContent::JavaScript
    } else if kind.contains("json") || kind == "importmap" || kind == "speculationrules" {
        ScriptContent::Json
    } else if kind.contains("babel") || kind.contains("jsx") || kind.contains("{{") {
        ScriptContent::JavaScript
    } else {
        ScriptContent::Other
    }
}

fn is_end_tag(bytes: &[u8], at: usize, end: usize, name: &str) -> bool {
    bytes[at] == b'<'
        && bytes.get(at + 1) == Some(&b'/')
        && at + 2 + name.len() <= end
        && bytes[at + 2..at + 2 + name.len()].eq_ignore_ascii_case(name.as_bytes())
}

fn find_end_tag(bytes: &[u8], from: usize, end: usize, name: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', &bytes[from..end])
        .map(|found| from + found)
        .find(|at| is_end_tag(bytes, *at, end, name))
}
