//! Values that reach places where they do harm, here or in a function that is called here.

use super::body::{Arguments, Body, Candidate, MOST_SINKS};
use super::engine::{self, ParameterSink};
use super::library::{Sink, When};
use super::taint::{Marks, Note, Origin, Root, Shape, Step, Value, add_taint};
use super::texts::looks_like_sql;
use super::{Begin, FlowKind, SourceKind, Variant};
use crate::code::*;
use barding_source::Span;

impl<'w> Body<'w> {
    pub(super) fn candidate(&mut self, candidate: Candidate) {
        if self.outcome.candidates.len() < 512 {
            self.outcome.candidates.push(candidate);
        }
    }

    /// A value reaches a sink here.
    pub(super) fn sink_value(
        &mut self,
        value: &Value,
        kind: FlowKind,
        variant: Variant,
        place: Span,
        name: &str,
        doubt: u8,
    ) {
        let sink = ParameterSink {
            origin: Origin::new(Root::Source(SourceKind::Query)),
            kind,
            variant,
            place,
            name: name.into(),
            clean: Marks::NONE,
            doubt,
            way: None,
        };
        self.reach(value, &sink, None);
        self.text_alone(value, &sink);
    }

    /// What the shape of the value says when it is not known to come from outside.
    pub(super) fn text_alone(&mut self, value: &Value, sink: &ParameterSink) {
        let kind = sink.kind;
        let unsafe_part = value.open.has(kind)
            || value
                .taints
                .iter()
                .any(|taint| !taint.clean.with(self.env.fact(taint.origin, taint.form)).has(kind));
        if !unsafe_part {
            return;
        }
        let begin = match (kind, sink.variant) {
            (FlowKind::Sql, Variant::Extra | Variant::RawSql) => {
                if value.built.is_some() {
                    Begin::Built
                } else {
                    Begin::Variable
                }
            }
            (FlowKind::Html, Variant::MarkSafe) => {
                if value.built.is_some() {
                    Begin::Built
                } else {
                    Begin::Variable
                }
            }
            (FlowKind::Html, Variant::FormatHtml) | (FlowKind::Sql, _) if value.built.is_some() => {
                Begin::Built
            }
            (FlowKind::Command, Variant::Plain) if value.built.is_some() => Begin::Built,
            (FlowKind::Template, _) if names_engine(&sink.name) && !is_read_from_file(value) => {
                if value.built.is_some() { Begin::Built } else { Begin::Variable }
            }
            _ => return,
        };
        let parameters = self.only_parameters(value, kind);
        self.candidate(Candidate {
            kind,
            variant: sink.variant,
            begin,
            place: sink.place,
            name: sink.name.clone(),
            doubt: if value.built.is_some() { 1 } else { 2 },
            built: value.built,
            trace: None,
            way: None,
            parameters,
        });
    }

    /// The parameters a text is made of, when nothing else in it could do harm. Callers are asked what they hand over.
    pub(super) fn only_parameters(&mut self, value: &Value, kind: FlowKind) -> Vec<u16> {
        if value.open.has(kind) {
            return Vec::new();
        }
        let is_method = self.module.function(self.id.function).class.is_some();
        let mut parameters = Vec::new();
        for taint in &value.taints {
            match taint.origin.root {
                _ if taint.clean.has(kind) => {}
                Root::Parameter(index) if taint.origin.is_whole() && !(is_method && index == 0) => {
                    parameters.push(index);
                }
                _ => return Vec::new(),
            }
        }
        parameters.sort_unstable();
        parameters.dedup();
        for parameter in &parameters {
            if !self.outcome.summary.text_of.contains(&(*parameter, kind)) {
                self.outcome.summary.text_of.push((*parameter, kind));
            }
        }
        parameters
    }

