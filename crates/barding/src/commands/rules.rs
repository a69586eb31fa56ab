//! `barding rules`: every rule in one list.

use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use std::fmt::Write;

/// List every rule with its severity, tip and title.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Prints the list.
pub(crate) fn run(_args: Args, _context: &Context) -> anyhow::Result<Exit> {
    let mut rules: Vec<_> = barding_rules::rules().map(|rule| &rule.info).collect();
    rules.sort_by_key(|info| (info.tip, std::cmp::Reverse(info.severity), info.id));
    let longest = rules.iter().map(|info| info.id.0.len()).max().unwrap_or_default();
    let mut text = String::new();
    for info in rules {
        let (id, severity, tip) = (info.id.0, info.severity.word(), info.tip.id());
        let _ = writeln!(text, "{id:longest$}  {severity:8}  {tip:16}  {}", info.title);
    }
    print(&text)?;
    Ok(Exit::Clean)
}
