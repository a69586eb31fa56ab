//! `barding deps`: known vulnerabilities in what a project installs.

mod cyclonedx;
mod table;

use crate::advisory_file;
use crate::args::{ConfidenceArg, FailOn, FormatArg, ReportArgs, SeverityArg};
use crate::config;
use crate::context::Context;
use crate::deliver::{deliver, print, write_file};
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use barding_audit::{
    AuditError, AuditOptions, ConfiguredIgnore, PackageSource, PathPatterns, audit_packages,
    names_of_vulnerability,
};
use barding_deps::advisories::osv::{date_of, day_number};
use barding_deps::{Advisories, Packages};
use barding_finding::{AuditResult, Tip};
use barding_source::{DiskTree, InstalledTree, MemoryTree, NamedFiles, Tree};
use camino::{Utf8Path, Utf8PathBuf};
use clap::builder::PossibleValue;
use std::io::Read;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Look for known vulnerabilities in what a project installs. Needs no network and no account.
///
/// Finds requirements files, pyproject.toml, setup.cfg, setup.py, Pipfile, the lock files of Poetry, PDM, uv, Pipenv,
/// PEP 751 and conda, and bills of materials. Every report states the date of its data; `barding update` brings newer.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding deps                               everything in this folder\n  \
    barding deps -r requirements.txt           one file and those it includes\n  \
    barding deps --environment .venv           what is installed\n  \
    pip freeze | barding deps -                the same, from the standard input\n  \
    barding deps -f cyclonedx -o bom.cdx.json  a bill of materials with its vulnerabilities\n\n\
    Exit codes: 0 clean at the chosen level, 1 findings, 2 the audit did not happen.")]
pub(crate) struct Args {
    /// The project's folder, or `-` for a requirements file or bill of materials on the standard input
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Read this file, whatever its name, and those it includes; may be repeated
    #[arg(long = "requirement", short = 'r', visible_alias = "file", value_name = "FILE")]
    requirements: Vec<Utf8PathBuf>,
    /// Read what is installed in this virtual environment, or below this container root
    #[arg(long, value_name = "FOLDER", conflicts_with = "requirements")]
    environment: Option<Utf8PathBuf>,
    /// Set a vulnerability aside by any of its names, with a reason and perhaps a last day:
    /// `CVE-2024-24680=no template uses intcomma until 2027-01-31`; may be repeated
    #[arg(long, short = 'i', value_name = "ID[=REASON [until DAY]]")]
    ignore: Vec<String>,
    /// Read this configuration instead of the nearest pyproject.toml or barding.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<Utf8PathBuf>,
    /// Read no configuration at all
    #[arg(long)]
    no_config: bool,
    /// Fail when the advisory data is older than this many days
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u32>,
    /// How to write the report
    #[arg(long, short = 'f', value_name = "FORMAT", value_enum, help_heading = "Report")]
    format: Option<DepsFormat>,
    /// Write the report to a file instead of the standard output
    #[arg(long, short = 'o', value_name = "FILE", help_heading = "Report")]
    output: Option<Utf8PathBuf>,
    /// Show the findings only
    #[arg(long, short = 'q', help_heading = "Report")]
    quiet: bool,
    /// Leave out findings that are less severe
    #[arg(long, value_name = "SEVERITY", help_heading = "Report")]
    min_severity: Option<SeverityArg>,
    /// Leave out findings that are less certain
    #[arg(long, value_name = "CONFIDENCE", help_heading = "Report")]
    min_confidence: Option<ConfidenceArg>,
    /// Exit with 1 only for findings at least this severe [default: low]
    #[arg(long, value_name = "SEVERITY", help_heading = "Report")]
    fail_on: Option<FailOn>,
    /// Exit with 2 when something could not be read or known
    #[arg(long, help_heading = "Report")]
    strict: bool,
}

/// The formats of a report about packages: all common ones, and a bill of materials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DepsFormat {
    CycloneDx,
    Common(FormatArg),
}

impl clap::ValueEnum for DepsFormat {
    fn value_variants<'a>() -> &'a [Self] {
        use FormatArg::*;
        &[
            Self::Common(Terminal),
            Self::Common(Json),
            Self::Common(Sarif),
            Self::CycloneDx,
            Self::Common(Github),
            Self::Common(Gitlab),
            Self::Common(GitlabSast),
            Self::Common(Junit),
            Self::Common(Markdown),
            Self::Common(Html),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::CycloneDx => Some(
                PossibleValue::new("cyclonedx").help("CycloneDX 1.6: packages and their vulnerabilities"),
            ),
            Self::Common(format) => format.to_possible_value(),
        }
    }
}

