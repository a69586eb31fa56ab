//! The table on the terminal: one block per package, worst first.

use super::age;
use barding_deps::{Advisories, Package, Packages, Upgrade, Vulnerability, smallest_upgrade};
use barding_finding::{AuditResult, Finding, Place, Severity, Verdict};
use barding_report::clean;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How the table should look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) color: bool,
    pub(crate) quiet: bool,
}

/// The rules whose findings are lines of the table; those of the others are listed below it.
const IN_TABLE: [&str; 2] = ["vulnerable-package", "malicious-package"];

pub(crate) fn render(
    packages: &Packages,
    advisories: &Advisories,
    result: &AuditResult,
    look: Look,
) -> String {
    let mut out = String::new();
    let shown: BTreeMap<(Place, &str), &Finding> = result
        .findings
        .iter()
        .filter(|finding| IN_TABLE.contains(&finding.rule.0))
        .flat_map(|finding| {
            finding.subjects.iter().map(move |id| ((finding.place.clone(), id.as_str()), finding))
        })
        .collect();
    let mut blocks = Vec::new();
    for (manifest, package) in packages.deciding() {
        let Some(known) = advisories.of(&package.name) else { continue };
        let list = match package.version() {
            Some(version) => known.affecting(version),
            None => known.all(),
        };
        let place = place_of(package);
        let mut list: Vec<(Vulnerability, &Finding)> = list
            .into_iter()
            .filter_map(|one| {
                let finding = *shown.get(&(place.clone(), one.id.as_str()))?;
                Some((one, finding))
            })
            .collect();
        if list.is_empty() {
            continue;
        }
        list.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
        let worst = list.iter().map(|(_, finding)| finding.severity).max().unwrap_or(Severity::Info);
        let step = package.version().map_or(Upgrade::Unknown, |version| {
            smallest_upgrade(version, &known, &packages.limits(manifest, package))
        });
        let line = result.file(package.place).map_or(1, |file| file.line(package.place.start));
        let mut block = String::new();
        let version = package.version().map_or_else(|| package.written.clone(), ToString::to_string);
        let _ = write!(block, "{}", bold(&format!("{} {}", package.name, clean(&version)), look));
        let _ = write!(block, "  {}:{line}", clean(manifest.path.as_str()));
        if let barding_deps::Group::Development(name) = &package.group {
            let _ = write!(block, "  only for development ({})", clean(name));
        }
        if !package.why.is_empty() && package.direct != Some(true) {
            let chain: Vec<String> = package.why.iter().map(ToString::to_string).collect();
            let _ = write!(block, "  brought by {}", chain.join(" → "));
        }
        block.push('\n');
        let _ = writeln!(block, "  {}", step_words(&step, package));
        for (one, finding) in &list {
            let score = one.score.map_or_else(|| "   -".to_owned(), |score| format!("{score:4.1}"));
            let fixed = one
                .fixed_in
                .as_ref()
                .map_or_else(|| "no fix known".to_owned(), |version| format!("fixed in {version}"));
            let _ = writeln!(
                block,
                "  {}  {:<19} {score}  {}  {fixed:<18}  {}",
                paint(finding.severity, look),
                clean(&one.id),
                one.published,
                one.link()
            );
            if let Some(step) = finding.evidence.iter().find(|step| says_whether_used(&step.note)) {
                let place = step.place.as_ref().map(|place| place_words(place, result)).unwrap_or_default();
                let _ = writeln!(block, "            {}{place}", clean(&step.note));
            }
        }
        blocks.push((worst, package.name.clone(), block));
    }
    blocks.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (_, _, block) in &blocks {
        out.push_str(block);
        out.push('\n');
    }
    others(result, look, &mut out);
    if !look.quiet {
        account(result, &mut out);
    }
    let affected: BTreeSet<_> = blocks.iter().map(|(_, name, _)| name).collect();
    let count = shown.len();
    let _ = match count {
        0 => writeln!(out, "No known vulnerability in {}; {}.", packages_words(packages), age(advisories)),
        1 => writeln!(out, "1 known vulnerability in {}; {}.", packages_words(packages), age(advisories)),
        _ => writeln!(
            out,
            "{count} known vulnerabilities in {} of {}; {}.",
            affected.len(),
            packages_words(packages),
            age(advisories)
        ),
    };
    out
}

