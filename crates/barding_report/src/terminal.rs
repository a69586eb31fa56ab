//! For people: the worst first with the code in question, then what was and was not looked at, the checklist, and at
//! the very end, where the eye is when the command returns, the sum of it all.

use crate::Look;
use crate::clean::clean_line;
use crate::frame::Frame;
use crate::paint::Paint;
use crate::place::Located;
use crate::wrap::{cut, pad, wrap};
use barding_finding::{AuditResult, Finding, RuleId, Severity, TipResult, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// The severities, worst first.
pub(crate) const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// Findings of one rule that are listed by their line before the rest is counted.
const LISTED: usize = 6;
/// Entries of a list that are shown before the rest is counted.
const SHOWN: usize = 12;
/// Steps of a finding's story that are shown.
const STEPS: usize = 8;

pub(crate) fn render(result: &AuditResult, look: &Look) -> String {
    let mut report = Terminal { out: String::new(), paint: Paint { color: look.color }, look, result };
    if look.statistics {
        report.statistics();
    } else {
        report.findings();
    }
    if !look.quiet {
        report.set_aside();
        report.coverage();
        report.checklist();
    }
    report.sum();
    report.out
}

struct Terminal<'a> {
    out: String,
    paint: Paint,
    look: &'a Look,
    result: &'a AuditResult,
}

/// The findings of each rule, the rule with the worst finding first.
pub(crate) fn by_rule(result: &AuditResult) -> Vec<(RuleId, Vec<&Finding>)> {
    let mut groups: Vec<(RuleId, Vec<&Finding>)> = Vec::new();
    for finding in &result.findings {
        match groups.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, group)) => group.push(finding),
            None => groups.push((finding.rule, vec![finding])),
        }
    }
    groups
}

