//! One page for people who do not use a terminal: self-contained, readable without script.
//!
//! Everything shown passes through the template's escaping; there is no `safe` anywhere, and the page's own policy
//! forbids scripts, images and connections besides.

use crate::clean::{clean, clean_line};
use crate::place::Located;
use crate::terminal::{SEVERITIES, by_rule, why};
use askama::Template;
use barding_finding::{AuditResult, CheckUp, Finding, Place, Said, Verdict};

/// Lines shown above and below the line in question.
const AROUND: u32 = 2;
/// Characters of a line that are shown.
const LONGEST: usize = 240;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    version: &'static str,
    target: String,
    headline: String,
    lead: String,
    counts: Vec<Count>,
    check_up: Option<Look>,
    ignored: usize,
    checklist: Vec<Item>,
    passed: usize,
    rules: Vec<Group>,
    files: Vec<String>,
    judged: Vec<(String, String, String, bool)>,
    problems: Vec<(String, String)>,
    unknown: Vec<(String, String, String)>,
    notes: Vec<String>,
    advisory_date: Option<String>,
    set_aside: Vec<(String, String, String)>,
}

/// The check-up of a running site.
struct Look {
    grade: &'static str,
    class: &'static str,
    sentence: String,
    level: &'static str,
    found: Vec<Checked>,
    open: Vec<Checked>,
    nothing: Vec<&'static str>,
    unseen: Vec<Checked>,
    not_asked: Vec<&'static str>,
}

struct Checked {
    id: &'static str,
    title: &'static str,
    word: &'static str,
    why: String,
}

struct Count {
    word: &'static str,
    number: usize,
}

struct Item {
    number: usize,
    title: &'static str,
    verdict: &'static str,
    sign: &'static str,
    class: &'static str,
    why: String,
}

struct Group {
    id: &'static str,
    title: String,
    severity: &'static str,
    tip: String,
    weaknesses: String,
    consequence: Vec<Piece>,
    advice: Vec<Piece>,
    findings: Vec<Shown>,
}

struct Shown {
    severity: &'static str,
    confidence: &'static str,
    message: Vec<Piece>,
    place: String,
    lines: Vec<Line>,
    steps: Vec<Step>,
    subjects: String,
    advice: Vec<Piece>,
    fingerprint: String,
}

struct Step {
    role: &'static str,
    note: Vec<Piece>,
    place: String,
    lines: Vec<Line>,
}

/// A line of code: what stands before, in and after the mark.
struct Line {
    number: u32,
    before: String,
    marked: String,
    after: String,
}

/// A piece of prose, or of code within it.
struct Piece {
    code: bool,
    text: String,
}

pub(crate) fn render(result: &AuditResult) -> String {
    let coverage = &result.coverage;
    let counts: Vec<Count> = SEVERITIES
        .into_iter()
        .map(|severity| Count {
            word: severity.word(),
            number: result.findings.iter().filter(|finding| finding.severity == severity).count(),
        })
        .collect();
    let checklist: Vec<Item> = result.checklist.iter().map(item).collect();
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        target: clean_line(&result.target),
        headline: headline(result),
        lead: lead(result),
        counts,
        check_up: result.check_up.as_ref().map(look),
        ignored: result.ignored.len(),
        passed: checklist.iter().filter(|item| item.class == "pass").count(),
        checklist,
        rules: by_rule(result).into_iter().map(|(_, findings)| group(&findings, result)).collect(),
        files: coverage
            .files
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(sort, count)| format!("{sort} {count}"))
            .collect(),
        judged: coverage
            .judged
            .iter()
            .map(|judged| {
                let words = |text: &str| clean_line(text);
                (words(&judged.name), words(&judged.role), words(&judged.reason), judged.judged)
            })
            .collect(),
        problems: coverage
            .problems
            .iter()
            .map(|problem| {
                let place = match (&problem.place, &problem.path) {
                    (Some(span), _) => Located::of_span(*span, result).words(),
                    (None, path) => path.as_ref().map(ToString::to_string).unwrap_or_default(),
                };
                (clean_line(&place), clean_line(&problem.message))
            })
            .collect(),
        unknown: coverage
            .unknown
            .iter()
            .map(|unknown| {
                let place = unknown.evidence.place.as_ref();
                let place = place.map(|place| Located::new(place, result).words()).unwrap_or_default();
                (clean_line(&unknown.question), clean_line(&unknown.evidence.note), clean_line(&place))
            })
            .collect(),
        notes: coverage.notes.iter().map(|note| clean_line(note)).collect(),
        advisory_date: result.advisory_date.as_deref().map(clean_line),
        set_aside: result
            .ignored
            .iter()
            .map(|ignored| {
                let place = Located::new(&ignored.finding.place, result).words();
                (clean_line(&ignored.finding.message), clean_line(&place), clean_line(&ignored.reason))
            })
            .collect(),
    };
    page.render().expect("writing to a string does not fail")
}