/// Whether a step of evidence says whether the vulnerable part is used.
pub(crate) fn says_whether_used(note: &str) -> bool {
    ["used here: ", "not seen: ", "can't tell: "].iter().any(|start| note.starts_with(start))
}

fn place_words(place: &Place, result: &AuditResult) -> String {
    match place {
        Place::Code(span) => result
            .file(*span)
            .map(|file| format!(" at {}:{}", clean(file.path.as_str()), file.line(span.start)))
            .unwrap_or_default(),
        _ => String::new(),
    }
}

fn packages_words(packages: &Packages) -> String {
    let names: BTreeSet<_> = packages.iter().map(|(_, package)| &package.name).collect();
    let files = packages.manifests.iter().filter(|manifest| !manifest.packages.is_empty()).count();
    let plural = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    format!("{} ({})", plural(names.len(), "package"), plural(files, "file"))
}

pub(crate) fn place_of(package: &Package) -> Place {
    Place::Package {
        lockfile: package.place,
        name: package.name.to_string(),
        version: package.version().map(ToString::to_string).unwrap_or_default(),
    }
}

fn step_words(step: &Upgrade, package: &Package) -> String {
    match step {
        Upgrade::To(version) => format!("upgrade to {version}, the smallest version that mends all"),
        Upgrade::Blocked { best, limit, by } => {
            let who = by.as_deref().unwrap_or("the project");
            format!("{best} would mend all, but {} asks for `{}`", clean(who), clean(limit))
        }
        Upgrade::Unknown if package.version().is_none() => "no version is pinned".to_owned(),
        Upgrade::Unknown => "no later version without known vulnerabilities is known".to_owned(),
    }
}

/// Findings about indexes, ranges and the like.
fn others(result: &AuditResult, look: Look, out: &mut String) {
    let others: Vec<&Finding> =
        result.findings.iter().filter(|finding| !IN_TABLE.contains(&finding.rule.0)).collect();
    for finding in &others {
        let place = match &finding.place {
            Place::Code(span) | Place::Package { lockfile: span, .. } => result
                .file(*span)
                .map(|file| format!("{}:{}", clean(file.path.as_str()), file.line(span.start)))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "{}  {place}  {} [{}]",
            paint(finding.severity, look),
            clean(&finding.message),
            finding.rule
        );
    }
    if !others.is_empty() {
        out.push('\n');
    }
}

/// What was set aside, not read, not covered.
fn account(result: &AuditResult, out: &mut String) {
    let before = out.len();
    for ignored in &result.ignored {
        let _ = writeln!(out, "set aside: {} ({})", clean(&ignored.finding.message), clean(&ignored.reason));
    }
    for problem in &result.coverage.problems {
        let place = problem
            .place
            .and_then(|span| Some((result.file(span)?, span)))
            .map(|(file, span)| format!("{}:{}", file.path, file.line(span.start)))
            .or_else(|| problem.path.as_ref().map(ToString::to_string))
            .unwrap_or_default();
        let _ = writeln!(out, "not read: {}: {}", clean(&place), clean(&problem.message));
    }
    for note in &result.coverage.notes {
        let _ = writeln!(out, "note: {}", clean(note));
    }
    for item in &result.checklist {
        if let Verdict::Unknown { missing } = &item.verdict {
            let _ = writeln!(out, "not known: {}", clean(&missing.join("; ")));
        }
    }
    if out.len() > before {
        out.push('\n');
    }
}

fn bold(text: &str, look: Look) -> String {
    if look.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn paint(severity: Severity, look: Look) -> String {
    let word = format!("{:<8}", severity.word());
    if !look.color {
        return word;
    }
    let code = match severity {
        Severity::Critical | Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low | Severity::Info => "36",
    };
    format!("\u{1b}[{code}m{word}\u{1b}[0m")
}