impl Terminal<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let text = self.paint.heading(text);
        self.line(&text);
    }

    /// Text behind a first column, wrapped with a hanging indent. `first` is `indent` columns wide.
    fn hanging(&mut self, first: &str, indent: usize, text: &str) {
        let lines = wrap(text, self.look.width.saturating_sub(indent).max(24));
        for (at, line) in lines.iter().enumerate() {
            let text =
                if at == 0 { format!("{first}{line}") } else { format!("{}{line}", " ".repeat(indent)) };
            self.line(&text);
        }
    }

    fn findings(&mut self) {
        for (_, group) in by_rule(self.result) {
            let shown = if self.look.full { group.len() } else { 1 };
            for finding in &group[..shown] {
                let steps = if self.look.full { usize::MAX } else { STEPS };
                let frame = Frame::of(finding, self.result, steps);
                let mut text = frame.draw(self.look.color, self.look.width);
                if finding.confidence != barding_finding::Confidence::High {
                    let sure = format!("   = confidence: {}\n", finding.confidence.word());
                    text.push_str(&self.paint.faint(&sure));
                }
                self.out.push_str(&text);
                self.out.push('\n');
            }
            self.others(&group[shown..], &group);
        }
    }

    /// The findings of a rule that has been shown once already: one line each.
    fn others(&mut self, others: &[&Finding], group: &[&Finding]) {
        if others.is_empty() {
            return;
        }
        let count = others.len();
        let title = if count == 1 { "1 more like it:".to_owned() } else { format!("{count} more like it:") };
        let title = self.paint.strong(&title);
        self.line(&format!("  {title}"));
        let places: Vec<String> = others
            .iter()
            .take(LISTED)
            .map(|finding| clean_line(&Located::new(&finding.place, self.result).words()))
            .collect();
        let longest = places.iter().map(|place| place.width()).max().unwrap_or(0).min(44);
        for (finding, place) in others.iter().zip(&places) {
            let room = self.look.width.saturating_sub(longest.max(place.width()) + 6).max(16);
            // Several findings on one line are told apart by what they say, not by the line.
            let is_alone = group.iter().filter(|other| other.place == finding.place).count() == 1;
            let seen = if is_alone { self.seen_at(finding) } else { clean_line(&finding.message) };
            let seen = cut(&seen, room);
            let place = self.paint.name(&pad(place, longest));
            self.line(&format!("    {place}  {seen}"));
        }
        if count > LISTED {
            let rest = count - LISTED;
            let rest = self.paint.faint(&format!("… and {rest} more; --full shows each with its code"));
            self.line(&format!("    {rest}"));
        }
        self.out.push('\n');
    }

    /// The line of code at a finding, or its message where there is none.
    fn seen_at(&self, finding: &Finding) -> String {
        let located = Located::new(&finding.place, self.result);
        let code = located.source.as_ref().and_then(|(file, span)| {
            let text = file.line_text(file.line(span.start))?.trim();
            let short: String = text.chars().take(200).collect();
            (!short.is_empty() && !span.is_empty()).then_some(short)
        });
        clean_line(&code.unwrap_or_else(|| finding.message.clone()))
    }

    fn statistics(&mut self) {
        let groups = by_rule(self.result);
        let longest = groups.iter().map(|(rule, _)| rule.0.len()).max().unwrap_or(0);
        for (rule, group) in groups {
            let worst = group.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
            let severity = self.paint.severity(worst, &pad(worst.word(), 8));
            let title = self.result.rule(group[0]).map_or("", |rule| rule.title);
            let text = format!("{:>5}  {severity}  {:longest$}  {title}", group.len(), rule.0);
            self.line(&text);
        }
        if !self.result.findings.is_empty() {
            self.out.push('\n');
        }
    }

    fn set_aside(&mut self) {
        if self.result.ignored.is_empty() {
            return;
        }
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for ignored in &self.result.ignored {
            match reasons.iter_mut().find(|(reason, _)| *reason == ignored.reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((&ignored.reason, 1)),
            }
        }
        self.heading("Set aside");
        let shown = if self.look.full { reasons.len() } else { SHOWN };
        for (reason, count) in reasons.iter().take(shown) {
            self.hanging(&format!("  {count:>4}  "), 8, &clean_line(reason));
        }
        self.more(reasons.len(), shown);
        self.out.push('\n');
    }

    fn more(&mut self, all: usize, shown: usize) {
        if all > shown {
            let text = self.paint.faint(&format!("… and {} more; --full shows them", all - shown));
            self.line(&format!("  {text}"));
        }
    }

    fn coverage(&mut self) {
        let coverage = &self.result.coverage;
        let shown = if self.look.full { usize::MAX } else { SHOWN };
        self.heading("Looked at");
        let files: Vec<String> = coverage
            .files
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(sort, count)| format!("{sort} {count}"))
            .collect();
        let files = if files.is_empty() { "no files".to_owned() } else { files.join(", ") };
        self.hanging("  files: ", 9, &files);
        for judged in coverage.judged.iter().take(shown) {
            let verb = if judged.judged { "judged" } else { "not judged" };
            let text = format!("{} ({}, {}): {verb}", judged.name, judged.role, judged.reason);
            self.hanging("  ", 4, &clean_line(&text));
        }
        self.more(coverage.judged.len(), shown);
        if let Some(date) = &self.result.advisory_date {
            self.hanging("  ", 4, &format!("advisory data of {date}"));
        }
        for note in coverage.notes.iter().take(shown) {
            self.hanging("  ", 4, &clean_line(note));
        }
        self.more(coverage.notes.len(), shown);
        self.out.push('\n');
        if coverage.problems.is_empty() && coverage.unknown.is_empty() {
            return;
        }
        self.heading("Not seen or not known");
        for problem in coverage.problems.iter().take(shown) {
            let place = match (&problem.place, &problem.path) {
                (Some(span), _) => Some(Located::of_span(*span, self.result).words()),
                (None, path) => path.as_ref().map(ToString::to_string),
            };
            let text = match place {
                Some(place) => format!("{place}: {}", problem.message),
                None => problem.message.clone(),
            };
            self.hanging("  ", 4, &clean_line(&text));
        }
        self.more(coverage.problems.len(), shown);
        for unknown in coverage.unknown.iter().take(shown) {
            let mut text = format!("{}: {}", unknown.question, unknown.evidence.note);
            if let Some(place) = &unknown.evidence.place {
                let _ = write!(text, " ({})", Located::new(place, self.result).words());
            }
            self.hanging("  ", 4, &clean_line(&text));
        }
        self.more(coverage.unknown.len(), shown);
        self.out.push('\n');
    }

    fn checklist(&mut self) {
        if self.result.checklist.is_empty() {
            return;
        }
        self.heading("Checklist");
        let longest = self.result.checklist.iter().map(|item| item.tip.title().width()).max().unwrap_or(0);
        let mut unseen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for item in &self.result.checklist {
            if let (Verdict::NotLookedAt { .. }, Some(why)) = (&item.verdict, why(item, false)) {
                unseen.entry(why).or_default().push(item.tip.number());
            }
        }
        unseen.retain(|_, numbers| numbers.len() >= MANY_UNSEEN && !self.look.full);
        for item in &self.result.checklist {
            if unseen.values().any(|numbers| numbers.contains(&item.tip.number())) {
                continue;
            }
            let (sign, word) = match item.verdict {
                Verdict::Pass => (self.paint.good("✓"), self.paint.good("pass")),
                Verdict::Fail { .. } => (self.paint.bad("✗"), self.paint.bad("fail")),
                Verdict::Unknown { .. } => (self.paint.unsure("?"), self.paint.unsure("unknown")),
                Verdict::NotLookedAt { .. } => (self.paint.faint("-"), self.paint.faint("not looked at")),
            };
            let title = pad(item.tip.title(), longest);
            let text = format!("  {sign} {:>2}  {title}  {word}", item.tip.number());
            self.line(&text);
            if let Some(why) = why(item, self.look.full) {
                for line in wrap(&clean_line(&why), self.look.width.saturating_sub(8).max(24)) {
                    let line = self.paint.faint(&line);
                    self.line(&format!("        {line}"));
                }
            }
        }
        for (why, numbers) in unseen {
            let text = format!("not looked at: tips {}; {why}", ranges(&numbers));
            for (at, line) in
                wrap(&clean_line(&text), self.look.width.saturating_sub(8).max(24)).iter().enumerate()
            {
                let line = self.paint.faint(line);
                let lead = if at == 0 { self.paint.faint("  -     ") } else { " ".repeat(8) };
                self.line(&format!("{lead}{line}"));
            }
        }
        self.out.push('\n');
    }

    fn sum(&mut self) {
        let result = self.result;
        let target = clean_line(&result.target);
        if result.findings.is_empty() {
            let text = if result.coverage.is_complete() {
                format!("{} in {target}.", self.paint.good("Nothing found"))
            } else {
                format!("{} in {target}, in what could be seen.", self.paint.good("Nothing found"))
            };
            self.line(&text);
        } else {
            let counts: Vec<String> = SEVERITIES
                .into_iter()
                .filter_map(|severity| {
                    let count = result.findings.iter().filter(|finding| finding.severity == severity).count();
                    let text = format!("{count} {}", severity.word());
                    (count > 0).then(|| self.paint.severity(severity, &text))
                })
                .collect();
            let total = result.findings.len();
            let word = if total == 1 { "1 finding".to_owned() } else { format!("{total} findings") };
            let word = self.paint.strong(&word);
            let mut text = format!("{word} in {target}: {}.", counts.join(", "));
            if !result.ignored.is_empty() {
                let _ = write!(text, " {} set aside.", result.ignored.len());
            }
            self.line(&text);
        }
        let gaps = gaps(result);
        if !gaps.is_empty() {
            self.hanging("", 0, &format!("Not complete: {gaps}."));
        }
        if let Some(first) = result.findings.first()
            && !self.look.quiet
        {
            let command = self.paint.name(&format!("barding explain {}", first.rule));
            self.line(&format!("{command} says more about a rule."));
        }
    }
}

