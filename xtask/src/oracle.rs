//! `cargo xtask oracle`: asks real Django the same questions and compares.
//!
//! For every Django series that is installed (`scripts/install/django.sh`) and every project (a fresh `startproject`, and the
//! folders of fixtures/oracle), under every environment that the project's oracle.toml lists: each setting that barding calls
//! known equals Django's, and barding's deployment findings name the ids that `check --deploy` names.

mod compare;
mod django;
mod projects;
mod readers;
mod real;
mod routes;

use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// What to ask.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ask about this alone; settings and deployment checks when absent
    what: Option<What>,
    /// Every series that Django has had since 1.11, not only the usual ones, and whole projects from PyPI
    #[arg(long)]
    all: bool,
    /// Only this project
    #[arg(long)]
    project: Option<String>,
    /// Only this series
    #[arg(long)]
    series: Option<String>,
    /// Only the whole projects from PyPI
    #[arg(long)]
    real: bool,
    /// Name every setting that barding does not know
    #[arg(long)]
    unknown: bool,
}

/// What can be asked about.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The routes that Django's resolver lists
    Routes,
    /// What the libraries that read the environment make of many texts
    Readers,
}

/// The share of Django's routes that must be listed with the right view.
const MUST_BE_LISTED: f64 = 0.99;

/// The share of the settings that all projects set which must be known once the environment is given. Some fixtures
/// hold what nobody can know, so it is asked of all together.
const MUST_BE_KNOWN: f64 = 0.95;

/// How much of what projects set is known.
#[derive(Default)]
struct Known {
    /// The settings that the projects set.
    set: usize,
    /// Those with one value.
    one_value: usize,
    /// Those of which every possible value is known: they depend on what the environment does not tell.
    in_cases: usize,
    /// Those with one value while nothing is said of files outside the project.
    of_files_unsaid: usize,
}

impl Known {
    fn add(&mut self, outcome: &compare::Outcome) {
        self.set += outcome.set_by_project;
        self.one_value += outcome.known_of_project;
        self.in_cases += outcome.cases_of_project;
    }

    fn join(&mut self, other: &Known) {
        self.set += other.set;
        self.one_value += other.one_value;
        self.in_cases += other.in_cases;
        self.of_files_unsaid += other.of_files_unsaid;
    }

    /// The share that is known, as one value or in cases.
    fn share(&self) -> f64 {
        (self.one_value + self.in_cases) as f64 / self.set.max(1) as f64
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { set, one_value, in_cases, of_files_unsaid } = self;
        let share = self.share() * 100.0;
        write!(
            f,
            "{one_value:>5} of {set:>5} settings known, {in_cases} more in cases ({share:.1} %); \
             {of_files_unsaid} known without a word on other files"
        )
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.what == Some(What::Routes) {
        return run_routes(args);
    }
    if args.what == Some(What::Readers) {
        return readers::run(args.project.as_deref(), args.unknown);
    }
    let mut runs = 0;
    let mut compared = 0;
    let mut checked = 0;
    let mut faults = Vec::new();
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for (series, project) in asked(args)? {
        for environment in &project.environments {
            let answer = series.ask(&project, environment, false)?;
            // Django sees this machine: what is not in the project's folder is not there.
            let outcome = compare::compare(&project, environment, &series, &answer, true);
            // Nothing said of other files: the same values, or cases, and never another one.
            let unsure = compare::compare(&project, environment, &series, &answer, false);
            runs += 1;
            compared += outcome.compared + unsure.compared;
            checked += usize::from(outcome.checks_compared);
            let counts = known.entry(project.name.clone()).or_default();
            counts.add(&outcome);
            counts.of_files_unsaid += unsure.known_of_project;
            let place = format!("Django {} / {} / {}", series.name, project.name, environment.name);
            if args.unknown {
                outcome.unknown.iter().for_each(|name| println!("unknown: {place}: {name}"));
            }
            if let Some(error) = &answer.checks_error {
                println!("NOT RUN: the checks of {place}: {error}");
            }
            faults.extend(outcome.faults.into_iter().map(|fault| format!("{place}: {fault}")));
            let unsaid = unsure.faults.into_iter();
            faults.extend(unsaid.map(|fault| format!("{place}, nothing said of files: {fault}")));
        }
    }
    if runs == 0 {
        bail!("nothing was asked");
    }
    let mut all = Known::default();
    for (project, known) in &known {
        println!("{project:<28} {known}");
        all.join(known);
    }
    println!("{:<28} {all}", "all projects");
    if all.share() < MUST_BE_KNOWN {
        faults.push(format!("only {:.1} % of the projects' settings are known", all.share() * 100.0));
    }
    println!(
        "{runs} runs, {compared} known values compared, checks compared in {checked}, {} differences",
        faults.len()
    );
    if !faults.is_empty() {
        bail!("barding and Django do not agree:\n{}", faults.join("\n"));
    }
    println!("{runs} passed, 0 failed");
    Ok(())
}

/// Every project to ask about, with the Django to ask.
fn asked(args: &Args) -> Result<Vec<(django::Series, projects::OracleProject)>> {
    let mut asked = Vec::new();
    if !args.real {
        for series in django::installed(args.all)? {
            if args.series.as_ref().is_some_and(|only| *only != series.name) {
                continue;
            }
            for project in projects::all(&series)? {
                if args.project.as_ref().is_none_or(|only| *only == project.name) {
                    asked.push((series.clone(), project));
                }
            }
        }
    }
    if (args.all || args.real) && args.series.is_none() {
        asked.extend(real::all(args.project.as_deref())?);
    }
    Ok(asked)
}

/// Compares routes.
fn run_routes(args: &Args) -> Result<()> {
    let (mut runs, mut listed, mut right, mut of_libraries) = (0, 0, 0, 0);
    let mut faults = Vec::new();
    let mut invented = 0;
    for series in &django::installed(args.all)? {
        if args.series.as_ref().is_some_and(|only| *only != series.name) {
            continue;
        }
        for project in projects::all(series)? {
            if args.project.as_ref().is_some_and(|only| *only != project.name) {
                continue;
            }
            for environment in &project.environments {
                let answer = series.ask(&project, environment, true)?;
                let place = format!("Django {} / {} / {}", series.name, project.name, environment.name);
                let Some(routes) = &answer.routes else {
                    let why = answer.routes_error.as_ref().or(answer.error.as_ref());
                    faults.push(format!("{place}: Django could not list its routes: {why:?}"));
                    continue;
                };
                let outcome = routes::compare(&project, environment, series, routes, &answer.django);
                runs += 1;
                listed += outcome.listed;
                right += outcome.right;
                of_libraries += outcome.of_libraries;
                invented += outcome.invented.len();
                faults.extend(outcome.missed.into_iter().map(|one| format!("{place}: not listed: {one}")));
                faults.extend(outcome.invented.into_iter().map(|one| format!("{place}: invented: {one}")));
            }
        }
    }
    if runs == 0 || listed == 0 {
        bail!("nothing was asked:\n{}", faults.join("\n"));
    }
    let share = right as f64 / listed as f64;
    println!(
        "{runs} runs: {right} of {listed} routes with the right name and view ({:.1} %), {invented} invented, \
         {of_libraries} of libraries beside them",
        share * 100.0
    );
    if share < MUST_BE_LISTED || invented > 0 {
        bail!("barding and Django do not agree:\n{}", faults.join("\n"));
    }
    faults.iter().for_each(|fault| println!("{fault}"));
    println!("{runs} passed, 0 failed");
    Ok(())
}
