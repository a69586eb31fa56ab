//! `barding explain`: a rule's page.

use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use anyhow::bail;

/// Explain a rule: what it means, why it matters, what to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The rule's id, as shown by `barding rules`
    rule: String,
}

/// Prints the page.
pub(crate) fn run(args: Args, _context: &Context) -> anyhow::Result<Exit> {
    let Some(rule) = barding_rules::rule(&args.rule) else {
        bail!("there is no rule `{}`; `barding rules` lists them all", args.rule);
    };
    print(rule.info.page)?;
    Ok(Exit::Clean)
}