/// So many tips that nobody looked at for the same reason share a line.
const MANY_UNSEEN: usize = 4;

/// `1 to 4, 6, 8 to 18`.
fn ranges(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == *number => *end = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let shown = runs.iter().map(|(start, end)| match end - start {
        0 => start.to_string(),
        _ => format!("{start} to {end}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Why a tip has its verdict, in words.
pub(crate) fn why(item: &TipResult, full: bool) -> Option<String> {
    match &item.verdict {
        Verdict::Pass => None,
        Verdict::Fail { findings: 1, worst } => Some(format!("1 finding, {}", worst.word())),
        Verdict::Fail { findings, worst } => Some(format!("{findings} findings, the worst {}", worst.word())),
        Verdict::Unknown { missing } => {
            let shown = if full { missing.len() } else { missing.len().min(4) };
            let mut text = format!("missing: {}", missing[..shown].join("; "));
            if missing.len() > shown {
                let _ = write!(text, "; and {} more", missing.len() - shown);
            }
            Some(text)
        }
        Verdict::NotLookedAt { commands } => Some(format!("would look: {}", commands.join(", "))),
    }
}

/// What keeps the audit from being complete, in a few words; empty when nothing does.
pub fn gaps(result: &AuditResult) -> String {
    let coverage = &result.coverage;
    let mut gaps = Vec::new();
    let mut count = |number: usize, one: &str, many: &str| {
        if number > 0 {
            gaps.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    };
    count(coverage.problems.len(), "problem", "problems");
    count(coverage.unknown.len(), "value not known", "values not known");
    let parts = coverage.looked_at.values().filter(|reasons| !reasons.is_empty()).count();
    count(parts, "part seen only in part", "parts seen only in part");
    gaps.join(", ")
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn neighbours_share_a_range() {
        assert_eq!(ranges(&[1, 2, 3, 4, 6, 8, 9]), "1 to 4, 6, 8 to 9");
        assert_eq!(ranges(&[]), "");
    }
}
