//! `barding check`: the whole static audit.

use crate::advisory_file;
use crate::args::{ProjectArgs, ReportArgs};
use crate::context::Context;
use crate::deliver::{deliver, write_file};
use crate::exit::Exit;
use crate::target::Target;
use anyhow::{Context as _, bail};
use barding_audit::{AuditOptions, Baseline, audit};
use barding_finding::AuditResult;
use barding_source::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Audit a project: settings, code, templates, servers, dependencies and secrets, without importing or running any of it.
///
/// Needs no network, no Python, no database and no configuration. A folder without a Django project is audited as plain
/// code, and the report says that no settings were judged.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding check                              the project in this folder\n  \
    barding check --settings shop.live         with production's settings named\n  \
    barding check --env-file .env.production   with its environment known\n  \
    barding check -f sarif -o barding.sarif    for a code scanning service\n  \
    barding check --write-baseline barding-baseline.json\n  \
    barding check --baseline barding-baseline.json --fail-on medium\n\n\
    Exit codes: 0 clean at the chosen level, 1 findings, 2 the audit did not happen.")]
pub(crate) struct Args {
    /// The project's folder; several folders or files are one project
    #[arg(default_value = ".")]
    paths: Vec<Utf8PathBuf>,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Set aside the findings of this file, written by --write-baseline
    #[arg(long, value_name = "FILE")]
    baseline: Option<Utf8PathBuf>,
    /// Write today's findings to this file, so that later audits report only new ones
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<Utf8PathBuf>,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// Audits and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let target = Target::new(&args.paths, &args.project)?;
    let config = &target.config;
    let mut report = args.report;
    report.fail_on = report.fail_on.or(config.fail_on);
    report.strict |= config.strict;
    let mut options = AuditOptions {
        target: target.name.clone(),
        project: target.options(&args.project)?,
        select: if args.select.is_empty() { config.select.clone() } else { args.select },
        ignore: config.ignore.iter().cloned().chain(args.ignore).collect(),
        ignores: config.ignores(&target.root)?,
        today: Some(context.today.clone()),
        advisories: advisory_file::newest(),
        repository: Some(target.root.clone()),
        ..AuditOptions::default()
    };
    let least = report.min_severity.or(config.min_severity);
    options.min_severity = least.map_or(options.min_severity, Into::into);
    let least = report.min_confidence.or(config.min_confidence);
    options.min_confidence = least.map_or(options.min_confidence, Into::into);
    if let Some(path) = args.baseline.or_else(|| config.baseline()) {
        // A baseline that is to be written now need not exist yet.
        if path.exists() || args.write_baseline.as_ref() != Some(&path) {
            options.baseline = Some(read_baseline(&path)?);
        }
    }
    let result = audit(target.tree.as_ref(), &options)?;
    let no_django = format!(
        "there is no Django project in {}: looked for manage.py, settings modules and any other Python file that names Django, \
         templates, requirements and lock files, environment, container and web server files",
        target.name
    );
    if nothing_to_judge(&result) {
        bail!(no_django);
    }
    if let Some(path) = args.write_baseline {
        let baseline = Baseline::of(&result);
        write_baseline(&path, &baseline)?;
        eprintln!("barding: wrote {} findings to {path}", baseline.findings.len());
        deliver(&result, &report, context)?;
        return Ok(Exit::Clean);
    }
    let exit = deliver(&result, &report, context)?;
    // Other people's Python is read all the same, but finding nothing in it is no clean bill for a Django project.
    let found_nothing = result.findings.is_empty() && result.ignored.is_empty();
    if exit == Exit::Clean && found_nothing && !may_be_django(&result, target.tree.as_ref()) {
        eprintln!("barding: {no_django}");
        return Ok(Exit::NotDone);
    }
    Ok(exit)
}

/// Whether anything speaks for Django: settings, a file that could not be read, or the word in any file. A single file
/// is what the user wanted to be read.
fn may_be_django(result: &AuditResult, tree: &dyn Tree) -> bool {
    const MOST: u64 = 4 << 20;
    let coverage = &result.coverage;
    if !coverage.judged.is_empty() || coverage.problems.iter().any(|problem| problem.place.is_some()) {
        return true;
    }
    let holds_word = |text: &[u8]| text.windows(6).any(|word| word.eq_ignore_ascii_case(b"django"));
    let paths = tree.walk().paths;
    paths.len() < 2
        || paths.iter().any(|path| {
            holds_word(path.as_str().as_bytes())
                || tree.read(path, MOST).map_or(true, |text| holds_word(&text))
        })
}

fn nothing_to_judge(result: &AuditResult) -> bool {
    // Every file is searched for secrets, so that sort alone makes no project.
    let sorts = result.coverage.files.iter().filter(|(sort, _)| !sort.contains("secrets"));
    result.findings.is_empty() && sorts.map(|(_, count)| count).sum::<usize>() == 0
}

/// A baseline on the disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    findings: BTreeMap<String, String>,
}

fn read_baseline(path: &Utf8Path) -> anyhow::Result<Baseline> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("the baseline {path} could not be read"))?;
    let file: BaselineFile =
        serde_json::from_str(&text).with_context(|| format!("{path} is no baseline of barding"))?;
    if file.version != 1 {
        bail!("the baseline {path} has version {}, which this barding does not know", file.version);
    }
    Ok(Baseline { findings: file.findings })
}

fn write_baseline(path: &Utf8Path, baseline: &Baseline) -> anyhow::Result<()> {
    let file = BaselineFile { version: 1, findings: baseline.findings.clone() };
    let mut text = serde_json::to_string_pretty(&file).context("a baseline always serialises")?;
    text.push('\n');
    write_file(path, &text)
}
