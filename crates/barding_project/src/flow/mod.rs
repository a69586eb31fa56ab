//! Request data followed to the calls where it does harm.
//!
//! What comes in: [`Code`] and the project's own words ([`Model`]). What goes out: [`Flow`]s, each with its steps. Each
//! function is looked at once its callees are known, and leaves a summary: what it returns, which sinks its parameters
//! reach, what it proves about them. So the cost grows with the code, not with the number of paths through it. It knows
//! Python, Django and the libraries around it; it judges nothing.

mod assignment;
mod attributes;
mod body;
mod call_sinks;
mod calls;
mod engine;
mod expressions;
mod guards;
mod later;
mod library;
mod library_calls;
mod methods;
mod models;
mod names;
mod parts;
mod patterns;
mod rendering;
mod requests;
mod sinks;
mod statements;
mod summaries;
mod taint;
mod texts;

use crate::code::{Code, FileRole};
use crate::templates::Hole;
use barding_source::Span;
use std::collections::BTreeMap;

/// The kinds of harm that data from outside can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum FlowKind {
    /// Text becomes part of a query.
    Sql,
    /// The visitor names the fields of a query.
    Lookup,
    /// Text becomes part of a page without being escaped.
    Html,
    /// Text becomes part of a shell command or names a program.
    Command,
    /// Text is run as Python.
    Code,
    /// Text names a module or an attribute.
    Attribute,
    /// Text is rendered as a template.
    Template,
    /// Text names a template.
    TemplateName,
    /// Bytes are turned into objects.
    Deserialize,
    /// XML is parsed with entities.
    Xml,
    /// Text names a file.
    Path,
    /// An archive is unpacked.
    Archive,
    /// Text is an address the server fetches.
    Url,
    /// Text is an address the browser is sent to.
    Redirect,
    /// Text becomes a response header.
    Header,
    /// Text becomes a mail header or a recipient.
    Mail,
    /// Text becomes part of an LDAP filter.
    Ldap,
    /// Text becomes part of an XPath expression.
    XPath,
    /// Text becomes part of a query to a document store.
    NoSql,
    /// Text is compiled as a regular expression.
    Regex,
    /// Text is written to a log.
    Log,
    /// The visitor names the fields of an object that is saved.
    MassAssignment,
    /// Text is used as a format string.
    Format,
    /// Text becomes a cell of a spreadsheet.
    Csv,
    /// Text decides how much work is done.
    Cost,
}

/// Where data from outside comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// `request.GET`
    Query,
    /// `request.POST`
    Form,
    /// `request.body`
    Body,
    /// `request.COOKIES`
    Cookie,
    /// `request.META`, `request.headers`
    Header,
    /// `request.FILES`: the name, the type or the content of an uploaded file.
    Upload,
    /// `request.path` and what is made of it.
    Path,
    /// A part of the address that holds no slash, handed to the view.
    Segment,
    /// A part of the address that may hold slashes, handed to the view.
    Rest,
    /// A validated field of a form or serializer.
    Cleaned,
    /// `request.data`, `request.query_params`
    Api,
    /// A message over a WebSocket.
    Socket,
    /// An argument of a GraphQL field or of an API operation.
    Argument,
}

impl SourceKind {
    /// What it is, for people: "the query string".
    pub fn words(self) -> &'static str {
        match self {
            Self::Query => "the query string",
            Self::Form => "form data",
            Self::Body => "the request body",
            Self::Cookie => "a cookie",
            Self::Header => "a request header",
            Self::Upload => "an uploaded file",
            Self::Path => "the address asked for",
            Self::Segment | Self::Rest => "a part of the address",
            Self::Cleaned => "a field of a form",
            Self::Api => "the request's data",
            Self::Socket => "a message over a WebSocket",
            Self::Argument => "an argument of an API operation",
        }
    }
}

/// How sure we are that the data arrives as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Something we could not see decides it.
    Low,
    /// A step had to be guessed, or a condition stands in the way that we could not read.
    Medium,
    /// Every step was seen.
    High,
}

/// Where a flow begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With data from outside.
    Outside(SourceKind),
    /// With text that was put together here from parts that are not constant; who gives the parts is not known.
    Built,
    /// With a value that is not constant; who gives it is not known.
    Variable,
    /// With constant text that is not written where it is used.
    Elsewhere,
}

/// Data that reaches a place where it does harm.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The harm.
    pub kind: FlowKind,
    /// Where it begins.
    pub begin: Begin,
    /// The first step, where data comes in or text is put together.
    pub source: Span,
    /// What happens on the way.
    pub steps: Vec<FlowStep>,
    /// The call, or the expression, that does the harm.
    pub sink: Span,
    /// What that is called: `os.system`, `cursor.execute`.
    pub sink_name: String,
    /// More about the sink that rules tell apart.
    pub variant: Variant,
    /// How sure we are.
    pub certainty: Certainty,
    /// What the file of the sink is for.
    pub role: FileRole,
    /// Whether only staff can get here.
    pub staff_only: bool,
}

/// Sorts of sinks of one kind that deserve different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// Nothing special.
    Plain,
    /// SQL: the text of a query was put together, and no call that runs it was seen.
    TextOnly,
    /// SQL: `.extra()`.
    Extra,
    /// SQL: `RawSQL`.
    RawSql,
    /// HTML: `mark_safe` and its kin.
    MarkSafe,
    /// HTML: the format string of `format_html`.
    FormatHtml,
    /// HTML: a response.
    Response,
    /// Commands: a program is started without a shell.
    Program,
    /// Logs: a password, a token, or the whole request.
    Sensitive,
    /// Headers: the file name of a download.
    Disposition,
    /// Paths: the file is written or removed.
    Written,
    /// HTML: a template prints it unescaped.
    Template,
    /// HTML: the HTML part of a mail.
    Mail,
    /// Commands: text that was put together is handed to a function that runs it in a shell.
    Wrapped,
    /// Cost: a regular expression that takes exponential time is matched against it.
    Pattern,
}

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStep {
    /// Where.
    pub place: Span,
    /// What happens there, without a final stop.
    pub what: String,
}

/// The project's own words: functions, by dotted path, that Django does not know.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Functions whose result can do no harm.
    pub sanitisers: Vec<String>,
    /// Functions that prove their first argument harmless when they return a true value, or else raise.
    pub guards: Vec<String>,
    /// Functions whose arguments must not come from outside, with the kind of harm: `sql`, `html`, `command`, `path`,
    /// `url`, `redirect`, `code`.
    pub sinks: Vec<(String, String)>,
    /// Functions whose result comes from outside.
    pub sources: Vec<String>,
    /// Decorators that let only trusted people in.
    pub access: Vec<String>,
}

/// What views put into a place of a template that prints without escaping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rendered {
    /// Every view that we saw puts something there that can do no harm: constants, numbers, escaped text.
    Harmless,
    /// A view puts something there that we cannot judge.
    Unknown,
    /// A view puts data from outside there; a flow tells which.
    Outside,
}

/// What following the data of a project brings.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Every flow, by place.
    pub flows: Vec<Flow>,
    /// What views put into raw places of templates.
    pub rendered: BTreeMap<Span, Rendered>,
}

/// Every flow of the project, and what views put into `holes`: the raw places of templates by the templates' names.
/// Recursion needs the room of [`crate::code::with_room`].
pub(crate) fn find(code: &Code, model: &Model, holes: &BTreeMap<String, Vec<Hole>>) -> Found {
    engine::run(code, model, holes)
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
