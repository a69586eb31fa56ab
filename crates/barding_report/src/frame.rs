//! Code frames: the lines in question with what is to be seen in them.
//!
//! Only the lines that are shown are copied out of a file, and they are made harmless on the way, so a frame costs the
//! same in a file of ten lines and of ten million, and never carries an escape sequence.

use crate::clean::{clean_line, is_harmless, replacement};
use crate::place::Located;
use crate::wrap::wrap;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use barding_finding::{AuditResult, Evidence, Finding, Place, Severity};
use barding_source::{SourceFile, Span};
use std::sync::Arc;

/// Marks closer together than this share a frame.
const NEAR: u32 = 5;
/// A mark over more lines than this is drawn on its first line only.
const TALL: u32 = 4;
/// Bytes of a line that are shown on each side of a mark.
const REACH: u32 = 240;

/// What stands above, in and below the frames.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// The severity's word and colour.
    pub(crate) severity: Severity,
    /// What stands in brackets behind the severity.
    pub(crate) id: &'a str,
    /// The headline.
    pub(crate) title: String,
    /// Where it is, and the steps that have a place of their own.
    pub(crate) marks: Vec<Mark>,
    /// Named remarks below, such as ("advice", "…").
    pub(crate) remarks: Vec<(&'static str, String)>,
}

/// A place in a frame, with what is to be seen there.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) located: Located,
    pub(crate) label: Option<String>,
    pub(crate) primary: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a finding with at most `steps` steps of its story.
    pub(crate) fn of(finding: &'a Finding, result: &AuditResult, steps: usize) -> Self {
        let mut marks =
            vec![Mark { located: Located::new(&finding.place, result), label: None, primary: true }];
        let mut remarks = Vec::new();
        if !finding.subjects.is_empty() {
            remarks.push(("in", finding.subjects.join(", ")));
        }
        for step in finding.evidence.iter().take(steps) {
            add_step(step, &finding.place, result, &mut marks, &mut remarks);
        }
        let left_out = finding.evidence.len().saturating_sub(steps);
        if left_out > 0 {
            remarks.push(("note", format!("{left_out} more steps are not shown; --full shows them")));
        }
        if !finding.consequence.is_empty() {
            remarks.push(("risk", finding.consequence.clone()));
        }
        if !finding.advice.is_empty() {
            remarks.push(("help", finding.advice.clone()));
        }
        let title = finding.message.clone();
        Self { severity: finding.severity, id: finding.rule.0, title, marks, remarks }
    }

    /// Draws it, with a line end at the end.
    pub(crate) fn draw(&self, color: bool, width: usize) -> String {
        let level = match self.severity {
            Severity::Critical | Severity::High => Level::ERROR,
            Severity::Medium => Level::WARNING,
            Severity::Low => Level::INFO,
            Severity::Info => Level::NOTE,
        };
        let name_width = self.severity.word().len() + self.id.len() + 4;
        let title = wrap(&clean_line(&self.title), width.saturating_sub(name_width).max(30)).join("\n");
        let title = level.with_name(self.severity.word()).primary_title(title);
        let mut group = if self.id.is_empty() { title } else { title.id(self.id) }.elements(self.elements());
        for (name, text) in &self.remarks {
            let text = wrap(&clean_line(text), width.saturating_sub(name.len() + 9).max(30)).join("\n");
            let level = if *name == "help" { Level::HELP } else { Level::NOTE };
            group = group.element(level.with_name(*name).message(text));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.term_width(width).render(&[group]);
        text.push('\n');
        text
    }

    fn elements(&self) -> Vec<Element<'static>> {
        let mut elements = Vec::new();
        for cluster in clusters(&self.marks) {
            match cluster.as_slice() {
                [mark] if mark.is_bare() => {
                    let mut origin = Origin::path(clean_line(&mark.located.name));
                    if let Some(region) = mark.located.region.filter(|_| mark.located.source.is_none()) {
                        origin = origin.line(region.line as usize);
                    }
                    elements.push(origin.into());
                }
                marks => elements.extend(snippet(marks).map(Element::from)),
            }
        }
        elements
    }
}

