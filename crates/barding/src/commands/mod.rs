//! The subcommands: one file each, with its `Args` and `run`. A new one takes a file and three lines here.

mod check;
mod completions;
mod database;
mod deps;
mod explain;
mod fix;
mod generate;
mod logs;
mod man;
mod ports;
mod routes;
mod rules;
mod scan;
mod secrets;
mod settings;
mod tls;
mod update;

use crate::context::Context;
use crate::exit::Exit;
use clap::Subcommand;

/// What barding can be asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a project: settings, code, templates, servers, dependencies, secrets
    Check(check::Args),
    /// Show the settings Django would see, each with the lines that made it so
    Settings(settings::Args),
    /// Close findings by editing the source; each fix is proved before it is written
    Fix(fix::Args),
    /// Show every route: its view, who may enter, what protects it, what it reads
    Routes(routes::Args),
    /// Find passwords, tokens and keys in the files and in git history
    Secrets(secrets::Args),
    /// Find passwords, tokens, sessions and card numbers in log files
    Logs(logs::Args),
    /// Generate what closes a gap: a key, server and firewall files, database roles, settings, policies, CI jobs
    Generate(generate::Args),
    /// Look for known vulnerabilities in what a project installs
    Deps(deps::Args),
    /// Bring newer advisories
    Update(update::Args),
    /// Look at the certificate and TLS of a server
    Tls(tls::Args),
    /// Look at a database: what the site's role may do, and how passwords are stored
    Database(database::Args),
    /// Look at a running site: the live check-up
    Scan(scan::Args),
    /// Look which ports of a host are open, and what answers there
    Ports(ports::Args),
    /// List the rules
    Rules(rules::Args),
    /// Explain a rule: what it means, why it matters, what to do
    Explain(explain::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print the man page, or write all of them
    Man(man::Args),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        match self {
            Self::Check(args) => check::run(args, context),
            Self::Fix(args) => fix::run(args, context),
            Self::Secrets(args) => secrets::run(args, context),
            Self::Logs(args) => logs::run(args, context),
            Self::Generate(args) => generate::run(&args, context),
            Self::Deps(args) => deps::run(args, context),
            Self::Update(args) => update::run(args, context),
            Self::Tls(args) => tls::run(args, context),
            Self::Database(args) => database::run(args, context),
            Self::Scan(args) => scan::run(args, context),
            Self::Ports(args) => ports::run(args, context),
            Self::Routes(args) => routes::run(args, context),
            Self::Rules(args) => rules::run(args, context),
            Self::Explain(args) => explain::run(args, context),
            Self::Settings(args) => settings::run(args, context),
            Self::Completions(args) => completions::run(args),
            Self::Man(args) => man::run(args),
        }
    }
}
