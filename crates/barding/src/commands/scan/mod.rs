//! `barding scan`: the live check-up of a site.

mod ask;
mod compare;
mod many;
mod view;

use crate::advisory_file;
use crate::args::{FormatArg, ProjectArgs, ReportArgs};
use crate::context::Context;
use crate::deliver::{deliver, print, write_file};
use crate::exit::Exit;
use crate::target::Target;
use anyhow::{Context as _, bail};
use ask::Looked;
use barding_audit::{AuditOptions, audit_live};
use barding_deps::{Advisories, Packages};
use barding_finding::AuditResult;
use barding_live::site::{Level, PlannedRoute};
use barding_project::{Project, python};
use barding_rules::Facts;
use barding_rules::site::known_routes;
use barding_source::{ReadLimits, Sources};
use camino::Utf8PathBuf;
use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::sync::Arc;

/// Look at a running site from the outside: headers, cookies, redirects, exposures, Django itself, TLS, ports.
///
/// By default it only does what a visitor's browser does. `--probe` adds harmless reads that no visitor makes, `--active`
/// adds posts and markers in parameters; both are for your own sites only.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding scan shop.example                        what a visitor's browser sees\n  \
    barding scan shop.example --probe --yes          with harmless probes, in CI\n  \
    barding scan https://shop.example --project .    beside what the code promises\n  \
    barding scan shop.example -f html -o report.html\n  \
    barding scan shop.example --save monday.json     and later: --compare monday.json\n  \
    barding scan --targets sites.txt --results done.jsonl\n\n\
    Exit codes: 0 clean at the chosen level, 1 findings, 2 the look did not happen.")]
pub(crate) struct Args {
    /// The site: `shop.example`, `https://shop.example/`, `http://127.0.0.1:8000`
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Also harmless reads that no visitor makes: unknown paths, a forged Host, methods, files that should not be there
    #[arg(long)]
    probe: bool,
    /// Also posts without a token, and markers in the parameters of the site's own forms and links
    #[arg(long)]
    active: bool,
    /// The site is yours, or you may test it: do not ask
    #[arg(long)]
    yes: bool,
    /// Compare with the project in this folder: ask for its routes, and find what the code promises and the site does not do
    #[arg(long, value_name = "PATH", conflicts_with = "targets")]
    project: Option<Utf8PathBuf>,
    /// Look at many sites: a file with one a line
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    targets: Option<Utf8PathBuf>,
    /// With --targets: write each result to this file as a line of JSON, and leave out what is in it already
    #[arg(long, value_name = "FILE", requires = "targets")]
    results: Option<Utf8PathBuf>,
    /// With --targets: sites at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
    /// Keep what was found, to compare with later
    #[arg(long, value_name = "FILE", conflicts_with = "targets")]
    save: Option<Utf8PathBuf>,
    /// Say what got better and worse since a look that was kept with --save
    #[arg(long, value_name = "FILE", conflicts_with = "targets")]
    compare: Option<Utf8PathBuf>,
    /// Write what was asked and answered to a file, as JSON
    #[arg(long, value_name = "FILE", conflicts_with = "targets")]
    facts: Option<Utf8PathBuf>,
    /// Ask only these rules or tips (comma-separated or repeated)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules or tips
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    ports: PortArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// How to ask.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Requests")]
pub(crate) struct RequestArgs {
    /// A header to send to the site, as `Name: value`; `env:NAME` as value reads it from the environment; may be repeated
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
    /// Cookies to send to the site, or `env:NAME` [env: BARDING_COOKIE]
    #[arg(long, value_name = "COOKIES", env = "BARDING_COOKIE", hide_env = true)]
    cookie: Option<String>,
    /// User and password of HTTP's basic authentication as `user:password`, or `env:NAME` [env: BARDING_BASIC_AUTH]
    #[arg(long, value_name = "USER:PASSWORD", env = "BARDING_BASIC_AUTH", hide_env = true)]
    basic_auth: Option<String>,
    /// Ask through an HTTP proxy: `http://127.0.0.1:3128`
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// The address of a host, whatever the resolver says: `shop.example:443:192.0.2.7`; may be repeated
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    resolve: Vec<String>,
    /// Send cookies and credentials also where the certificate cannot be trusted
    #[arg(long, short = 'k')]
    insecure: bool,
    /// Trust the roots in this file too
    #[arg(long, value_name = "FILE")]
    ca: Vec<Utf8PathBuf>,
    /// Seconds that the whole look may take
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Requests per second [default: 5 to public addresses, no limit inside]
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
    /// IPv4 only
    #[arg(long = "ipv4", short = '4', conflicts_with = "ipv6")]
    ipv4: bool,
    /// IPv6 only
    #[arg(long = "ipv6", short = '6')]
    ipv6: bool,
    /// HTTP/1.1 only
    #[arg(long)]
    http1: bool,
    /// Links that are followed one after another from the front page
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=10))]
    depth: u32,
    /// Pages that links lead to, in all
    #[arg(long, value_name = "N", default_value_t = 10)]
    max_pages: usize,
    /// The port of plain HTTP, when the address names another one
    #[arg(long, value_name = "PORT")]
    http_port: Option<u16>,
    /// The port of HTTPS, when the address names another one
    #[arg(long, value_name = "PORT")]
    https_port: Option<u16>,
}

