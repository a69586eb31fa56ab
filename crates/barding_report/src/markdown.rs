//! Markdown, for a comment on a change or the summary of a pipeline.

use crate::clean::{clean, clean_line};
use crate::place::Located;
use crate::terminal::{SEVERITIES, by_rule, gaps, why};
use barding_finding::{AuditResult, Finding, Verdict};
use std::fmt::Write;

/// Findings of one rule that are shown; a comment has a limit.
const SHOWN: usize = 20;

pub(crate) fn render(result: &AuditResult) -> String {
    let mut out = format!("# Security audit of {}\n\n", text(&result.target));
    summary(&mut out, result);
    for (rule, group) in by_rule(result) {
        let title = result.rule(group[0]).map_or(rule.0, |rule| rule.title);
        let worst = group[0].severity.word();
        let _ = writeln!(out, "## {} ({worst})\n", text(title));
        let _ = writeln!(out, "Rule `{rule}`. {}\n", text(&group[0].consequence));
        for finding in group.iter().take(SHOWN) {
            one(&mut out, finding, result);
        }
        if group.len() > SHOWN {
            let _ = writeln!(out, "- … and {} more\n", group.len() - SHOWN);
        }
        let _ = writeln!(out, "**What to do.** {}\n", text(&group[0].advice));
    }
    checklist(&mut out, result);
    not_seen(&mut out, result);
    out
}

fn summary(out: &mut String, result: &AuditResult) {
    if result.findings.is_empty() {
        out.push_str("Nothing was found in what could be seen.\n\n");
    } else {
        out.push_str("| severity | findings |\n| --- | ---: |\n");
        for severity in SEVERITIES {
            let count = result.findings.iter().filter(|finding| finding.severity == severity).count();
            if count > 0 {
                let _ = writeln!(out, "| {} | {count} |", severity.word());
            }
        }
        out.push('\n');
    }
    if !result.ignored.is_empty() {
        let _ = writeln!(out, "{} findings were set aside.\n", result.ignored.len());
    }
    let gaps = gaps(result);
    if !gaps.is_empty() {
        let _ = writeln!(out, "The audit is not complete: {gaps}.\n");
    }
}

fn one(out: &mut String, finding: &Finding, result: &AuditResult) {
    let located = Located::new(&finding.place, result);
    let place = code(&located.words());
    let _ = write!(out, "- {place}: {}", text(&finding.message));
    if finding.confidence != barding_finding::Confidence::High {
        let _ = write!(out, " ({} confidence)", finding.confidence.word());
    }
    out.push('\n');
    if let (Some((file, span)), Some(region)) = (&located.source, located.region)
        && !span.is_empty()
        && let Some(line) = file.line_text(region.line)
    {
        let shown: String = clean_line(line.trim()).chars().take(200).collect();
        let fence = "`".repeat(longest_run(&shown).max(2) + 1);
        let _ = writeln!(out, "  {fence}\n  {shown}\n  {fence}");
    }
    for step in &finding.evidence {
        let at =
            step.place.as_ref().map(|place| format!(" ({})", code(&Located::new(place, result).words())));
        let _ = writeln!(out, "  - {}: {}{}", step.role.word(), text(&step.note), at.unwrap_or_default());
    }
}

fn checklist(out: &mut String, result: &AuditResult) {
    if result.checklist.is_empty() {
        return;
    }
    out.push_str("## Checklist\n\n| | tip | verdict | |\n| ---: | --- | --- | --- |\n");
    for item in &result.checklist {
        let verdict = match item.verdict {
            Verdict::Pass => "✅ pass",
            Verdict::Fail { .. } => "❌ fail",
            Verdict::Unknown { .. } => "❔ unknown",
            Verdict::NotLookedAt { .. } => "➖ not looked at",
        };
        let why = why(item, true).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {} | {verdict} | {} |",
            item.tip.number(),
            text(item.tip.title()),
            cell(&text(&why))
        );
    }
    out.push('\n');
}

fn not_seen(out: &mut String, result: &AuditResult) {
    let coverage = &result.coverage;
    if coverage.problems.is_empty() && coverage.unknown.is_empty() && coverage.notes.is_empty() {
        return;
    }
    out.push_str("## Not seen or not known\n\n");
    for problem in &coverage.problems {
        let path = problem.path.as_ref().map(|path| format!("{}: ", code(path.as_str())));
        let _ = writeln!(out, "- {}{}", path.unwrap_or_default(), text(&problem.message));
    }
    for unknown in &coverage.unknown {
        let _ = writeln!(out, "- {}: {}", text(&unknown.question), text(&unknown.evidence.note));
    }
    for note in &coverage.notes {
        let _ = writeln!(out, "- {}", text(note));
    }
}

/// Prose whose `code` stays code; everything that would be markup, a link, a mention or HTML is escaped. Code spans are
/// told as CommonMark does it: a single backtick opens, the next single backtick closes.
pub(crate) fn text(raw: &str) -> String {
    let line = clean_line(raw);
    let characters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len() + 16);
    let mut at = 0;
    while at < characters.len() {
        let run = characters[at..].iter().take_while(|character| **character == '`').count();
        if run == 1
            && let Some(close) = closing(&characters, at + 1)
        {
            out.extend(&characters[at..=close]);
            at = close + 1;
        } else if run > 0 {
            out.push_str(&"\\`".repeat(run));
            at += run;
        } else {
            match characters[at] {
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                // An invisible character would be the usual trick; an entity does it in the open.
                '@' => out.push_str("&#64;"),
                ':' if characters.get(at + 1) == Some(&'/') => out.push_str("&#58;"),
                character if "\\[]!*_|#~$".contains(character) => {
                    out.push('\\');
                    out.push(character);
                }
                character => out.push(character),
            }
            at += 1;
        }
    }
    out
}

/// Where the code span that starts before `from` ends: the next backtick that stands alone.
fn closing(characters: &[char], from: usize) -> Option<usize> {
    let mut at = from;
    while at < characters.len() {
        let run = characters[at..].iter().take_while(|character| **character == '`').count();
        match run {
            0 => at += 1,
            1 => return Some(at),
            run => at += run,
        }
    }
    None
}

/// A pipe ends a table's cell even inside code.
pub(crate) fn cell(markdown: &str) -> String {
    markdown.replace("\\|", "|").replace('|', "\\|")
}

/// A text as code, whatever backticks it holds.
pub(crate) fn code(raw: &str) -> String {
    let line = clean(raw).replace('\n', " ");
    let fence = "`".repeat(longest_run(&line) + 1);
    let space = if line.contains('`') || line.is_empty() { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_cannot_become_markup() {
        assert_eq!(text("`a` <b> *c* [d](http://e)"), "`a` &lt;b&gt; \\*c\\* \\[d\\](http&#58;//e)");
        assert_eq!(text("`open <b>"), "\\`open &lt;b&gt;");
        assert_eq!(text("`a``<b>` <i>"), "`a``<b>` &lt;i&gt;");
        assert_eq!(text("``x`` @team"), "\\`\\`x\\`\\` &#64;team");
        assert_eq!(code("a`b"), "`` a`b ``");
    }
}
