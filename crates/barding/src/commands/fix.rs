//! `barding fix`: closes what the source alone can close.

use crate::advisory_file;
use crate::args::ProjectArgs;
use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use crate::target::Target;
use anyhow::{Context as _, bail};
use barding_audit::AuditOptions;
use barding_audit::fix::{Answer, FixOptions, FixResult, Proposal, fix};
use barding_finding::FixSafety;
use barding_report::clean;
use barding_secrets::WorkingTree;
use barding_source::{FileId, Replacement, SourceFile, replace_files};
use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use similar::TextDiff;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

/// Close findings by editing the source: settings, middleware, templates, code, pinned versions.
///
/// Each fix is proved before it is written: the changed project is audited again, and a fix after which a file does not
/// parse, the finding is still there or another one came is taken back. All files are written or none.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding fix --diff                         show what would be changed\n  \
    barding fix                                apply what changes nothing but the gap\n  \
    barding fix --unsafe-fixes                 apply also what may change how the site behaves\n  \
    barding fix --pick                         ask for each fix\n  \
    barding fix --select csrf,debug-enabled    fix these rules or tips only\n  \
    barding fix --only dependencies            raise pinned versions with known vulnerabilities\n\n\
    Exit codes: 0 done, 1 something is left: a fix failed its proof, or --diff shows changes, 2 nothing was changed.")]
pub(crate) struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Show the changes instead of making them
    #[arg(long)]
    diff: bool,
    /// Fix only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave these rules or tips alone
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Fix one sort of thing only
    #[arg(long, value_name = "WHAT", conflicts_with = "select")]
    only: Option<Only>,
    /// Apply also fixes that may change how the site behaves
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show each fix and ask whether to apply it
    #[arg(long, conflicts_with = "diff")]
    pick: bool,
    /// Change files although git holds changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    #[command(flatten)]
    project: ProjectArgs,
}

/// Sorts of fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Versions in requirements files and pyproject.toml
    Dependencies,
}

/// Fixes and tells.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let target = Target::new(std::slice::from_ref(&args.path), &args.project)?;
    let tracked = if args.diff { Tracked::Unasked } else { committed(&target.root, args.allow_dirty)? };
    let options = FixOptions {
        audit: AuditOptions {
            target: target.name.clone(),
            project: target.options(&args.project)?,
            ignores: target.config.ignores(&target.root)?,
            today: Some(context.today.clone()),
            advisories: advisory_file::newest(),
            repository: Some(target.root.clone()),
            ..AuditOptions::default()
        },
        select: match args.only {
            Some(Only::Dependencies) => DEPENDENCIES.iter().map(|rule| (*rule).to_owned()).collect(),
            None if args.select.is_empty() => target.config.select.clone(),
            None => args.select.clone(),
        },
        ignore: target.config.ignore.iter().cloned().chain(args.ignore.clone()).collect(),
        least: match (args.pick, args.unsafe_fixes) {
            (true, _) => FixSafety::ShowOnly,
            (false, true) => FixSafety::NeedsReview,
            (false, false) => FixSafety::Safe,
        },
        ..FixOptions::default()
    };
    let mut picker = Picker::default();
    let mut all = |_: &Proposal| Answer::Yes;
    let mut ask = |proposal: &Proposal| picker.ask(proposal);
    let choose: &mut dyn FnMut(&Proposal) -> Answer = if args.pick { &mut ask } else { &mut all };
    let result = fix(target.tree.as_ref(), &options, choose)?;
    if let Some(error) = picker.failed {
        return Err(error).context("nothing was changed: the answers could not be read");
    }
    if args.diff {
        print(&result.files.iter().map(diff).collect::<String>())?;
        tell(&result, "would be closed")?;
        return Ok(if result.files.is_empty() && result.refused.is_empty() {
            Exit::Clean
        } else {
            Exit::Findings
        });
    }
    if let Tracked::Known(tree) = &tracked
        && let Some(lost) =
            result.files.iter().find(|file| file.before.is_some() && !tree.tracked.contains(&file.path))
    {
        bail!(
            "nothing was changed: git does not track {}, so its present text would be lost; commit it, or pass --allow-dirty",
            lost.path
        );
    }
    replace_files(&target.root, &result.files).context("nothing was changed")?;
    tell(&result, "closed")?;
    Ok(if result.refused.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// The rules whose fixes raise versions.
const DEPENDENCIES: &[&str] = &["vulnerable-package", "vulnerable-version-admitted", "outdated-django"];

/// What git knows of the files.
enum Tracked {
    /// Nobody asked, or there is no repository.
    Unasked,
    Known(WorkingTree),
}

/// Refuses to mix fixes with changes that are not committed.
fn committed(root: &Utf8Path, allow_dirty: bool) -> anyhow::Result<Tracked> {
    if allow_dirty {
        return Ok(Tracked::Unasked);
    }
    let Some(tree) = WorkingTree::look(root).context("nothing was changed")? else {
        eprintln!("barding: {root} lies in no git repository, so there is no way back but a copy");
        return Ok(Tracked::Unasked);
    };
    if tree.changed.is_empty() {
        return Ok(Tracked::Known(tree));
    }
    let shown: Vec<String> =
        tree.changed.iter().take(5).map(|path| clean(path.as_str()).to_string()).collect();
    let more = if tree.changed.len() > shown.len() { ", …" } else { "" };
    bail!(
        "nothing was changed: {} are not committed ({}{more}); commit or stash them, or pass --allow-dirty",
        files(tree.changed.len()),
        shown.join(", ")
    )
}

/// Asks a person at the terminal.
#[derive(Default)]
struct Picker {
    /// What holds for all that follow.
    from_now_on: Option<Answer>,
    failed: Option<io::Error>,
}

impl Picker {
    fn ask(&mut self, proposal: &Proposal) -> Answer {
        if let Some(answer) = self.from_now_on {
            return answer;
        }
        let shown: String = proposal
            .files
            .iter()
            .map(|(path, before, after)| {
                diff(&Replacement { path: path.clone(), before: before.clone(), after: after.clone() })
            })
            .collect();
        let place = place(proposal);
        let head = format!(
            "\n{place}{}: {}\n{} ({})\n\n{shown}",
            proposal.rule,
            clean(&proposal.message),
            clean(&proposal.title),
            words(proposal.safety)
        );
        let mut line = String::new();
        loop {
            let asked =
                print(&head).and_then(|()| print("Apply? [y]es, [n]o, [a]ll that follow, [q]uit asking: "));
            line.clear();
            let read = io::stdin().lock().read_line(&mut line);
            match (asked, read) {
                (Err(error), _) => return self.stop(io::Error::other(error.to_string())),
                (_, Err(error)) => return self.stop(error),
                (_, Ok(0)) => return self.stop(io::ErrorKind::UnexpectedEof.into()),
                _ => {}
            }
            match line.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return Answer::Yes,
                "n" | "no" => return Answer::No,
                "a" | "all" => {
                    self.from_now_on = Some(Answer::Yes);
                    return Answer::Yes;
                }
                "q" | "quit" => {
                    self.from_now_on = Some(Answer::No);
                    return Answer::No;
                }
                _ => {}
            }
        }
    }

    fn stop(&mut self, error: io::Error) -> Answer {
        self.failed = Some(error);
        self.from_now_on = Some(Answer::No);
        Answer::No
    }
}