/// Audits and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let advisories = advisory_file::newest().unwrap_or_else(|| Arc::new(Advisories::embedded()));
    let today = today();
    if let Some(days) = args.max_age
        && today.saturating_sub(advisories.day()) > days
    {
        bail!(
            "the advisory data is of {}, older than {days} days; `barding update` brings newer data",
            advisories.date()
        );
    }
    let mut options = AuditOptions {
        select: vec![Tip::Dependencies.id().to_owned()],
        today: Some(date_of(today)),
        advisories: Some(advisories.clone()),
        ..AuditOptions::default()
    };
    options.min_severity = args.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.min_confidence.map_or(options.min_confidence, Into::into);
    let (tree, source, name) = target(&args)?;
    options.target.clone_from(&name);
    let root = if args.path == "-" { Utf8Path::new(".") } else { args.path.as_path() };
    let config = match (args.no_config, &args.config) {
        (true, _) => config::Config::default(),
        (false, named) => config::load(root, named.as_deref())?,
    };
    options.ignores = config.ignores(root)?;
    for entry in &args.ignore {
        options.ignores.push(ignore_of(entry)?);
    }
    let (mut result, packages) = match audit_packages(tree.as_ref(), &source, &options) {
        Err(AuditError::Empty) => {
            bail!("{name} holds no requirements file, lock file or other file that names packages")
        }
        other => other?,
    };
    note_unused(&mut result, &options.ignores, &packages, &advisories, &context.today);
    // Only the tip about packages was looked at.
    result.checklist.retain(|item| item.tip == Tip::Dependencies);
    match args.format.unwrap_or(DepsFormat::Common(FormatArg::Terminal)) {
        DepsFormat::CycloneDx => {
            let text = cyclonedx::render(&packages, &advisories, &result);
            write(&args, &text)?;
            Ok(exit(&args, &result))
        }
        DepsFormat::Common(FormatArg::Terminal) => {
            let look = table::Look { color: context.color && args.output.is_none(), quiet: args.quiet };
            let text = table::render(&packages, &advisories, &result, look);
            write(&args, &text)?;
            Ok(exit(&args, &result))
        }
        DepsFormat::Common(format) => {
            let report = ReportArgs {
                format: Some(format),
                output: args.output,
                full: false,
                statistics: false,
                quiet: args.quiet,
                min_severity: args.min_severity,
                min_confidence: args.min_confidence,
                fail_on: args.fail_on,
                strict: args.strict,
            };
            deliver(&result, &report, context)
        }
    }
}

fn write(args: &Args, text: &str) -> anyhow::Result<()> {
    match &args.output {
        Some(path) => write_file(path, text),
        None => print(text),
    }
}

fn exit(args: &Args, result: &AuditResult) -> Exit {
    if args.strict && !result.coverage.is_complete() {
        eprintln!(
            "barding: the audit is not complete, and --strict was given: {}",
            barding_report::gaps(result)
        );
        return Exit::NotDone;
    }
    let fail_on = args.fail_on.unwrap_or(FailOn::Low).severity();
    let fails = fail_on.is_some_and(|least| result.findings.iter().any(|finding| finding.severity >= least));
    if fails { Exit::Findings } else { Exit::Clean }
}

/// Days since 1970-01-01.
fn today() -> u32 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    u32::try_from(seconds / 86_400).unwrap_or(u32::MAX)
}

type Target = (Box<dyn Tree>, PackageSource, String);

/// What to look at, and what to call it.
fn target(args: &Args) -> anyhow::Result<Target> {
    if let Some(folder) = &args.environment {
        if !folder.is_dir() {
            bail!("there is no folder {folder}");
        }
        return Ok((Box::new(InstalledTree::new(folder)), PackageSource::Tree, folder.to_string()));
    }
    if !args.requirements.is_empty() {
        let name = args.requirements.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (root, paths) = common_root(&args.requirements)?;
        return Ok((Box::new(NamedFiles::new(root, paths.clone())), PackageSource::Files(paths), name));
    }
    if args.path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(LARGEST_INPUT)
            .read_to_end(&mut bytes)
            .context("the standard input could not be read")?;
        let path = Utf8PathBuf::from(name_for(&bytes));
        let tree = MemoryTree::new().with(path.clone(), bytes);
        return Ok((Box::new(tree), PackageSource::Files(vec![path]), "the standard input".to_owned()));
    }
    if !args.path.exists() {
        bail!("there is nothing at {}", args.path);
    }
    if args.path.is_file() {
        let (root, paths) = common_root(std::slice::from_ref(&args.path))?;
        let tree = NamedFiles::new(root, paths.clone());
        return Ok((Box::new(tree), PackageSource::Files(paths), args.path.to_string()));
    }
    Ok((Box::new(DiskTree::new(&args.path)), PackageSource::Tree, args.path.to_string()))
}

const LARGEST_INPUT: u64 = 300_000_000;

/// What the standard input would be called as a file, by its first words.
fn name_for(bytes: &[u8]) -> &'static str {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(20_000)]);
    let first = start.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    match first {
        json if json.starts_with('{') && json.contains("\"bomFormat\"") => "stdin.cdx.json",
        json if json.starts_with('{')
            && (json.contains("\"spdxVersion\"") || json.contains("\"SPDXID\"")) =>
        {
            "stdin.spdx.json"
        }
        json if json.starts_with('{') => "Pipfile.lock",
        toml if toml.contains("\n[[packages]]") => "pylock.toml",
        toml if toml.contains("\n[[package]]") && toml.contains("\nsource = {") => "uv.lock",
        toml if toml.contains("\n[[package]]") => "poetry.lock",
        toml if toml.contains("\n[project]") || toml.starts_with("[project]") => "pyproject.toml",
        _ => "requirements.txt",
    }
}

