//! `barding routes`: the attack surface. Every route with its view, who may enter, what protects it and what it reads.

use crate::args::ProjectArgs;
use crate::context::Context;
use crate::deliver::{print, write_file};
use crate::exit::Exit;
use crate::target::Target;
use anyhow::bail;
use barding_audit::redacted;
use barding_finding::AuditResult;
use barding_project::routes::{Entry, Origin, Route, suggest_model};
use barding_project::{Project, Truth, python};
use barding_report::{Look, RoutesFormat, RoutesLook, ShownTable, routes};
use barding_source::{FileId, ReadLimits, Sources, Span};
use camino::Utf8PathBuf;
use clap::ValueEnum;
use std::collections::BTreeSet;

/// Show every route: its view, who may enter, what protects it, what it reads. Nothing is imported or run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding routes                          every route of the site in production\n  \
    barding routes --public --unsafe        what anybody may change\n  \
    barding routes --exempt                 where no CSRF token is asked for\n  \
    barding routes --format tree\n  \
    barding routes --suggest-model          words of the project that barding should be told")]
pub(crate) struct Args {
    /// The project's folder
    #[arg(default_value = ".")]
    path: Utf8PathBuf,
    /// Only routes that everybody may enter
    #[arg(long)]
    public: bool,
    /// Only routes that may change something
    #[arg(long = "unsafe")]
    unsafe_: bool,
    /// Only routes that ask for no CSRF token
    #[arg(long)]
    exempt: bool,
    /// Only routes whose path holds this text
    #[arg(long, value_name = "TEXT")]
    matching: Option<String>,
    /// URLconfs that nothing includes as well
    #[arg(long)]
    all: bool,
    /// Routes that only repeat another with a format suffix as well
    #[arg(long)]
    full: bool,
    /// Print a [tool.barding.model] to start from instead of the routes
    #[arg(long)]
    suggest_model: bool,
    /// How to write them
    #[arg(long, short = 'f', value_name = "FORMAT", default_value = "terminal")]
    format: Format,
    /// Write them to a file instead of the standard output
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    #[command(flatten)]
    project: ProjectArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Terminal,
    /// The addresses as a tree
    Tree,
    /// For programs
    Json,
    /// A table for a comment
    Markdown,
    /// One page for a browser
    Html,
    /// An OpenAPI 3.1 description
    Openapi,
}

impl From<Format> for RoutesFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Terminal => Self::Terminal,
            Format::Tree => Self::Tree,
            Format::Json => Self::Json,
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
            Format::Openapi => Self::OpenApi,
        }
    }
}

/// Reads the project and prints its routes.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let target = Target::new(std::slice::from_ref(&args.path), &args.project)?;
    let options = target.options(&args.project)?;
    let sources = Sources::new(target.tree.as_ref(), ReadLimits::default(), python::decode);
    let project = Project::read_routes(&sources, &options);
    if args.suggest_model {
        print(&suggest_model(&project.code, &project.routes))?;
        return Ok(Exit::Clean);
    }
    let filtered = args.public || args.unsafe_ || args.exempt || args.matching.is_some();
    let rooted = project.routes.tables.iter().any(|table| !table.settings.is_empty());
    let tables: Vec<ShownTable<'_>> = project
        .routes
        .tables
        .iter()
        .filter(|table| args.all || !rooted || !table.settings.is_empty())
        .map(|table| ShownTable {
            table,
            routes: table.routes.iter().filter(|route| is_wanted(route, &args)).collect(),
        })
        .collect();
    if tables.is_empty() {
        bail!(
            "there are no routes in {}: no settings module names a ROOT_URLCONF that is among the files, and no file \
             sets `urlpatterns`",
            target.name
        );
    }
    let files = files_of(&tables, &sources);
    let look = RoutesLook {
        look: Look {
            color: context.color && args.output.is_none(),
            width: context.width,
            full: args.full,
            ..Look::default()
        },
        target: &target.name,
        filtered,
    };
    let text = routes(&tables, &files, args.format.into(), &look);
    match &args.output {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    Ok(Exit::Clean)
}

fn is_wanted(route: &Route, args: &Args) -> bool {
    (!args.public || route.access.entry == Entry::Public)
        && (!args.unsafe_ || route.is_unsafe())
        && (!args.exempt || route.csrf.protected == Truth::No && route.origin != Origin::Library)
        && args.matching.as_ref().is_none_or(|text| route.shown_pattern().contains(text.as_str()))
}

/// The files that routes point into, with their secrets blotted out.
fn files_of(tables: &[ShownTable<'_>], sources: &Sources<'_>) -> AuditResult {
    let mut wanted: BTreeSet<FileId> = BTreeSet::new();
    let mut want = |span: Option<Span>| wanted.extend(span.map(|span| span.file));
    for shown in tables {
        for route in &shown.routes {
            want(route.view.place);
            want(route.csrf.place);
            route.places.iter().chain(&route.raw_sql).for_each(|span| want(Some(*span)));
            route.changes.iter().for_each(|(span, _)| want(Some(*span)));
            route.access.because.iter().for_each(|(_, span)| want(*span));
            route.when.iter().for_each(|when| want(when.place));
        }
        shown.table.unresolved.iter().for_each(|one| want(one.place));
        shown.table.handlers.iter().for_each(|(_, _, span)| want(Some(*span)));
    }
    let mut files = AuditResult::default();
    for id in wanted {
        if let Some(file) = sources.file(id) {
            files.files.insert(id.0, redacted(&file, &[]));
        }
    }
    files
}