fn look(check_up: &CheckUp) -> Look {
    let mut look = Look {
        grade: check_up.grade,
        class: match check_up.grade {
            "A+" | "A" => "good",
            "B" | "C" => "fair",
            _ => "bad",
        },
        sentence: clean_line(&check_up.sentence),
        level: check_up.level,
        found: Vec::new(),
        open: Vec::new(),
        nothing: Vec::new(),
        unseen: Vec::new(),
        not_asked: Vec::new(),
    };
    for check in &check_up.checks {
        let row =
            |word, why: &str| Checked { id: check.rule.0, title: check.title, word, why: clean_line(why) };
        match &check.said {
            Said::Found(severity) => look.found.push(row(severity.word(), "")),
            Said::CannotTell(why) => look.open.push(row("unknown", why)),
            Said::Nothing => look.nothing.push(check.title),
            Said::NothingToJudge(why) => look.unseen.push(row("unseen", why)),
            Said::NotAsked => look.not_asked.push(check.title),
        }
    }
    look
}

fn headline(result: &AuditResult) -> String {
    let urgent =
        result.findings.iter().filter(|finding| finding.severity >= barding_finding::Severity::High).count();
    match (result.findings.len(), urgent) {
        (0, _) if result.coverage.is_complete() => "Nothing found".to_owned(),
        (0, _) => "Nothing found in what could be seen".to_owned(),
        (1, 1) => "One finding, and it needs attention now".to_owned(),
        (1, 0) => "One finding, nothing urgent".to_owned(),
        (all, 0) => format!("{all} findings, none of them urgent"),
        (all, 1) => format!("{all} findings, one needs attention now"),
        (all, urgent) if all == urgent => format!("{all} findings, all need attention now"),
        (all, urgent) => format!("{all} findings, {urgent} need attention now"),
    }
}

fn lead(result: &AuditResult) -> String {
    let gaps = crate::gaps(result);
    let fail = result.checklist.iter().filter(|item| matches!(item.verdict, Verdict::Fail { .. })).count();
    let mut text = match fail {
        0 => "No tip of the checklist fails.".to_owned(),
        1 => "One of the checklist's tips fails.".to_owned(),
        fail => format!("{fail} of the checklist's tips fail."),
    };
    if !gaps.is_empty() {
        text.push_str(&format!(" The audit is not complete: {gaps}."));
    }
    text
}

fn item(item: &barding_finding::TipResult) -> Item {
    let (class, sign, verdict) = match item.verdict {
        Verdict::Pass => ("pass", "✓", "pass"),
        Verdict::Fail { .. } => ("fail", "✗", "fail"),
        Verdict::Unknown { .. } => ("unknown", "?", "unknown"),
        Verdict::NotLookedAt { .. } => ("unseen", "–", "not looked at"),
    };
    Item {
        number: item.tip.number(),
        title: item.tip.title(),
        verdict,
        sign,
        class,
        why: clean_line(&why(item, true).unwrap_or_default()),
    }
}