/// Which ports to try.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Ports")]
pub(crate) struct PortArgs {
    /// Try the usual ports too; --probe and --active do so by themselves
    #[arg(long)]
    ports: bool,
    /// Try all 65,535 ports
    #[arg(long)]
    all_ports: bool,
    /// Try no ports
    #[arg(long, conflicts_with_all = ["ports", "all_ports"])]
    no_ports: bool,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 10_000.0 => Ok(rate),
        _ => Err("a number between 0 and 10000 is needed".to_owned()),
    }
}

impl Args {
    fn level(&self) -> Level {
        match (self.active, self.probe) {
            (true, _) => Level::Active,
            (false, true) => Level::Probe,
            (false, false) => Level::Passive,
        }
    }
}

/// Looks, judges and reports.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    if args.level() > Level::Passive && !args.yes {
        ask::confirm_level(args.level())?;
    }
    if let Some(path) = &args.targets {
        return many::run(&args, path, context);
    }
    let Some(url) = &args.url else {
        bail!("name a site, such as `barding scan shop.example`, or a file with --targets");
    };
    let earlier = args.compare.as_ref().map(|path| compare::read(path)).transpose()?;
    let (mut result, looked) = match &args.project {
        Some(path) => with_project(path, url, &args, context)?,
        None => judge(ask::look(url, &args, Vec::new(), true)?, &args, context)?,
    };
    if let Some(earlier) = earlier {
        result.coverage.notes.extend(compare::notes(&earlier, &result, &looked.site));
    }
    if let Some(path) = &args.save {
        write_file(path, &compare::write(&result, &looked.site)?)?;
    }
    if let Some(path) = &args.facts {
        let json =
            serde_json::to_string_pretty(&looked.site).context("the facts could not be written as JSON")?;
        write_file(path, &(json + "\n"))?;
    }
    let is_terminal =
        matches!(args.report.format, None | Some(FormatArg::Terminal)) && args.report.output.is_none();
    if let Some(check_up) = result.check_up.as_ref().filter(|_| is_terminal && !args.report.quiet) {
        print(&view::checks(&looked.site.url, check_up))?;
    }
    deliver(&result, &args.report, context)
}

/// What the options say about judging.
fn options(looked: &Looked, args: &Args, context: &Context) -> AuditOptions {
    let mut options = AuditOptions { target: looked.site.url.clone(), ..AuditOptions::default() };
    options.select = args.select.clone();
    options.ignore = args.ignore.clone();
    options.min_severity = args.report.min_severity.map_or(options.min_severity, Into::into);
    options.min_confidence = args.report.min_confidence.map_or(options.min_confidence, Into::into);
    options.today = Some(context.today.clone());
    options.advisories = advisory_file::newest();
    options
}

fn facts<'s>(looked: &Looked, options: &AuditOptions) -> Facts<'s> {
    let advisories = options.advisories.clone().unwrap_or_else(|| Arc::new(Advisories::embedded()));
    Facts {
        tls: (!looked.tls.is_empty()).then(|| looked.tls.clone()),
        ports: looked.ports.clone(),
        site: Some(looked.site.clone()),
        today: options.today.as_deref().and_then(barding_deps::advisories::osv::day_number),
        advisories: Some(advisories),
        ..Facts::default()
    }
}

fn judge(looked: Looked, args: &Args, context: &Context) -> anyhow::Result<(AuditResult, Looked)> {
    let options = options(&looked, args, context);
    let result = audit_live(&facts(&looked, &options), &options)?;
    Ok((result, looked))
}

/// Reads the project, asks the site for its routes too, and judges both beside each other.
fn with_project(
    path: &Utf8PathBuf,
    url: &str,
    args: &Args,
    context: &Context,
) -> anyhow::Result<(AuditResult, Looked)> {
    let own = ProjectArgs::default();
    let target = Target::new(std::slice::from_ref(path), &own)?;
    let sources = Sources::new(target.tree.as_ref(), ReadLimits::default(), python::decode);
    if sources.paths().is_empty() {
        bail!("there is no file in {path}");
    }
    let project = Project::read(&sources, &target.options(&own)?);
    let packages = Packages::read(&sources);
    let routes = known_routes(&project).into_iter();
    let routes = routes.map(|known| PlannedRoute { path: known.address, is_protected: known.is_protected });
    let looked = ask::look(url, args, routes.collect(), true)?;
    let options = options(&looked, args, context);
    let facts = Facts {
        sources: Some(&sources),
        project: Some(project),
        packages: Some(packages),
        ..facts(&looked, &options)
    };
    let result = audit_live(&facts, &options)?;
    Ok((result, looked))
}

/// Asks whether a host is the user's own.
pub(crate) fn confirm(what: &str) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "{what} is for your own hosts only; say with --yes that this one is yours, or that you may test it"
        );
    }
    eprint!("{what} is for your own hosts only. Is this one yours, or may you test it? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("no answer could be read")?;
    if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
        bail!("it was not said to be yours");
    }
    Ok(())
}

/// The address of a name, where it is one.
fn address(text: &str) -> Option<IpAddr> {
    text.trim_matches(['[', ']']).parse().ok()
}