    /// The strands of a value reach a sink, here or in a function that was called here.
    pub(super) fn reach(&mut self, value: &Value, sink: &ParameterSink, passed: Option<(Span, FunctionRef)>) {
        let kind = sink.kind;
        for taint in &value.taints {
            let facts = self.env.fact(taint.origin, taint.form);
            let clean = taint.clean.with(facts).with(sink.clean);
            if clean.has(kind) {
                continue;
            }
            let looked_at = u8::from(clean.holds(Marks::LOOKED_AT));
            let way = match passed {
                Some((span, function)) => engine::before(&sink.way, span, Note::Passed(function)),
                None => sink.way.clone(),
            };
            match taint.origin.root {
                Root::Source(source) => {
                    let mut doubt = taint.doubt.saturating_add(sink.doubt).saturating_add(looked_at);
                    let mut variant = sink.variant;
                    // No page of an attacker can make the victim's browser send these as it likes.
                    match (source, kind) {
                        (SourceKind::Header, FlowKind::Redirect) => continue,
                        // The visitor is here already.
                        (SourceKind::Path, FlowKind::Redirect) => continue,
                        // Markup in a path needs a URL pattern that lets it through.
                        (SourceKind::Path | SourceKind::Header, FlowKind::Html)
                        | (SourceKind::Cookie, FlowKind::Html | FlowKind::Redirect) => {
                            doubt = doubt.saturating_add(1);
                        }
                        _ => {}
                    }
                    if kind == FlowKind::Log
                        && taint.form == 0
                        && taint.origin.is_whole()
                        && holds_secrets(source)
                    {
                        variant = Variant::Sensitive;
                        doubt = taint.doubt;
                    }
                    self.candidate(Candidate {
                        kind,
                        variant,
                        begin: Begin::Outside(source),
                        place: sink.place,
                        name: sink.name.clone(),
                        doubt,
                        built: value.built,
                        trace: taint.trace.clone(),
                        way,
                        parameters: Vec::new(),
                    });
                }
                Root::Parameter(_) | Root::Free(_) => {
                    let known = self.outcome.summary.sinks.iter().any(|mine| {
                        mine.origin == taint.origin && mine.kind == kind && mine.place == sink.place
                    });
                    if !known && self.outcome.summary.sinks.len() < MOST_SINKS {
                        self.outcome.summary.sinks.push(ParameterSink {
                            origin: taint.origin,
                            clean: clean.without(Marks::RESOLVED).without(Marks::LOOKED_AT),
                            doubt: sink.doubt.saturating_add(taint.doubt).saturating_add(looked_at),
                            way: engine::as_way(&taint.trace, &way),
                            ..sink.clone()
                        });
                    }
                }
            }
        }
    }

    /// A value walked along the steps of an origin.
    pub(super) fn follow(&mut self, value: &Value, origin: &Origin) -> Value {
        let mut value = value.clone();
        for step in origin.steps() {
            value = match step {
                Step::Attribute(name) => self.attribute_of(&value, name, None),
                Step::Key(number) => match &value.shape {
                    Shape::Dict(items, rest) => items
                        .iter()
                        .find(|(mine, _)| *mine == number)
                        .map_or_else(|| (**rest).clone(), |(_, value)| value.clone()),
                    Shape::List(item) => (**item).clone(),
                    _ => {
                        let mut part = Value { open: value.open, built: value.built, ..Value::default() };
                        for taint in &value.taints {
                            let mut taint = taint.clone();
                            if taint.form == 0
                                && let Some(origin) = taint.origin.into(Step::Key(number))
                            {
                                taint.origin = origin;
                            } else {
                                taint.form = number | 1;
                            }
                            add_taint(&mut part.taints, &taint);
                        }
                        part
                    }
                },
            };
        }
        value
    }

