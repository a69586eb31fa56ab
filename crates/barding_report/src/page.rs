//! A rule's page for the terminal: headings, code and lists stand out, paragraphs are wrapped.

use crate::Look;
use crate::clean::clean;
use crate::paint::Paint;
use crate::wrap::wrap;
use barding_finding::RuleInfo;

/// The page of a rule, headed by what is known about it.
pub fn rule_page(rule: &RuleInfo, look: &Look) -> String {
    let paint = Paint { color: look.color };
    let mut out = format!("{}: {}\n", paint.strong(rule.id.0), rule.title);
    let mut facts = vec![
        format!("severity {}", rule.severity.word()),
        format!("tip {}, {}", rule.tip.number(), rule.tip.title()),
    ];
    facts.extend(rule.cwe.iter().map(|number| format!("CWE-{number}")));
    facts.extend(rule.django_checks.iter().map(|id| format!("Django's {id}")));
    facts.push(format!("since {}", rule.since));
    for line in wrap(&facts.join(" · "), look.width) {
        out.push_str(&format!("{}\n", paint.faint(&line)));
    }
    out.push('\n');
    for (label, text) in [("Why it matters. ", rule.consequence), ("What to do. ", rule.advice)] {
        let lines = wrap(&format!("{label}{text}"), look.width);
        for (at, line) in lines.iter().enumerate() {
            let line = match line.strip_prefix(label.trim_end()) {
                Some(rest) if at == 0 => format!("{}{rest}", paint.strong(label.trim_end())),
                _ => line.clone(),
            };
            out.push_str(&format!("{line}\n"));
        }
        out.push('\n');
    }
    markdown(&mut out, rule.page, look, paint);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn markdown(out: &mut String, page: &str, look: &Look, paint: Paint) {
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in page.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(info) = line.strip_prefix("```") {
            flush(out, &mut paragraph, look);
            in_code = !in_code;
            if let Some((_, path)) = info.split_once("title=\"") {
                out.push_str(&format!("    {}\n", paint.faint(path.trim_end_matches('"'))));
            }
            if !in_code {
                out.push('\n');
            }
        } else if in_code {
            let line = clean(line);
            let marked = line.contains("found: ");
            out.push_str(&format!("    {}\n", if marked { paint.bad(&line) } else { paint.name(&line) }));
        } else if let Some(heading) = line.strip_prefix("## ") {
            flush(out, &mut paragraph, look);
            out.push_str(&format!("{}\n\n", paint.heading(heading)));
        } else if line.trim().is_empty() {
            flush(out, &mut paragraph, look);
        } else {
            let is_item = line.trim_start().starts_with(['-', '*', '|']);
            if is_item && !paragraph.is_empty() {
                paragraph.push('\n');
            } else if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(out, &mut paragraph, look);
}

fn flush(out: &mut String, paragraph: &mut String, look: &Look) {
    if paragraph.is_empty() {
        return;
    }
    for line in wrap(paragraph, look.width) {
        out.push_str(&format!("{line}\n"));
    }
    out.push('\n');
    paragraph.clear();
}