/// The folder that holds all the files, and their paths below it: the current folder where it holds them, so that a
/// file may include another beside its own folder.
fn common_root(files: &[Utf8PathBuf]) -> anyhow::Result<(Utf8PathBuf, Vec<Utf8PathBuf>)> {
    let full: Vec<Utf8PathBuf> = files
        .iter()
        .map(|file| file.canonicalize_utf8().with_context(|| format!("{file} could not be opened")))
        .collect::<anyhow::Result<_>>()?;
    if let Some(folder) = full.iter().find(|file| file.is_dir()) {
        bail!("{folder} is a folder; give it without -r");
    }
    let here = Utf8Path::new(".").canonicalize_utf8().context("the current folder could not be read")?;
    let mut root = here;
    if !full.iter().all(|file| file.starts_with(&root)) {
        root = full[0].parent().unwrap_or(Utf8Path::new("/")).to_owned();
        while !full.iter().all(|file| file.starts_with(&root)) {
            if !root.pop() {
                break;
            }
        }
    }
    let paths = full
        .iter()
        .map(|file| file.strip_prefix(&root).map_or_else(|_| file.clone(), Utf8Path::to_owned))
        .collect();
    Ok((root, paths))
}

/// `ID`, `ID=REASON` or `ID=REASON until 2027-01-31`.
fn ignore_of(entry: &str) -> anyhow::Result<ConfiguredIgnore> {
    let (name, reason) = entry.split_once('=').unwrap_or((entry, "--ignore on the command line"));
    let (reason, until) = match reason.rsplit_once("until ") {
        Some((before, day)) => {
            let day = day.trim();
            if day.len() != 10 || day_number(day).is_none() {
                bail!("--ignore {entry}: `{day}` is no date; write it as 2027-01-31");
            }
            let before = before.trim_end_matches([' ', ',', ';']);
            let reason = if before.is_empty() { "--ignore on the command line" } else { before };
            (reason, Some(day.to_owned()))
        }
        None => (reason, None),
    };
    if name.trim().is_empty() {
        bail!("--ignore {entry} names no vulnerability");
    }
    Ok(ConfiguredIgnore {
        rule: String::new(),
        vulnerability: Some(name.trim().to_owned()),
        paths: PathPatterns::default(),
        reason: reason.to_owned(),
        until,
        file: Utf8PathBuf::from("--ignore"),
    })
}

/// Says which of the vulnerabilities to set aside affect nothing (they may be misspelt), and which ignores ran out.
fn note_unused(
    result: &mut AuditResult,
    ignores: &[ConfiguredIgnore],
    packages: &Packages,
    advisories: &Advisories,
    today: &str,
) {
    for ignore in ignores {
        let Some(name) = &ignore.vulnerability else { continue };
        if let Some(until) = ignore.until.as_ref().filter(|until| today > until.as_str()) {
            result.coverage.notes.push(format!("the ignore of `{name}` ran out on {until}"));
            continue;
        }
        let names = names_of_vulnerability(name, packages, advisories);
        let is_named = |subject: &String| names.iter().any(|name| name.eq_ignore_ascii_case(subject));
        if !result.ignored.iter().any(|ignored| ignored.finding.subjects.iter().any(is_named)) {
            result.coverage.notes.push(format!("nothing is affected by `{name}`, so it need not be ignored"));
        }
    }
}

/// How old the data is, in words.
fn age(advisories: &Advisories) -> String {
    let days = today().saturating_sub(day_number(&advisories.date()).unwrap_or(0));
    match days {
        0..=30 => format!("advisories of {}", advisories.date()),
        days => format!(
            "advisories of {} ({days} days old; `barding update` brings newer ones)",
            advisories.date()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignore_has_a_reason_and_perhaps_a_last_day() {
        let ignore = ignore_of("CVE-2024-1=no template uses it until 2027-01-31").unwrap();
        assert_eq!(ignore.vulnerability.as_deref(), Some("CVE-2024-1"));
        assert_eq!(ignore.reason, "no template uses it");
        assert_eq!(ignore.until.as_deref(), Some("2027-01-31"));
        assert!(ignore_of("CVE-2024-1=until soon").is_err());
        assert!(ignore_of("=why").is_err());
        assert_eq!(ignore_of("CVE-2024-1").unwrap().until, None);
    }

    #[test]
    fn the_standard_input_is_known_by_its_first_words() {
        assert_eq!(name_for(b"django==4.2\n"), "requirements.txt");
        assert_eq!(name_for(b"{\"bomFormat\": \"CycloneDX\"}"), "stdin.cdx.json");
        assert_eq!(
            name_for(b"version = 1\n[[package]]\nname = \"a\"\nsource = { registry = \"x\" }"),
            "uv.lock"
        );
        assert_eq!(name_for(b""), "requirements.txt");
    }
}
