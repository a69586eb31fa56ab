//! What people set aside, and whether it is still there to be set aside.
//!
//! `# barding: ignore[rule-id] reason` stands behind the line or on a line of its own above it; in templates
//! `{# barding: ignore[rule-id] reason #}`. The configuration sets aside by rule and path, with a reason and perhaps a
//! last day. An ignore that matches nothing is itself a finding, and so is one without a reason.

use barding_finding::{Confidence, Finding, Ignored, Place};
use barding_project::python;
use barding_rules::{Rule, ignores as rules};
use barding_source::{FileId, FileKind, SourceFile, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

const MARK: &str = "barding: ignore[";
/// A statement over more lines than this is only set aside from its first or last line.
const LONG_STATEMENT: u32 = 20;

/// An ignore of the configuration.
#[derive(Clone, Debug)]
pub struct ConfiguredIgnore {
    /// The rule's id; empty where a vulnerability is named alone.
    pub rule: String,
    /// A known vulnerability by any of its names, such as `CVE-2024-24680`.
    pub vulnerability: Option<String>,
    /// Where it holds; everywhere when there is no pattern.
    pub paths: PathPatterns,
    /// Why.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// The configuration file it stands in.
    pub file: Utf8PathBuf,
}

impl ConfiguredIgnore {
    /// Whether it is about this finding; `names` are all names of the vulnerability it names.
    fn fits(&self, finding: &Finding, names: &[String]) -> bool {
        let is_named = |subject: &String| names.iter().any(|name| name.eq_ignore_ascii_case(subject));
        (self.rule.is_empty() || self.rule == finding.rule.0)
            && (self.vulnerability.is_none() || finding.subjects.iter().any(is_named))
    }

    /// What is set aside, in words.
    fn what(&self) -> &str {
        self.vulnerability.as_deref().unwrap_or(&self.rule)
    }
}

/// Patterns of paths below the audited folder, as in `.gitignore`: `legacy/**`, `*.html`.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    set: Option<GlobSet>,
    /// Where the audited folder stands below the folder that the patterns are relative to.
    prefix: Utf8PathBuf,
}

impl PathPatterns {
    /// Compiles patterns. `prefix` is where the audited folder stands below the folder they are relative to.
    ///
    /// # Errors
    /// Says which pattern is wrong and why.
    pub fn new(patterns: &[String], prefix: &Utf8Path) -> Result<Self, String> {
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let mut builder = GlobSetBuilder::new();
        for pattern in patterns {
            let trimmed = pattern.trim_start_matches("./").trim_end_matches('/');
            // A pattern without a slash names a file or folder anywhere; a folder means all that is in it.
            let rooted = if trimmed.contains('/') { trimmed.to_owned() } else { format!("**/{trimmed}") };
            for glob in [rooted.clone(), format!("{rooted}/**")] {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                builder.add(glob.map_err(|error| format!("`{pattern}`: {}", error.kind()))?);
            }
        }
        let prefix = prefix.to_owned();
        builder.build().map(|set| Self { set: Some(set), prefix }).map_err(|error| error.to_string())
    }

    fn matches(&self, path: Option<&Utf8Path>) -> bool {
        match (&self.set, path) {
            (None, _) => true,
            (Some(set), Some(path)) => set.is_match(self.prefix.join(path)),
            (Some(_), None) => false,
        }
    }
}