fn group(findings: &[&Finding], result: &AuditResult) -> Group {
    let first = findings[0];
    let rule = result.rule(first);
    let advice_of_all = findings.iter().all(|finding| finding.advice == first.advice);
    Group {
        id: first.rule.0,
        title: rule.map_or(first.rule.0, |rule| rule.title).to_owned(),
        severity: first.severity.word(),
        tip: rule.map(|rule| format!("tip {}: {}", rule.tip.number(), rule.tip.title())).unwrap_or_default(),
        weaknesses: rule
            .map(|rule| rule.cwe.iter().map(|number| format!("CWE-{number}")).collect::<Vec<_>>().join(", "))
            .unwrap_or_default(),
        consequence: pieces(&first.consequence),
        advice: if advice_of_all { pieces(&first.advice) } else { Vec::new() },
        findings: findings.iter().map(|finding| shown(finding, result, !advice_of_all)).collect(),
    }
}

fn shown(finding: &Finding, result: &AuditResult, own_advice: bool) -> Shown {
    let located = Located::new(&finding.place, result);
    let is_code = located.source.is_some();
    Shown {
        severity: finding.severity.word(),
        confidence: finding.confidence.word(),
        message: pieces(&finding.message),
        place: clean_line(&located.words()),
        lines: lines(&located, AROUND),
        steps: finding
            .evidence
            .iter()
            .map(|step| {
                let located = step.place.as_ref().map(|place: &Place| Located::new(place, result));
                Step {
                    role: step.role.word(),
                    note: pieces(&step.note),
                    // The address of the finding itself stands above already.
                    place: located
                        .as_ref()
                        .filter(|_| is_code || step.place.as_ref() != Some(&finding.place))
                        .map(|located| clean_line(&located.words()))
                        .unwrap_or_default(),
                    lines: located.map(|located| lines(&located, 0)).unwrap_or_default(),
                }
            })
            .collect(),
        subjects: clean_line(&finding.subjects.join(", ")),
        advice: if own_advice { pieces(&finding.advice) } else { Vec::new() },
        fingerprint: finding.fingerprint.clone(),
    }
}

fn lines(located: &Located, around: u32) -> Vec<Line> {
    let (Some((file, span)), Some(region)) = (&located.source, located.region) else { return Vec::new() };
    if span.is_empty() && span.start == 0 {
        return Vec::new();
    }
    let last = region.end_line.min(region.line + 5);
    let range =
        region.line.saturating_sub(around).max(1)..=last.saturating_add(around).min(file.line_count());
    range
        .filter_map(|number| {
            let whole = file.line_span(number)?;
            // What follows the last line end is no line to show.
            if whole.is_empty() && whole.start as usize == file.text.len() {
                return None;
            }
            let start = span.start.clamp(whole.start, whole.end);
            let end = span.end.clamp(start, whole.end);
            let part = |from: u32, to: u32| file.text.get(from as usize..to as usize).unwrap_or_default();
            Some(Line {
                number,
                before: tail(&clean(part(whole.start, start))),
                marked: head(&clean(part(start, end))),
                after: head(&clean(part(end, whole.end))),
            })
        })
        .collect()
}

fn head(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn tail(text: &str) -> String {
    match text.char_indices().rev().nth(LONGEST) {
        Some((at, _)) => format!("…{}", &text[at..]),
        None => text.to_owned(),
    }
}

/// Prose with `code` in it, in pieces.
fn pieces(text: &str) -> Vec<Piece> {
    let text = clean_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks leaves the last one open: it is then no code.
    let closed = parts.len() % 2 == 1;
    parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| Piece {
            code: at % 2 == 1 && (closed || at + 1 < parts.len()),
            text: (*part).to_owned(),
        })
        .collect()
}