    /// Whether a sink's condition holds, and how much must be guessed for it.
    pub(super) fn condition(
        &mut self,
        sink: &Sink,
        arguments: &Arguments,
        receiver: Option<&Value>,
        value: &Value,
    ) -> Option<u8> {
        let code = self.code;
        let constant_bool = |this: &Self, name: &str| {
            arguments.keyword(code, name).map(|(_, _, expr)| match this.module.expr(*expr) {
                ExprKind::Bool(boolean) => Some(*boolean),
                ExprKind::Int(number) => Some(*number != 0),
                _ => match code.constant(this.module.id, this.scope, *expr) {
                    Some(Constant::Bool(boolean)) => Some(boolean),
                    _ => None,
                },
            })
        };
        match sink.when {
            When::Always => Some(0),
            When::Probe => Some(1),
            When::SlowPattern => {
                let pattern = match receiver {
                    Some(receiver) if receiver.external_name() == Some("re.compile()") => {
                        receiver.text.as_deref()
                    }
                    _ => arguments.positional(0).and_then(|(_, pattern, _)| pattern.constant_text()),
                };
                pattern.is_some_and(super::patterns::is_slow).then_some(0)
            }
            When::Query => (arguments.on_query
                || receiver.is_some_and(|receiver| {
                    matches!(receiver.shape, Shape::Query(_))
                        || receiver.external_name().is_some_and(|name| name.contains(".objects"))
                }))
            .then_some(0),
            When::Shell | When::NoShell => {
                let spread = arguments.list.iter().any(|(how, ..)| *how == ArgumentHow::SpreadKeywords);
                let shell = match constant_bool(self, "shell") {
                    Some(Some(shell)) => Some(shell),
                    Some(None) => None,
                    None if spread => None,
                    None => Some(false),
                };
                match (sink.when, shell) {
                    (When::Shell, Some(true)) => Some(0),
                    (When::Shell, None) => Some(1),
                    (When::NoShell, Some(false)) => {
                        // Of a list of arguments only the first names the program.
                        let _ = value;
                        Some(1)
                    }
                    _ => None,
                }
            }
            When::HtmlBody => {
                let (start, end) = self.module.function(self.id.function).whole;
                let text = self.module.file.text.get(start as usize..end as usize).unwrap_or_default();
                let html = |line: &str| line.contains("\"html\"") || line.contains("'html'");
                text.lines().any(|line| line.contains(".content_subtype") && html(line)).then_some(0)
            }
            When::HtmlContent => {
                let given = arguments
                    .keyword(code, "content_type")
                    .or_else(|| arguments.keyword(code, "mimetype"))
                    .or_else(|| arguments.positional(1));
                match given {
                    None => Some(0),
                    Some((_, value, expr)) => {
                        let text = value.text.as_deref();
                        match text {
                            Some(text) if !text.starts_with('\0') => {
                                let text = text.to_ascii_lowercase();
                                (text.contains("html")
                                    || text.contains("svg")
                                    || text.starts_with("text/xml")
                                    || text.starts_with("application/xml"))
                                .then_some(0)
                            }
                            _ if matches!(self.module.expr(*expr), ExprKind::None) => Some(0),
                            _ => Some(2),
                        }
                    }
                }
            }
            When::UnsafeYaml => {
                let loader = arguments.keyword(code, "Loader").or_else(|| arguments.positional(1));
                match loader {
                    None => Some(0),
                    Some((_, value, expr)) => {
                        let name = value.external_name().unwrap_or_default().to_owned();
                        let name = if name.is_empty() { self.module.source(*expr).to_owned() } else { name };
                        (!(name.contains("SafeLoader") || name.contains("BaseLoader"))).then_some(0)
                    }
                }
            }
            When::PickleAllowed => {
                matches!(constant_bool(self, "allow_pickle"), Some(Some(true))).then_some(0)
            }
            When::LooksLikeSql => {
                let surely_cursor = receiver.and_then(Value::external_name).is_some_and(|name| {
                    name.contains("cursor()")
                        || name.contains(".objects")
                        || name.contains("connection")
                        || name.contains("sqlite3")
                        || name.contains("psycopg")
                        || name.contains("MySQLdb")
                        || name.contains("pymysql")
                        || name.contains("schema_editor")
                });
                if surely_cursor || value.text.as_deref().is_some_and(looks_like_sql) {
                    Some(0)
                } else {
                    arguments.on_cursor.then_some(0)
                }
            }
        }
    }
}

/// Whether the whole of it holds passwords, tokens or sessions sooner or later.
pub(super) fn holds_secrets(source: SourceKind) -> bool {
    matches!(
        source,
        SourceKind::Form | SourceKind::Header | SourceKind::Cookie | SourceKind::Body | SourceKind::Api
    )
}

/// Whether a callee reads like a template or its engine; other things have a `from_string` too.
fn names_engine(callee: &str) -> bool {
    let lower = callee.to_ascii_lowercase();
    ["template", "engine", "jinja", "environment", "env."].iter().any(|word| lower.contains(word))
}

/// Whether a text was read from a file: the project's own, as far as the path is.
fn is_read_from_file(value: &Value) -> bool {
    value.external_name().is_some_and(|name| {
        name.starts_with("builtins.open") || name.contains("read") || name.contains("Path()")
    })
}
