//! Remedies for templates: filters taken away and put on, tags switched and taken out, addresses made https.

use super::Remedy;
use super::bench::{Bench, fix, span_of};
use barding_finding::FixSafety::{NeedsReview, Safe, ShowOnly};
use barding_finding::{Edit, Finding, Fix, FixSafety};
use barding_project::templates::{HtmlContext, Language, Template, Variable};
use barding_source::Span;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "variable-marked-safe" => unmarked,
        "raw-value-in-script" => in_script,
        "variable-in-script" => in_string,
        "variable-in-unquoted-attribute" => quoted,
        "autoescape-off" => escape_on,
        "csrf-token-in-get-form" | "csrf-token-sent-elsewhere" => |finding, bench| {
            let is_token = |text: &str| text.contains("csrf_token") || text.contains("csrf_input");
            without_tag(finding, bench, "Take the token out of this form", NeedsReview, is_token)
        },
        "debug-tag" => |finding, bench| {
            without_tag(finding, bench, "Take the tag out", Safe, |text| text.contains("debug"))
        },
        "form-over-http" | "mixed-content" => https,
        _ => return None,
    })
}

fn place_in<'b>(finding: &Finding, bench: &'b Bench<'_>) -> Option<(&'b Template, Span, &'b str)> {
    let span = span_of(finding)?;
    let template = bench.project.templates.of_file(span.file)?;
    Some((template, span, template.text(span.start as usize, span.end as usize)))
}

fn variable(template: &Template, place: Span) -> Option<&Variable> {
    template.variables.iter().find(|variable| variable.place == place)
}

fn replace(span: Span, text: String) -> Vec<Edit> {
    vec![Edit::Replace { span, text }]
}

fn one(title: &str, safety: FixSafety, edits: Option<Vec<Edit>>) -> Vec<Fix> {
    edits.and_then(|edits| fix(title, safety, edits)).into_iter().collect()
}

/// Every filter that marks the value safe goes, so that it is escaped.
fn unmarked(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || {
        let (_, span, text) = place_in(finding, bench)?;
        let mut clean = text.to_owned();
        for filter in ["safe", "safeseq"] {
            while let Some(shorter) = strip(&clean, filter) {
                clean = shorter;
            }
        }
        (clean != text).then(|| replace(span, clean))
    };
    one("Escape the value", NeedsReview, edit())
}

/// A `{{ … }}` or `{% … %}` without one of its filters; the spaces before the bar go with it.
fn strip(text: &str, filter: &str) -> Option<String> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'|') => {
                let rest = text[at + 1..].trim_start();
                let Some(after) = rest.strip_prefix(filter) else { continue };
                if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '(')) {
                    continue;
                }
                return Some(format!("{}{after}", text[..at].trim_end()));
            }
            _ => {}
        }
    }
    None
}

