//! The subcommands: one file each, with its `Args` and `run`. A new one takes a file and three lines here.

mod check;
mod explain;
mod rules;

use crate::context::Context;
use crate::exit::Exit;
use clap::Subcommand;

/// What barding can be asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a project: settings, code, templates, servers, dependencies, secrets
    Check(check::Args),
    /// List the rules
    Rules(rules::Args),
    /// Explain a rule: what it means, why it matters, what to do
    Explain(explain::Args),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> anyhow::Result<Exit> {
        match self {
            Self::Check(args) => check::run(args, context),
            Self::Rules(args) => rules::run(args, context),
            Self::Explain(args) => explain::run(args, context),
        }
    }
}