/// Sets aside what comments and the configuration name; adds what is wrong with the ignores themselves.
pub(crate) fn apply(
    findings: Vec<Finding>,
    sources: &Sources<'_>,
    asked: &[&'static Rule],
    configured: &[ConfiguredIgnore],
    names_of: impl Fn(&str) -> Vec<String>,
    today: Option<&str>,
) -> (Vec<Finding>, Vec<Ignored>) {
    let is_asked = |rule: &Rule| asked.iter().any(|other| other.info.id == rule.info.id);
    // Who does not ask what is wrong with the comments needs those beside the findings only.
    let judges_comments = is_asked(&rules::STALE_IGNORE) || is_asked(&rules::IGNORE_WITHOUT_REASON);
    let mut comments = match judges_comments {
        true => comments((0..sources.paths().len()).map(|at| FileId(at as u32)).collect(), sources),
        false => comments(findings.iter().filter_map(file_of).collect(), sources),
    };
    let mut used = vec![false; configured.len()];
    let names: Vec<Vec<String>> = configured
        .iter()
        .map(|ignore| ignore.vulnerability.as_deref().map(&names_of).unwrap_or_default())
        .collect();
    let holds = |ignore: &ConfiguredIgnore| match (&ignore.until, today) {
        (Some(until), Some(today)) => today <= until.as_str(),
        _ => true,
    };
    let (mut left, mut ignored) = (Vec::new(), Vec::new());
    for finding in findings {
        match comments.iter_mut().find(|comment| comment.covers(&finding, sources)) {
            Some(comment) => {
                comment.used = true;
                let reason = comment.reason.clone();
                ignored.push(Ignored { finding, reason, place: Some(comment.place) });
            }
            None => left.push(finding),
        }
    }
    if is_asked(&rules::STALE_IGNORE) {
        left.extend(comments.iter().filter_map(|comment| comment.stale(asked)));
    }
    if is_asked(&rules::IGNORE_WITHOUT_REASON) {
        left.extend(comments.iter().filter(|comment| comment.lacks_reason).map(Comment::without_reason));
    }
    let mut kept = Vec::new();
    for finding in left {
        let path = path_of(&finding.place, sources);
        let by_configuration = configured.iter().enumerate().find(|(at, ignore)| {
            ignore.fits(&finding, &names[*at]) && holds(ignore) && ignore.paths.matches(path.as_deref())
        });
        match by_configuration {
            Some((at, ignore)) => {
                used[at] = true;
                ignored.push(Ignored { finding, reason: ignore.reason.clone(), place: None });
            }
            None => kept.push(finding),
        }
    }
    if is_asked(&rules::STALE_IGNORE) {
        for (ignore, used) in configured.iter().zip(used) {
            kept.extend(stale_configuration(ignore, used, holds(ignore), asked, sources));
        }
    }
    (kept, ignored)
}

/// One rule's name in one comment.
#[derive(Debug)]
struct Comment {
    rule: String,
    reason: String,
    /// Whether this is the first name of a comment that gives no reason.
    lacks_reason: bool,
    /// The name in the comment.
    place: Span,
    /// The lines whose findings it sets aside.
    lines: RangeInclusive<u32>,
    /// Whether it stands above all code, where findings about the file as a whole are shown.
    covers_file: bool,
    used: bool,
}

impl Comment {
    fn covers(&self, finding: &Finding, sources: &Sources<'_>) -> bool {
        let (Place::Code(span) | Place::Package { lockfile: span, .. }) = &finding.place else {
            return false;
        };
        if span.file != self.place.file || finding.rule.0 != self.rule {
            return false;
        }
        if span.is_empty() && span.start == 0 {
            return self.covers_file;
        }
        let Some(file) = sources.file(span.file) else { return false };
        let (first, last) = (file.line(span.start), file.line(span.end.saturating_sub(1).max(span.start)));
        if last - first <= LONG_STATEMENT {
            *self.lines.start() <= last && first <= *self.lines.end()
        } else {
            self.lines.contains(&first) || self.lines.contains(&last)
        }
    }

    fn stale(&self, asked: &[&'static Rule]) -> Option<Finding> {
        let message = stale_message(&self.rule, self.used, asked)?;
        Some(Finding::new(&rules::STALE_IGNORE.info, Place::Code(self.place), Confidence::High, message))
    }

    fn without_reason(&self) -> Finding {
        let message = format!("`{}` is ignored here without a reason", self.rule);
        let place = Place::Code(self.place);
        Finding::new(&rules::IGNORE_WITHOUT_REASON.info, place, Confidence::High, message)
    }
}

/// What is stale about an ignore of `rule`. A rule that was not asked may still have something to say.
fn stale_message(rule: &str, used: bool, asked: &[&'static Rule]) -> Option<String> {
    if used {
        None
    } else if barding_rules::rule(rule).is_none() {
        Some(format!("`{rule}` is ignored here, but there is no such rule"))
    } else if asked.iter().any(|other| other.info.id.0 == rule) {
        Some(format!("`{rule}` is ignored here, but it finds nothing here"))
    } else {
        None
    }
}

fn stale_configuration(
    ignore: &ConfiguredIgnore,
    used: bool,
    holds: bool,
    asked: &[&'static Rule],
    sources: &Sources<'_>,
) -> Option<Finding> {
    let message = match (&ignore.until, holds) {
        (Some(until), false) => format!("the ignore of `{}` ran out on {until}", ignore.what()),
        _ if ignore.vulnerability.is_some() => {
            if used || !asked.iter().any(|rule| rule.info.id.0 == "vulnerable-package") {
                return None;
            }
            format!("`{}` is ignored by the configuration, but nothing here is affected by it", ignore.what())
        }
        _ => stale_message(&ignore.rule, used, asked)?.replace(" here,", " by the configuration,"),
    };
    let place = match sources.id(&ignore.file) {
        Some(id) => Place::Code(Span::start_of(id)),
        None => Place::File(ignore.file.clone()),
    };
    Some(Finding::new(&rules::STALE_IGNORE.info, place, Confidence::High, message))
}

fn path_of(place: &Place, sources: &Sources<'_>) -> Option<Utf8PathBuf> {
    match place {
        Place::Code(span) | Place::Package { lockfile: span, .. } => sources.path(span.file),
        Place::Commit { path, .. } | Place::File(path) => Some(path.clone()),
        _ => None,
    }
}

/// The file of the walk that a finding stands in.
fn file_of(finding: &Finding) -> Option<FileId> {
    match &finding.place {
        Place::Code(span) | Place::Package { lockfile: span, .. } => Some(span.file),
        _ => None,
    }
}

/// Every ignore comment of some files, in the order of files and lines.
fn comments(files: BTreeSet<FileId>, sources: &Sources<'_>) -> Vec<Comment> {
    let found: Vec<Vec<Comment>> = files
        .into_par_iter()
        .map(|id| {
            let Some(path) = sources.paths().get(id.0 as usize) else { return Vec::new() };
            let kind = FileKind::of(path);
            // Large data files have no comments; configuration among them has.
            let is_text = match kind {
                FileKind::Data => matches!(path.extension(), Some(extension) if extension != "json"),
                FileKind::Other => false,
                _ => true,
            };
            if !is_text {
                return Vec::new();
            }
            sources.file(id).map(|file| comments_in(&file)).unwrap_or_default()
        })
        .collect();
    found.into_iter().flatten().collect()
}

fn comments_in(file: &Arc<SourceFile>) -> Vec<Comment> {
    let mut found = Vec::new();
    if memchr::memmem::find(file.text.as_bytes(), MARK.as_bytes()).is_none() {
        return found;
    }
    let real = (file.kind == FileKind::Python).then(|| python::comments(&file.text));
    let mut from = 0;
    while let Some(at) = file.text[from..].find(MARK).map(|at| from + at) {
        from = at + MARK.len();
        let in_comment = match &real {
            Some(comments) => comments.iter().find(|range| range.contains(&at)).map(|range| range.start),
            None => opener(&file.text, at),
        };
        if let Some(start) = in_comment {
            one_comment(file, start, from, &mut found);
        }
    }
    found
}

/// Where the comment around `at` starts, in languages we do not tokenize: the last opener before it on its line.
fn opener(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[line..at];
    ["{#", "<!--", "//", "/*", "#", ";"]
        .iter()
        .filter_map(|opener| before.rfind(opener))
        .min()
        .map(|at| line + at)
}

/// Reads the comment that starts at `start`; `names` is the byte after its bracket.
fn one_comment(file: &Arc<SourceFile>, start: usize, names: usize, found: &mut Vec<Comment>) {
    let line_end = file.text[names..].find('\n').map_or(file.text.len(), |at| names + at);
    let Some(bracket) = file.text[names..line_end].find(']').map(|at| names + at) else { return };
    let mut reason = &file.text[bracket + 1..line_end];
    for end in ["#}", "-->", "*/", " # "] {
        reason = reason.split(end).next().unwrap_or_default();
    }
    let reason = reason.trim().trim_start_matches([':', '-', '–']).trim();
    let number = file.line(start as u32);
    let line = file.line_span(number);
    let alone = line.is_some_and(|line| file.text[line.start as usize..start].trim().is_empty());
    let next = if alone { next_code_line(file, number) } else { number };
    let last = if alone { end_of_decorators(file, next) } else { next };
    let covers_file = number == 1 || (alone && (1..number).all(|line| !is_code(file, line)));
    let mut offset = names;
    for (at, name) in file.text[names..bracket].split(',').enumerate() {
        let id = name.trim();
        let begin = offset + (name.len() - name.trim_start().len());
        offset += name.len() + 1;
        if id.is_empty() {
            continue;
        }
        found.push(Comment {
            rule: id.to_owned(),
            reason: if reason.is_empty() { "no reason given".to_owned() } else { reason.to_owned() },
            lacks_reason: at == 0 && reason.is_empty(),
            place: Span::new(file.id, begin as u32, (begin + id.len()) as u32),
            lines: number..=last.max(number),
            covers_file,
            used: false,
        });
    }
}

fn is_code(file: &SourceFile, line: u32) -> bool {
    file.line_text(line).is_some_and(|text| {
        let text = text.trim();
        !text.is_empty() && !text.starts_with('#') && !text.starts_with("{#") && !text.starts_with("<!--")
    })
}

fn next_code_line(file: &SourceFile, after: u32) -> u32 {
    (after + 1..=file.line_count()).find(|line| is_code(file, *line)).unwrap_or(after)
}

/// A comment above decorators speaks for the function below them.
fn end_of_decorators(file: &SourceFile, first: u32) -> u32 {
    let starts =
        |line: u32, with: &str| file.line_text(line).is_some_and(|text| text.trim_start().starts_with(with));
    if file.kind != FileKind::Python || !starts(first, "@") {
        return first;
    }
    let limit = first.saturating_add(LONG_STATEMENT).min(file.line_count());
    (first..=limit)
        .find(|line| ["def ", "async def ", "class "].iter().any(|word| starts(*line, word)))
        .unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignores(path: &str, text: &str) -> Vec<(String, String, RangeInclusive<u32>)> {
        let file = Arc::new(SourceFile::new(FileId(0), path, text));
        comments_in(&file).into_iter().map(|found| (found.rule, found.reason, found.lines)).collect()
    }

    #[test]
    fn comments_name_rules_lines_and_reasons() {
        let text = "x = 1  # noqa # barding: ignore[a, b] for the demo\ny = '# barding: ignore[c] no'\n";
        let reason = "for the demo".to_owned();
        assert_eq!(
            ignores("a.py", text),
            [("a".to_owned(), reason.clone(), 1..=1), ("b".to_owned(), reason, 1..=1)]
        );
        let text = "# barding: ignore[a] why\n\n# more\n@login\n@post\ndef view(): ...\n";
        assert_eq!(ignores("a.py", text), [("a".to_owned(), "why".to_owned(), 1..=6)]);
        let text = "<p>\n{# barding: ignore[a] trusted #}\n{{ x|safe }}\n";
        assert_eq!(ignores("a.html", text), [("a".to_owned(), "trusted".to_owned(), 2..=3)]);
        assert_eq!(ignores("a.py", "x = 1  # barding: ignore[a\n"), []);
    }

    #[test]
    fn patterns_name_files_and_folders() {
        let patterns = PathPatterns::new(&["legacy".to_owned(), "shop/*.py".to_owned()], "".into()).unwrap();
        let matches = |path: &str| patterns.matches(Some(Utf8Path::new(path)));
        assert!(matches("a/legacy/b.py") && matches("shop/views.py"));
        assert!(!matches("shop/sub/views.py") && !matches("legacy2/b.py"));
        assert!(PathPatterns::new(&["a[".to_owned()], "".into()).is_err());
    }
}