fn words(safety: FixSafety) -> &'static str {
    match safety {
        FixSafety::Safe => "safe",
        FixSafety::NeedsReview => "may change how the site behaves",
        FixSafety::ShowOnly => "needs something that only people know",
    }
}

fn place(proposal: &Proposal) -> String {
    match &proposal.place {
        Some((path, line)) => format!("{}:{line}: ", clean(path.as_str())),
        None => String::new(),
    }
}

/// The change of one file as a unified diff. Secrets are masked: a diff is shown, mailed and pasted.
fn diff(file: &Replacement) -> String {
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let source = Arc::new(SourceFile::new(FileId(0), file.path.clone(), text));
        barding_audit::redacted(&source, &[]).text.to_string()
    };
    let before = file.before.as_deref().map(text).unwrap_or_default();
    let after = text(&file.after);
    let path = file.path.as_str();
    let old = if file.before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let shown = TextDiff::from_lines(before.as_str(), after.as_str())
        .unified_diff()
        .context_radius(3)
        .header(&old, &format!("b/{path}"))
        .to_string();
    let mut lines = String::with_capacity(shown.len());
    for line in shown.lines() {
        lines.push_str(&clean(line));
        lines.push('\n');
    }
    lines
}

/// What was done, what was not, and why.
fn tell(result: &FixResult, verb: &str) -> anyhow::Result<()> {
    let mut stderr = io::stderr().lock();
    let mut say = |line: String| writeln!(stderr, "{line}");
    for proposal in &result.applied {
        say(format!("{}{}: {}", place(proposal), proposal.rule, clean(&proposal.title)))?;
    }
    for refused in &result.refused {
        let proposal = &refused.proposal;
        let title = clean(&proposal.title).to_string();
        say(format!("{}{}: not applied: {title}: {}", place(proposal), proposal.rule, clean(&refused.why)))?;
    }
    let of =
        |safety: FixSafety| result.shown.iter().filter(move |proposal| proposal.safety == safety).count();
    say(format!(
        "barding: {} {verb} in {}; {} left",
        findings(result.applied.len()),
        files(result.files.len()),
        findings(result.after.findings.len())
    ))?;
    if of(FixSafety::NeedsReview) > 0 {
        let count = of(FixSafety::NeedsReview);
        say(format!(
            "barding: {count} more with --unsafe-fixes, which may change how the site behaves; --pick asks for each"
        ))?;
    }
    if of(FixSafety::ShowOnly) > 0 {
        say(format!(
            "barding: {} need something that only people know; --pick shows them",
            of(FixSafety::ShowOnly)
        ))?;
    }
    if result.is_cut_short {
        say("barding: not every fix was tried; run it again".to_owned())?;
    }
    let asks = result.files.iter().filter(|file| file.path.file_name() == Some(".env.example"));
    for file in asks {
        say(format!("barding: the site now reads variables from its environment; {} names them", file.path))?;
    }
    Ok(())
}

fn findings(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