/// Inside a string of a script the text is escaped for scripts. A value that is code itself is handed over as data; how the
/// script then reads it only people know.
fn in_script(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let place = || {
        let (template, span, text) = place_in(finding, bench)?;
        let variable = variable(template, span)?;
        let HtmlContext::Script(script) = &variable.context else { return None };
        Some((template, span, text, variable, script.string))
    };
    let Some((template, span, text, variable, string)) = place() else { return Vec::new() };
    let Some(bare) = strip(text, "safe") else { return Vec::new() };
    if template.language == Language::Jinja2 {
        return one(
            "Encode the value for the script",
            NeedsReview,
            with_filter(&bare, "tojson").map(|text| replace(span, text)),
        );
    }
    if string.is_some() {
        let edits = with_filter(&bare, "escapejs").map(|text| replace(span, text));
        return one("Escape the value for the script", NeedsReview, edits);
    }
    let edit = || {
        let path = variable.expression.path()?;
        let id = path.join("-").replace('_', "-");
        let start = span.start as usize;
        let script =
            template.elements.iter().rfind(|element| element.name == "script" && element.end <= start)?;
        let data = with_filter(&bare, &format!("json_script:\"{id}\""))?;
        let line = template.file.text[..script.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &template.file.text[line..script.start];
        let indent = if indent.trim().is_empty() { indent } else { "" };
        let newline = crate::edit::newline(&template.file.text);
        Some(vec![
            Edit::Replace {
                span: template.place(script.start, script.start),
                text: format!("{data}{newline}{indent}"),
            },
            Edit::Replace {
                span,
                text: format!("JSON.parse(document.getElementById(\"{id}\").textContent)"),
            },
        ])
    };
    one("Hand the value over with json_script; the view then passes data, not JSON", ShowOnly, edit())
}

/// A string of a script that holds a value.
fn in_string(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || {
        let (template, span, text) = place_in(finding, bench)?;
        let HtmlContext::Script(script) = &variable(template, span)?.context else { return None };
        script.string?;
        let filter = if template.language == Language::Django { "escapejs" } else { return None };
        Some(replace(span, with_filter(text, filter)?))
    };
    one("Escape the value for the script", NeedsReview, edit())
}

/// A `{{ … }}` with one more filter at the end.
fn with_filter(text: &str, filter: &str) -> Option<String> {
    let inside = text.strip_suffix("}}")?;
    let inside = inside.strip_suffix('-').map_or((inside, "}}"), |inside| (inside, "-}}"));
    let trimmed = inside.0.trim_end();
    Some(format!("{trimmed}|{filter}{}{}", &inside.0[trimmed.len()..], inside.1))
}

/// Quotes around a value that is all of its attribute.
fn quoted(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || {
        let (template, span, text) = place_in(finding, bench)?;
        let all = &template.file.text;
        let before = all.get(..span.start as usize)?;
        let after = all.get(span.end as usize..)?.chars().next()?;
        (before.ends_with('=') && (after.is_whitespace() || after == '>') && !text.contains('"'))
            .then_some(())?;
        Some(replace(span, format!("\"{text}\"")))
    };
    one("Put the value into quotes", Safe, edit())
}

fn escape_on(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || {
        let (template, span, text) = place_in(finding, bench)?;
        let (off, on) = match template.language {
            Language::Django => ("off", "on"),
            Language::Jinja2 => ("false", "true"),
        };
        let at = text.find(&format!(" {off}"))? + 1;
        Some(replace(span, format!("{}{on}{}", &text[..at], &text[at + off.len()..])))
    };
    one("Escape what the block prints", NeedsReview, edit())
}

/// A tag is taken out, with its line when nothing else stands there.
fn without_tag(
    finding: &Finding,
    bench: &Bench<'_>,
    title: &str,
    safety: FixSafety,
    is: impl Fn(&str) -> bool,
) -> Vec<Fix> {
    let edit = || {
        let (template, span, text) = place_in(finding, bench)?;
        is(text).then_some(())?;
        (text.starts_with("{%") || text.starts_with("{{")).then_some(())?;
        let all = &template.file.text;
        let start = all[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let end = all[span.end as usize..].find('\n').map_or(all.len(), |at| span.end as usize + at + 1);
        let alone = all[start..span.start as usize].trim().is_empty()
            && all[span.end as usize..end].trim().is_empty();
        let span = if alone { template.place(start, end) } else { span };
        Some(replace(span, String::new()))
    };
    one(title, safety, edit())
}

fn https(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let edit = || {
        let (_, span, text) = place_in(finding, bench)?;
        let at = text.find("http://")?;
        (text.matches("http://").count() == 1).then_some(())?;
        Some(replace(span, format!("{}https://{}", &text[..at], &text[at + "http://".len()..])))
    };
    one("Use https", NeedsReview, edit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_go_with_their_bar() {
        assert_eq!(strip("{{ a|safe }}", "safe").unwrap(), "{{ a }}");
        assert_eq!(strip("{{ a | safe | upper }}", "safe").unwrap(), "{{ a | upper }}");
        assert_eq!(strip("{{ a|join:\"|safe\"|safe }}", "safe").unwrap(), "{{ a|join:\"|safe\" }}");
        assert_eq!(strip("{{ a|safeseq|join:\", \" }}", "safeseq").unwrap(), "{{ a|join:\", \" }}");
        assert_eq!(strip("{{ a|safeseq }}", "safe"), None);
    }

    #[test]
    fn filters_come_last() {
        assert_eq!(with_filter("{{ a }}", "escapejs").unwrap(), "{{ a|escapejs }}");
        assert_eq!(with_filter("{{ a -}}", "tojson").unwrap(), "{{ a|tojson -}}");
    }
}