fn add_step(
    step: &Evidence,
    primary: &Place,
    result: &AuditResult,
    marks: &mut Vec<Mark>,
    remarks: &mut Vec<(&'static str, String)>,
) {
    let label = clean_line(&format!("{}: {}", step.role.word(), step.note));
    match &step.place {
        Some(place) if place == primary && marks[0].label.is_none() && marks[0].located.source.is_some() => {
            marks[0].label = Some(label);
        }
        // There is no line to show it at, and the place stands above already.
        Some(place) if place == primary && marks[0].located.source.is_none() => {
            remarks.push((step.role.word(), step.note.clone()));
        }
        Some(place @ (Place::Code(_) | Place::Package { .. })) => {
            let located = Located::new(place, result);
            // A mark on a file as a whole has nothing to show, so its words go below.
            if located.source.as_ref().is_some_and(|(_, span)| !span.is_empty()) {
                marks.push(Mark { located, label: Some(label), primary: false });
            } else {
                remarks.push((step.role.word(), format!("{} ({})", step.note, located.words())));
            }
        }
        Some(place) => {
            let words = Located::new(place, result).words();
            remarks.push((step.role.word(), format!("{} ({words})", step.note)));
        }
        None => remarks.push((step.role.word(), step.note.clone())),
    }
}

impl Mark {
    /// Whether there is no line to show: the place is no text, or a file as a whole.
    fn is_bare(&self) -> bool {
        self.located.source.as_ref().is_none_or(|(file, span)| {
            file.text.is_empty() || (span.is_empty() && span.start == 0 && self.label.is_none())
        })
    }

    fn lines(&self) -> (u32, u32) {
        self.located.region.map_or((0, 0), |region| {
            let tall = region.end_line.saturating_sub(region.line) >= TALL;
            (region.line, if tall { region.line } else { region.end_line })
        })
    }
}

/// Marks that share a frame: of one file and near each other. The primary's frame comes first, the others in the order
/// of the story.
fn clusters(marks: &[Mark]) -> Vec<Vec<&Mark>> {
    let mut clusters: Vec<Vec<&Mark>> = Vec::new();
    for mark in marks {
        let near = |other: &&Mark| {
            let (start, end) = mark.lines();
            let (other_start, other_end) = other.lines();
            !mark.is_bare()
                && !other.is_bare()
                && other.located.name == mark.located.name
                && start <= other_end + NEAR
                && other_start <= end + NEAR
        };
        match clusters.iter_mut().find(|cluster| cluster.iter().any(near)) {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters
}

fn snippet(marks: &[&Mark]) -> Option<Snippet<'static, annotate_snippets::Annotation<'static>>> {
    let (file, _) = marks.first()?.located.source.as_ref()?;
    let first = marks.iter().map(|mark| mark.lines().0).min()?;
    let last = marks.iter().map(|mark| mark.lines().1).max()?;
    let window = Window::new(file, first, last, marks);
    let mut snippet = Snippet::source(window.text.clone())
        .line_start(first as usize)
        .path(clean_line(file.path.as_str()))
        .fold(false);
    for mark in marks {
        let Some((_, span)) = &mark.located.source else { continue };
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (start, end) = (window.offset(span.start), window.offset(end_of(mark, *span, file)));
        let mut annotation = kind.span(start..end.max(start));
        if let Some(label) = &mark.label {
            annotation = annotation.label(label.clone());
        }
        snippet = snippet.annotation(annotation);
    }
    Some(snippet)
}

/// The end of the part of a mark that is drawn.
fn end_of(mark: &Mark, span: Span, file: &Arc<SourceFile>) -> u32 {
    let (_, last) = mark.lines();
    file.line_span(last).map_or(span.end, |line| span.end.min(line.end))
}

/// Some lines of a file, made harmless, and where each byte of the file went.
struct Window {
    text: String,
    /// (offset in the file, offset in the text), in order; between two of them bytes correspond one to one.
    moves: Vec<(u32, usize)>,
}

impl Window {
    fn new(file: &SourceFile, first: u32, last: u32, marks: &[&Mark]) -> Self {
        let mut window = Self { text: String::new(), moves: Vec::new() };
        for number in first..=last {
            let Some(line) = file.line_span(number) else { break };
            if number > first {
                window.text.push('\n');
            }
            window.add_line(file, line, marks);
        }
        window
    }

    fn add_line(&mut self, file: &SourceFile, line: Span, marks: &[&Mark]) {
        let spans = marks.iter().filter_map(|mark| mark.located.source.as_ref()).map(|(_, span)| *span);
        let spans: Vec<Span> =
            spans.filter(|span| span.start <= line.end && span.end >= line.start).collect();
        let wanted_start = spans.iter().map(|span| span.start).min().unwrap_or(line.start);
        let wanted_end =
            spans.iter().map(|span| span.end.min(span.start + REACH)).max().unwrap_or(line.start);
        let mut start = wanted_start.saturating_sub(REACH).max(line.start);
        let mut end = wanted_end.saturating_add(REACH).min(line.end);
        while !file.text.is_char_boundary(start as usize) {
            start -= 1;
        }
        while !file.text.is_char_boundary(end as usize) {
            end += 1;
        }
        self.moves.push((line.start, self.text.len()));
        if start > line.start {
            self.text.push('…');
        }
        self.moves.push((start, self.text.len()));
        let shown = file.text.get(start as usize..end as usize).unwrap_or_default();
        for (at, character) in shown.char_indices() {
            if is_harmless(character) {
                self.text.push(character);
            } else {
                let offset = start + at as u32;
                self.moves.push((offset, self.text.len()));
                self.text.push_str(&replacement(character));
                self.moves.push((offset + character.len_utf8() as u32, self.text.len()));
            }
        }
        self.moves.push((end, self.text.len()));
        if end < line.end {
            self.text.push('…');
            self.moves.push((line.end, self.text.len()));
        }
    }

    /// Where a byte of the file stands in the text.
    fn offset(&self, raw: u32) -> usize {
        let at = self.moves.partition_point(|(from, _)| *from <= raw);
        let Some((from, to)) = at.checked_sub(1).map(|before| self.moves[before]) else { return 0 };
        let limit = self.moves.get(at).map_or(self.text.len(), |(_, next)| *next);
        let mut offset = (to + (raw - from) as usize).min(limit);
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// A frame around one place without a headline: for the histories of settings.
pub(crate) fn excerpt(span: Span, label: &str, files: &AuditResult, color: bool, width: usize) -> String {
    let located = Located::of_span(span, files);
    let mark = Mark { located, label: Some(clean_line(label)), primary: true };
    let Some(snippet) = snippet(&[&mark]) else { return String::new() };
    let group = annotate_snippets::Group::with_level(Level::NOTE).element(snippet);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.term_width(width).render(&[group]);
    text.push('\n');
    text
}
